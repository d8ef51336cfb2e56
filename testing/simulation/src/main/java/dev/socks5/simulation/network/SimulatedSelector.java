package dev.socks5.simulation.network;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A selector that never blocks in the turn of a loop: the loop has its turn when there is something. Elsewhere it lets
 * the world go on until there is. As in the JDK, cancelled keys go at the next selection, and with them the sockets of
 * channels that were closed.
 */
final class SimulatedSelector extends AbstractSelector {

    private final SimulatedNetwork network;
    private final World world;
    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> selected = new LinkedHashSet<>();
    private final Consumer<SelectionKey> select = selected::add;
    private final List<SimulatedKey> candidates = new ArrayList<>();
    private final List<SimulatedKey> looked = new ArrayList<>();
    private boolean selecting;
    private boolean woken;

    /** The loop that selects: known from its first selection on. */
    private @Nullable SimulatedLoop loop;

    SimulatedSelector(SimulatedNetwork network) {
        super(network.sockets());
        this.network = network;
        this.world = network.world();
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
        SimulatedKey key = new SimulatedKey(this, channel, network.nextNumber());
        key.attach(attachment);
        keys.add(key);
        key.selectable().readiness().add(key);
        key.interestOps(operations);
        return key;
    }

    @Override
    public Set<SelectionKey> keys() {
        ensureOpen();
        return Collections.unmodifiableSet(keys);
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        ensureOpen();
        return selected;
    }

    private void ensureOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }

    void candidate(SimulatedKey key) {
        key.isCandidate = true;
        candidates.add(key);
        wakeLoop();
    }

    private void wakeLoop() {
        if (loop != null) {
            loop.soon();
        }
    }

    @Override
    public Selector wakeup() {
        woken = true;
        wakeLoop();
        return this;
    }

    /** Whether the next selection would not wait. */
    boolean isDue() {
        return woken || isReady();
    }

    private boolean isReady() {
        for (int i = candidates.size() - 1; i >= 0; i--) {
            SimulatedKey key = candidates.get(i);
            if (key.isValid() && key.look() != 0) {
                return true;
            }
            key.isCandidate = false;
            candidates.remove(i);
        }
        return false;
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        return select(timeoutMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis), action);
    }

    @Override
    public int select(Consumer<SelectionKey> action) throws IOException {
        return select(Long.MAX_VALUE, action);
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return select(0, action);
    }

    @Override
    public int select(long timeoutMillis) throws IOException {
        return select(timeoutMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis), select);
    }

    @Override
    public int select() throws IOException {
        return select(Long.MAX_VALUE, select);
    }

    @Override
    public int selectNow() throws IOException {
        return select(0, select);
    }

    private int select(long nanos, Consumer<SelectionKey> action) throws IOException {
        ensureOpen();
        if (selecting) {
            throw new IllegalStateException("selection in progress");
        }
        selecting = true;
        try {
            return selectOnce(nanos, action);
        } finally {
            selecting = false;
        }
    }

    private int selectOnce(long nanos, Consumer<SelectionKey> action) throws IOException {
        settle();
        loop = world.current;
        if (network.happens(Fault.SELECT_FAILS)) {
            throw new IOException("Invalid argument");
        }
        if (loop != null) {
            loop.selects(this);
        } else if (nanos > 0) {
            await(nanos);
            ensureOpen();
        }
        woken = false;
        settle();
        look();
        int count = 0;
        for (int i = 0; i < looked.size(); i++) {
            SimulatedKey key = looked.get(i);
            boolean named = key.channel().isOpen() || key.selectable().isNamedWhenClosed(); // As in the JDK.
            if (named && (key.ready() & key.interest()) != 0) {
                action.accept(key);
                count++;
                ensureOpen();
            }
        }
        looked.clear();
        return count;
    }

    private void await(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            world.runUntil(this::isDueOrClosed);
            return;
        }
        boolean[] over = new boolean[1];
        Alarm end = world.after(nanos, () -> over[0] = true);
        world.runUntil(() -> over[0] || isDueOrClosed());
        end.cancel();
    }

    private boolean isDueOrClosed() {
        return !isOpen() || isDue();
    }

    /** Finds the channels that are ready, beginning anywhere. */
    private void look() {
        looked.clear();
        List<SimulatedKey> before = candidates;
        int count = before.size();
        if (count == 0) {
            return;
        }
        int start = count == 1 ? 0 : world.chance().below(count);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            SimulatedKey key = before.get((start + i) % count);
            int operations = key.isValid() ? key.look() : 0;
            if (operations == 0 && key.isValid() && key.interest() != 0 && network.happens(Fault.SPURIOUS_KEY)) {
                operations = key.interest();
            }
            if (operations != 0) {
                key.ready(operations);
                looked.add(key);
            }
        }
        for (int i = 0; i < count; i++) {
            SimulatedKey key = before.get(i);
            if (key.isValid() && key.look() != 0) {
                before.set(kept++, key);
            } else {
                key.isCandidate = false;
            }
        }
        before.subList(kept, count).clear();
    }

    /** Lets go of the channels whose keys were cancelled. */
    void settle() {
        Set<SelectionKey> cancelled = cancelledKeys();
        if (cancelled.isEmpty()) {
            return;
        }
        for (SelectionKey key : cancelled.toArray(SelectionKey[]::new)) {
            cancelled.remove(key);
            letGo((SimulatedKey) key);
        }
    }

    private void letGo(SimulatedKey key) {
        keys.remove(key);
        selected.remove(key);
        deregister(key);
        key.selectable().readiness().remove(key);
        if (!key.channel().isOpen() && !key.channel().isRegistered()) {
            key.selectable().kill();
        }
    }

    @Override
    protected void implCloseSelector() {
        for (SelectionKey key : keys.toArray(SelectionKey[]::new)) {
            key.cancel();
        }
        settle();
        candidates.clear();
        wakeup();
        network.gone(this);
    }
}
