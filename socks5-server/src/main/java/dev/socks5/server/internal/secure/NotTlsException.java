package dev.socks5.server.internal.secure;

import java.io.Serial;
import javax.net.ssl.SSLException;

/** The peer does not speak TLS. */
final class NotTlsException extends SSLException {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * Says what the peer speaks, as far as that can be told.
     *
     * @param first the first byte that it has sent
     */
    NotTlsException(byte first) {
        super(describe(first));
    }

    private static String describe(byte first) {
        return switch (first) {
            case 5 -> "SOCKS5 without TLS on a port for TLS";
            case 4 -> "SOCKS4 without TLS on a port for TLS";
            default -> "no TLS on a port for TLS: it begins with X'%02X'".formatted(first);
        };
    }
}
