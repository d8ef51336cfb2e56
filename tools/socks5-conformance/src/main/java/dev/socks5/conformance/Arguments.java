package dev.socks5.conformance;

import dev.socks5.codec.PasswordRequest;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what stands on the command line. */
final class Arguments {

    private Arguments() {}

    /** Makes the message of an {@link IllegalArgumentException} the one that the user gets. */
    static <T> ITypeConverter<T> clear(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    /** Reads USER:PASSWORD; the message does not repeat it. */
    static PasswordRequest login(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("a login is USER:PASSWORD");
        }
        return PasswordRequest.of(text.substring(0, colon), text.substring(colon + 1));
    }

    /** Finds out from which address of this machine another one is reached; nothing is sent. */
    static InetAddress localAddressTowards(InetSocketAddress other) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(other);
            return socket.getLocalAddress();
        }
    }
}
