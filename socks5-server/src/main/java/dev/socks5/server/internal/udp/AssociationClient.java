package dev.socks5.server.internal.udp;

import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.session.PendingRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose datagrams are the client's. Its address is that of its TCP connection. Its port is that of the first
 * proper datagram; it changes only where a move is allowed, and then not before the port has been silent for some time.
 *
 * <p>Used by the loop's thread alone.
 */
final class AssociationClient {

    private static final int ANY_PORT = 0;

    private final InetAddress address;
    private final int onlyPort;
    private final long moveAfter;
    private final LongSupplier clock;
    private @Nullable InetSocketAddress current;
    private long heardAt;

    /**
     * Begins with a client that has not been heard yet.
     *
     * @param address the address of the client's TCP connection
     * @param onlyPort the only port that it may send from; 0 for any
     * @param moveAfter the nanoseconds of silence after which it may move to another port
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    AssociationClient(InetAddress address, int onlyPort, long moveAfter, LongSupplier clock) {
        this.address = address;
        this.onlyPort = onlyPort;
        this.moveAfter = moveAfter;
        this.clock = clock;
    }

    /** Begins with the client that has asked for an association. */
    static AssociationClient of(PendingRequest pending) {
        Settings.Relays settings = pending.settings().relays();
        int announced = pending.request().destination().port();
        return new AssociationClient(
                pending.ticket().client().ip().orElseThrow(),
                settings.strictPort() ? announced : ANY_PORT,
                settings.moveAfter(),
                pending.loop()::nanoTime);
    }

    /** Whether a datagram from there can be the client's. */
    boolean mayBe(InetSocketAddress from) {
        if (!from.getAddress().equals(address)) {
            return false;
        }
        if (onlyPort != ANY_PORT) {
            return from.getPort() == onlyPort;
        }
        return current == null || from.equals(current) || clock.getAsLong() - heardAt >= moveAfter;
    }

    /**
     * Takes note of a proper datagram from where the client may be.
     *
     * @return the address of the client before, if it has moved
     */
    Optional<InetSocketAddress> hear(InetSocketAddress from) {
        Optional<InetSocketAddress> before = Optional.ofNullable(current).filter(known -> !known.equals(from));
        current = from;
        heardAt = clock.getAsLong();
        return before;
    }

    /** Begins to measure silence anew, because nobody was listened to until now. */
    void listenAgain() {
        heardAt = clock.getAsLong();
    }

    /** Returns the address of the client; {@code null} before its first proper datagram. */
    @Nullable
    InetSocketAddress current() {
        return current;
    }
}
