package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.layer.Deadline;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects a socket to the first address of an {@link AddressRace} that answers, on the caller's thread.
 *
 * <p>Channels are connected by a {@link StaggeredDial}, with a selector for as long as that takes. Nobody can wait for
 * several sockets of a factory at a time, and only one socket can be bound to a port: these try one address after the
 * other, each for its share of the time that is left. A single address needs neither.
 */
final class BlockingDial {

    private final Outbound outbound;
    private final AddressRace race;
    private final Deadline deadline;
    private final Dialer dialer;
    private boolean firstIsUsed;

    private BlockingDial(Outbound outbound, AddressRace race, Deadline deadline, Dialer dialer) {
        this.outbound = outbound;
        this.race = race;
        this.deadline = deadline;
        this.dialer = dialer;
    }

    /**
     * Connects a socket. Leaves the connected socket in {@code outbound}, and no other open. On a failure it may leave
     * one there.
     *
     * @throws ClosedChannelException if this side wants no connection any more
     * @throws SocketTimeoutException if time is up
     * @throws IOException if all attempts have failed; the race says how
     */
    static void connect(Outbound outbound, AddressRace race, Deadline deadline, Dialer dialer) throws IOException {
        try {
            new BlockingDial(outbound, race, deadline, dialer).connect();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (SocketTimeoutException e) {
            throw race.timedOut();
        } catch (IOException e) {
            throw outbound.isClosed() ? e : race.unreachable(e);
        }
    }

    private void connect() throws IOException {
        Socket first = outbound.socket();
        if (race.isSingle()) {
            connect(first, race.next(System.nanoTime()));
            return;
        }
        SocketSettings settings = SocketSettings.of(first);
        if (first.getChannel() == null || settings.isBound()) {
            oneAfterTheOther(settings);
        } else {
            staggered(settings);
        }
    }

    /** Connects to an address that was untried, in its share of the time that a hook has left. */
    private void connect(Socket socket, SocketAddress address) throws IOException {
        dialer.path().preparation().of(socket, address);
        int share = deadline.remainingMillis() / (race.untried() + 1);
        socket.connect(address, Math.max(1, share));
    }

    private void oneAfterTheOther(SocketSettings settings) throws IOException {
        while (true) {
            deadline.requireTime();
            SocketAddress address = race.next(System.nanoTime());
            try {
                connect(socket(settings), address);
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

    /** Gives the user's own socket for the first attempt, and one like it for each of the others. */
    private Socket socket(SocketSettings settings) throws IOException {
        if (firstIsUsed) {
            Socket next = dialer.socket();
            outbound.use(next);
            settings.applyTo(next);
        }
        firstIsUsed = true;
        return outbound.socket();
    }

    private void staggered(SocketSettings settings) throws IOException {
        SocketChannel winner;
        try (Selector selector = LocalException.ifFails(Selector::open);
                StaggeredDial dial = new StaggeredDial(
                        race,
                        () -> socket(settings).getChannel(),
                        dialer.path().preparation(),
                        (channel, operations) -> channel.register(selector, operations))) {
            outbound.onClose(selector::wakeup);
            winner = (SocketChannel) connected(selector, dial).channel();
        } finally {
            outbound.onClose(() -> {});
        }
        outbound.use(winner.socket()); // Before anything that may fail: closing outbound closes this one then.
        winner.configureBlocking(true);
    }

    private SelectionKey connected(Selector selector, StaggeredDial dial) throws IOException {
        @Nullable SelectionKey key = null;
        while (key == null) {
            requireWanted();
            key = dial.start(System.nanoTime());
            if (key == null) {
                key = await(selector, dial);
            }
        }
        return key;
    }

    private void requireWanted() throws ClosedChannelException {
        if (outbound.isClosed()) {
            throw new AsynchronousCloseException();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }

    private @Nullable SelectionKey await(Selector selector, StaggeredDial dial) throws IOException {
        Deadline next = dial.nextStart(deadline, System.nanoTime());
        long millis = TimeUnit.NANOSECONDS.toMillis(next.nanosLeft()) + 1;
        selector.select(Math.max(1, Math.min(millis, deadline.remainingMillis())));
        Set<SelectionKey> ready = selector.selectedKeys();
        @Nullable SelectionKey connected = null;
        for (SelectionKey key : ready) {
            connected = connected == null ? dial.finish(key) : connected;
        }
        ready.clear();
        return connected;
    }
}
