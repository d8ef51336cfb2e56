package dev.socks5.server.internal.net;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the selector of an event loop, and puts another one in its place when it has failed. Used by the loop's thread,
 * except for {@link #wakeup()}.
 */
final class Selection {

    /**
     * The number of times that a selector may wake the loop for nothing, one after the other, before it is given up.
     */
    static final int MAX_FRUITLESS = 256;

    private final SelectorProvider provider;
    private final Consumer<Registration> ready;
    private final Consumer<SelectionKey> dispatch = this::dispatch; // Once: memory may be short.
    private final Set<SelectionKey> transports = new LinkedHashSet<>(); // They are ended in order.
    private volatile Selector selector;
    private boolean dispatched;
    private boolean failing;
    private int fruitless;

    /**
     * Opens a selector.
     *
     * @param ready called for each channel that is ready; throws nothing
     */
    Selection(SelectorProvider provider, Consumer<Registration> ready) throws IOException {
        this.provider = provider;
        this.ready = ready;
        this.selector = provider.openSelector();
    }

    Registration register(SelectableChannel channel, int operations, Handler handler) throws ClosedChannelException {
        return new Registration(channel, selector, operations, handler);
    }

    /** Registers a channel that calls its handler by itself, and knows no selector. It stays until it is removed. */
    Registration register(SelectionKey transport, Handler handler) {
        Registration made = new Registration(transport, handler); // First: without it, nothing could end the key.
        transports.add(transport);
        return made;
    }

    /** Forgets a channel that calls its handler by itself. */
    void remove(SelectionKey transport) {
        transports.remove(transport);
    }

    /** Ends a wait, or the next one. May be called by any thread. */
    void wakeup() {
        selector.wakeup();
    }

    /** Serves the channels that are ready, without waiting. */
    void poll() throws IOException {
        begin();
        selector.selectNow(dispatch);
        failing = false;
    }

    /**
     * Waits for channels that are ready, and serves them.
     *
     * @param nanos how long to wait at the most, not 0; {@link Long#MAX_VALUE} for ever
     * @param due whether there is something else to do by now: then it was right to wake up
     */
    void await(long nanos, BooleanSupplier due) throws IOException {
        // Rounded up, or the loop would spin through the last millisecond; 0 means for ever.
        long millis = nanos == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
        dispatched = false;
        begin();
        selector.select(dispatch, millis);
        failing = false;
        fruitless = dispatched || due.getAsBoolean() ? 0 : fruitless + 1;
    }

    private void begin() throws IOException {
        if (failing || fruitless >= MAX_FRUITLESS) {
            renew();
        }
        failing = true; // Unless it goes well.
    }

    private void dispatch(SelectionKey key) {
        if (key.isValid()) { // Else it was closed by the handler of another key that was ready at the same time.
            dispatched = true;
            ready.accept((Registration) key.attachment());
        }
    }

    /**
     * Takes another selector, or throws and keeps the present one. The present one has failed, so some of its channels
     * may wait for nothing; or it wakes the loop for channels that it does not name, because their closing, or a change
     * of their interest, has failed half-way when memory was short. Such channels go with their selector.
     */
    void renew() throws IOException {
        Selector before = selector;
        Selector next = provider.openSelector();
        try {
            for (SelectionKey key : before.keys()) {
                Registration.copy(key, next);
            }
        } catch (Throwable e) {
            Channels.close(next);
            throw e;
        }
        for (SelectionKey key : before.keys()) {
            Registration.move(key, next);
        }
        selector = next; // Whoever has woken the other one had a task, which is looked for before the next wait.
        Channels.close(before);
        failing = false;
        fruitless = 0;
    }

    Set<SelectionKey> keys() {
        return selector.keys();
    }

    /** Removes a key that is no selector's, the first one; {@code null} if there is none. */
    @Nullable
    SelectionKey takeTransport() {
        if (transports.isEmpty()) {
            return null;
        }
        Iterator<SelectionKey> keys = transports.iterator();
        SelectionKey first = keys.next();
        keys.remove();
        return first;
    }

    /** Tells how many keys are no selector's. */
    int transports() {
        return transports.size();
    }

    /** Returns the present selector, for tests. */
    Selector selector() {
        return selector;
    }

    void close() {
        Channels.close(selector);
    }
}
