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
 * proper datagram, until one comes from the port that the request names, if it names one. Apart from that it changes
 * only where a move is allowed, and then not before the port has been silent for some time.
 *
 * <p>Used by the loop's thread alone.
 */
final class AssociationClient {

    private static final int NONE = 0;

    private final InetAddress address;
    private final int announced;
    private final boolean strict;
    private final long moveAfter;
    private final LongSupplier clock;
    private @Nullable InetSocketAddress current;
    private long heardAt;

    /**
     * Begins with a client that has not been heard yet.
     *
     * @param address the address of the client's TCP connection
     * @param announced the port that its request names; 0 for none
     * @param strict whether it may send from no other port than that, if there is one
     * @param moveAfter the nanoseconds of silence after which it may move to another port
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    AssociationClient(InetAddress address, int announced, boolean strict, long moveAfter, LongSupplier clock) {
        this.address = address;
        this.announced = announced;
        this.strict = strict;
        this.moveAfter = moveAfter;
        this.clock = clock;
    }

    /** Begins with the client that has asked for an association. */
    static AssociationClient of(PendingRequest pending) {
        Settings.Relays settings = pending.settings().relays();
        return new AssociationClient(
                pending.ticket().client().ip().orElseThrow(),
                pending.request().destination().port(),
                settings.strictPort(),
                settings.moveAfter(),
                pending.loop()::nanoTime);
    }

    /** Whether a datagram from there can be the client's. */
    boolean mayBe(InetSocketAddress from) {
        if (!from.getAddress().equals(address)) {
            return false;
        }
        if (announced != NONE && (strict || from.getPort() == announced)) {
            return from.getPort() == announced;
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
