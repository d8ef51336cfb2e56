package dev.socks5.server.internal.transport;

import dev.socks5.server.transport.Transport;
import java.io.Closeable;

/**
 * What is done at the ends of a transport, each once at the most, on threads that may block.
 *
 * @param output passes the end of output on
 * @param reset passes a reset on; {@code whole} follows
 * @param whole closes everything
 */
record Ends(Transport.Action output, Transport.Action reset, Closeable whole) {

    private static final Transport.Action NOTHING = () -> {};

    /** Makes ends of which only the last one is known. */
    static Ends of(Closeable whole) {
        return new Ends(NOTHING, NOTHING, whole);
    }

    Ends output(Transport.Action action) {
        return new Ends(action, reset, whole);
    }

    Ends reset(Transport.Action action) {
        return new Ends(output, action, whole);
    }
}
