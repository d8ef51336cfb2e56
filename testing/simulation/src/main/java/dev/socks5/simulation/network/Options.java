package dev.socks5.simulation.network;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of a socket: they are kept, and nothing more. */
final class Options {

    static final Set<SocketOption<?>> TCP = Set.of(
            StandardSocketOptions.TCP_NODELAY,
            StandardSocketOptions.SO_KEEPALIVE,
            StandardSocketOptions.SO_LINGER,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_SNDBUF,
            StandardSocketOptions.SO_RCVBUF);
    static final Set<SocketOption<?>> LISTENING =
            Set.of(StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_RCVBUF);
    static final Set<SocketOption<?>> UDP = Set.of(
            StandardSocketOptions.SO_SNDBUF,
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_BROADCAST,
            StandardSocketOptions.IP_TOS);

    private final Set<SocketOption<?>> supported;
    private @Nullable Map<SocketOption<?>, Object> values;

    Options(Set<SocketOption<?>> supported) {
        this.supported = supported;
    }

    private void check(SocketOption<?> option) {
        if (!supported.contains(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
    }

    <T> void set(SocketOption<T> option, T value) {
        check(option);
        if (option.equals(StandardSocketOptions.TCP_NODELAY) || option.equals(StandardSocketOptions.SO_KEEPALIVE)) {
            return; // Nothing depends on them, and they are set for each connection.
        }
        if (values == null) {
            values = new HashMap<>();
        }
        values.put(option, value);
    }

    @SuppressWarnings("unchecked") // Put there by set(), with the option's own type.
    <T> @Nullable T get(SocketOption<T> option) {
        check(option);
        return values == null ? null : (T) values.get(option);
    }

    boolean lingersForNothing() {
        return values != null && Integer.valueOf(0).equals(values.get(StandardSocketOptions.SO_LINGER));
    }
}
