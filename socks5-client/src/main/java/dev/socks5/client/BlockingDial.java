package dev.socks5.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects a socket to the first address of an {@link AddressRace} that answers, on the caller's thread.
 *
 * <p>Channels are connected in non-blocking mode, with a selector for as long as that takes. The sockets of a factory cannot be
 * waited for several at a time, and neither can several be bound to one port: these try one address after the other, each for
 * its share of the time that is left. A single address needs neither.
 */
final class BlockingDial {

    /** Makes the sockets for all attempts but the first. */
    @FunctionalInterface
    interface Sockets {
        Socket open() throws IOException;
    }

    private final Outbound outbound;
    private final AddressRace race;
    private final Deadline deadline;
    private final Sockets sockets;
    private final Map<SocketChannel, InetSocketAddress> pending = new LinkedHashMap<>();
    private boolean firstIsUsed;

    private BlockingDial(Outbound outbound, AddressRace race, Deadline deadline, Sockets sockets) {
        this.outbound = outbound;
        this.race = race;
        this.deadline = deadline;
        this.sockets = sockets;
    }

    /**
     * Leaves the connected socket in {@code outbound}, and no other open. On a failure it may leave one there.
     *
     * @throws ClosedChannelException if this side wants no connection any more
     * @throws java.net.SocketTimeoutException if time is up
     * @throws IOException the last failure; the race has them all
     */
    static void connect(Outbound outbound, AddressRace race, Deadline deadline, Sockets sockets) throws IOException {
        Socket first = outbound.socket();
        if (race.isSingle()) {
            first.connect(race.next(System.nanoTime()), deadline.remainingMillis());
            return;
        }
        SocketSettings settings = SocketSettings.of(first);
        BlockingDial dial = new BlockingDial(outbound, race, deadline, sockets);
        if (first.getChannel() == null || settings.isBound()) {
            dial.oneAfterTheOther(settings);
        } else {
            dial.staggered(settings);
        }
    }

    private void oneAfterTheOther(SocketSettings settings) throws IOException {
        while (true) {
            int share = Math.max(1, deadline.remainingMillis() / race.untried());
            InetSocketAddress address = race.next(System.nanoTime());
            try {
                socket(settings).connect(address, share);
                return;
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                outbound.socket().close(); // A factory's may still be open.
                race.failed(address, e);
                if (race.isLost()
                        || outbound.isClosed()
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    /** The user's own for the first attempt, and others like it for the others. */
    private Socket socket(SocketSettings settings) throws IOException {
        if (firstIsUsed) {
            Socket next = sockets.open();
            outbound.use(next);
            settings.applyTo(next);
        }
        firstIsUsed = true;
        return outbound.socket();
    }

    private void staggered(SocketSettings settings) throws IOException {
        SocketChannel winner;
        try (Selector selector = Selector.open()) {
            outbound.onClose(selector::wakeup);
            winner = winner(selector, settings);
            pending.remove(winner);
        } finally {
            outbound.onClose(() -> {});
            pending.keySet().forEach(Closing::quietly);
        }
        outbound.use(winner.socket()); // Before anything that fails: whoever closes it closes this one.
        winner.configureBlocking(true);
    }

    private SocketChannel winner(Selector selector, SocketSettings settings) throws IOException {
        while (true) {
            requireWanted();
            @Nullable
            SocketChannel connected = race.isDue(System.nanoTime()) ? start(selector, settings) : await(selector);
            if (connected != null) {
                return connected;
            }
        }
    }

    private void requireWanted() throws ClosedChannelException {
        if (outbound.isClosed()) {
            throw new AsynchronousCloseException();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }

    private @Nullable SocketChannel start(Selector selector, SocketSettings settings) throws IOException {
        InetSocketAddress address = race.next(System.nanoTime());
        @Nullable SocketChannel channel = null;
        try {
            channel = socket(settings).getChannel();
            pending.put(channel, address);
            channel.configureBlocking(false);
            if (channel.connect(address)) {
                return channel;
            }
            channel.register(selector, SelectionKey.OP_CONNECT);
        } catch (IOException e) {
            failed(channel, address, e);
        } catch (UnsupportedAddressTypeException e) {
            failed(channel, address, unsupported(e));
        }
        return null;
    }

    /** Makes what the JDK's own sockets throw where the host has no such address family. */
    static IOException unsupported(UnsupportedAddressTypeException e) {
        return (IOException) new SocketException("Unsupported address type").initCause(e);
    }

    private void failed(@Nullable SocketChannel channel, InetSocketAddress address, IOException e) throws IOException {
        if (channel != null) {
            pending.remove(channel);
            channel.close();
        }
        race.failed(address, e);
        if (race.isLost() && !outbound.isClosed()) {
            throw e;
        }
    }

    private @Nullable SocketChannel await(Selector selector) throws IOException {
        long millis = deadline.remainingMillis();
        if (race.hasUntried()) {
            millis = Math.min(millis, TimeUnit.NANOSECONDS.toMillis(race.nanosUntilNext(System.nanoTime())) + 1);
        }
        selector.select(millis);
        for (SelectionKey key : selector.selectedKeys()) {
            SocketChannel channel = (SocketChannel) key.channel();
            InetSocketAddress address = pending.get(channel);
            if (address == null) {
                continue; // It has failed as it was started.
            }
            try {
                if (channel.finishConnect()) {
                    return channel;
                }
            } catch (IOException e) {
                failed(channel, address, e);
            }
        }
        selector.selectedKeys().clear();
        return null;
    }
}
