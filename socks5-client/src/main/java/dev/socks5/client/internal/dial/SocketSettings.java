package dev.socks5.client.internal.dial;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the settings that the user of a socket has made before it is connected, for the sockets that take its place.
 *
 * @param options the value of each option that can be read
 * @param readTimeoutMillis 0 for none
 * @param local the address to bind to; {@code null} if the system may choose
 */
record SocketSettings(
        Map<SocketOption<?>, Object> options,
        int readTimeoutMillis,
        @Nullable SocketAddress local) {

    static SocketSettings of(Socket socket) throws IOException {
        return new SocketSettings(
                options(socket), socket.getSoTimeout(), socket.isBound() ? socket.getLocalSocketAddress() : null);
    }

    private static Map<SocketOption<?>, Object> options(Socket socket) throws IOException {
        Map<SocketOption<?>, Object> options = new HashMap<>();
        for (SocketOption<?> option : socket.supportedOptions()) {
            try {
                @Nullable Object value = socket.getOption(option);
                if (value != null) {
                    options.put(option, value);
                }
            } catch (UnsupportedOperationException e) {
                // This system does not have the option, so nobody can have set it.
            }
        }
        return options;
    }

    boolean isBound() {
        return local != null;
    }

    /** Sets the options that differ. Only one socket at a time can be bound to a port. */
    void applyTo(Socket other) throws IOException {
        Map<SocketOption<?>, Object> its = options(other);
        for (Map.Entry<SocketOption<?>, Object> wanted : options.entrySet()) {
            if (!wanted.getValue().equals(its.get(wanted.getKey()))) {
                set(other, wanted.getKey(), wanted.getValue());
            }
        }
        other.setSoTimeout(readTimeoutMillis);
        if (local != null) {
            other.bind(local);
        }
    }

    @SuppressWarnings("unchecked") // The value has come from the same option.
    private static <T> void set(Socket socket, SocketOption<T> option, Object value) throws IOException {
        socket.setOption(option, (T) value);
    }
}
