package dev.socks5.junit.internal.guard;

import dev.socks5.codec.Endpoint;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where hooked code is about to go.
 *
 * @param address the socket address, or null for a look-up or a ping
 * @param hosts the names and addresses by which a pattern may know the host; none for a path
 * @param text for messages
 */
record Target(@Nullable SocketAddress address, List<String> hosts, String text) {

    private static final int NO_PORT = -1;

    /**
     * Reads what the gate was given.
     *
     * @param given a socket address, an address, a path, a name, or a message of Netty's that knows its recipient
     */
    static Target of(Object given) {
        if (given instanceof InetSocketAddress socket) {
            return ofSocket(socket);
        } else if (given instanceof InetAddress address) {
            return new Target(null, hosts(new InetSocketAddress(address, 0)), address.getHostAddress());
        } else if (given instanceof String name) {
            return new Target(null, List.of(name), escape(name));
        } else if (given instanceof Path path) {
            return new Target(UnixDomainSocketAddress.of(path), List.of(), escape("unix:" + path));
        } else if (given instanceof SocketAddress other) {
            return ofOther(other);
        }
        return recipient(given);
    }

    /** What goes where its channel is connected to: the guard was asked about that. */
    boolean isNowhere() {
        return text.isEmpty();
    }

    private int port() {
        return address instanceof InetSocketAddress socket ? socket.getPort() : NO_PORT;
    }

    private static Target ofSocket(InetSocketAddress socket) {
        InetAddress address = socket.getAddress();
        String name = socket.getHostString(); // Nothing is looked up for it.
        boolean known = address != null && !name.equals(address.getHostAddress());
        String number = address == null ? name : address.getHostAddress();
        String host = number.indexOf(':') >= 0 ? "[" + number + "]" : number;
        return new Target(
                socket, hosts(socket), escape(host + ":" + socket.getPort() + (known ? " (" + name + ")" : "")));
    }

    /** The address of a library that has a class of its own for paths. */
    private static Target ofOther(SocketAddress other) {
        return property(other, "path") instanceof String path
                ? of(Path.of(path))
                : new Target(other, List.of(), escape(other.toString()));
    }

    /** The recipient of a datagram that a library sends. One without goes where its channel is connected. */
    private static Target recipient(Object message) {
        return property(message, "recipient") instanceof SocketAddress recipient
                ? of(recipient)
                : new Target(null, List.of(), "");
    }

    private static @Nullable Object property(Object of, String name) {
        try {
            for (Class<?> type = of.getClass(); type != null; type = type.getSuperclass()) {
                Method method = type.getMethod(name);
                if (method.canAccess(of)) {
                    return method.invoke(of);
                }
            }
        } catch (ReflectiveOperationException e) {
            return null;
        }
        return null;
    }

    private static List<String> hosts(InetSocketAddress socket) {
        InetAddress address = socket.getAddress();
        return address == null
                ? List.of(socket.getHostString())
                : Stream.of(socket.getHostString(), withoutScope(address.getHostAddress()))
                        .distinct()
                        .toList();
    }

    private static String withoutScope(String address) {
        int scope = address.indexOf('%');
        return scope < 0 ? address : address.substring(0, scope);
    }

    /** Printable ASCII as it is: a name may come from the network. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> {
            if (c >= ' ' && c <= '~') {
                escaped.append((char) c);
            } else {
                escaped.append(String.format("\\u%04x", c));
            }
        });
        return escaped.toString();
    }

    /** Stands for a destination that could not be read. */
    static Target unreadable(Throwable failure) {
        return new Target(null, List.of(), escape("something that the guard cannot read, " + failure));
    }

    /**
     * Returns host and port as patterns take them. What no pattern can name is left out.
     *
     * @param portIfNone the port for a look-up or a ping, which have none
     */
    List<Endpoint> endpoints(int portIfNone) {
        int port = port() == NO_PORT ? portIfNone : port();
        return hosts.stream().flatMap(host -> endpoint(host, port)).toList();
    }

    private static Stream<Endpoint> endpoint(String host, int port) {
        try {
            return Stream.of(Endpoint.of(host, port));
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }
}
