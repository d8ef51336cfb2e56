package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.platform.BeyondAndroid;
import dev.socks5.client.internal.platform.NumberedOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the settings that the user of a socket has made before it is connected, for the sockets that take its place.
 *
 * @param options the value of each option that can be read
 * @param readTimeoutMillis 0 for none; {@code null} to leave it as it is
 * @param local the address to bind to; {@code null} if the system may choose
 */
record SocketSettings(
        Map<SocketOption<?>, Object> options,
        @Nullable Integer readTimeoutMillis,
        @Nullable SocketAddress local) {

    static final SocketSettings NONE = new SocketSettings(Map.of(), null, null);

    /** The options that a socket has methods of their own for: those are all that it has on Android before 13. */
    private static final Map<SocketOption<?>, Integer> NUMBERS = Map.of(
            StandardSocketOptions.SO_KEEPALIVE, SocketOptions.SO_KEEPALIVE,
            StandardSocketOptions.SO_LINGER, SocketOptions.SO_LINGER,
            StandardSocketOptions.SO_RCVBUF, SocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_REUSEADDR, SocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_SNDBUF, SocketOptions.SO_SNDBUF,
            StandardSocketOptions.IP_TOS, SocketOptions.IP_TOS,
            StandardSocketOptions.TCP_NODELAY, SocketOptions.TCP_NODELAY);

    static SocketSettings of(Socket socket) throws IOException {
        return new SocketSettings(
                options(socket), socket.getSoTimeout(), socket.isBound() ? socket.getLocalSocketAddress() : null);
    }

    private static Map<SocketOption<?>, Object> options(Socket socket) throws IOException {
        try {
            return supported(socket);
        } catch (NoSuchMethodError e) {
            Map<SocketOption<?>, Object> options = new HashMap<>();
            for (Map.Entry<SocketOption<?>, Integer> numbered : NUMBERS.entrySet()) {
                options.put(numbered.getKey(), NumberedOptions.get(socket, numbered.getValue()));
            }
            return options;
        }
    }

    @BeyondAndroid("The caller goes on by number")
    private static Map<SocketOption<?>, Object> supported(Socket socket) throws IOException {
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

    /** Gives the settings that another state of the same socket, an earlier one, did not have. */
    SocketSettings since(SocketSettings earlier) {
        Map<SocketOption<?>, Object> changed = new HashMap<>(options);
        changed.entrySet().removeAll(earlier.options.entrySet());
        return new SocketSettings(
                changed,
                Objects.equals(readTimeoutMillis, earlier.readTimeoutMillis) ? null : readTimeoutMillis,
                earlier.isBound() ? null : local);
    }

    boolean isBound() {
        return local != null;
    }

    /** Sets the options that differ, and binds a socket that is not bound. Only one at a time can have a port. */
    void applyTo(Socket other) throws IOException {
        Map<SocketOption<?>, Object> its = options(other);
        for (Map.Entry<SocketOption<?>, Object> wanted : options.entrySet()) {
            if (!wanted.getValue().equals(its.get(wanted.getKey()))) {
                set(other, wanted.getKey(), wanted.getValue());
            }
        }
        if (readTimeoutMillis != null) {
            other.setSoTimeout(readTimeoutMillis);
        }
        if (local != null && !other.isBound()) {
            other.bind(local);
        }
    }

    private static void set(Socket socket, SocketOption<?> option, Object value) throws IOException {
        try {
            setSupported(socket, option, value);
        } catch (NoSuchMethodError e) {
            NumberedOptions.set(socket, Objects.requireNonNull(NUMBERS.get(option)), value);
        } catch (UnsupportedOperationException e) {
            // A socket of another kind does not have the option: one of a factory in the place of a channel's.
        }
    }

    @BeyondAndroid("The caller goes on by number")
    @SuppressWarnings("unchecked") // The value has come from the same option.
    private static <T> void setSupported(Socket socket, SocketOption<T> option, Object value) throws IOException {
        socket.setOption(option, (T) value);
    }
}
