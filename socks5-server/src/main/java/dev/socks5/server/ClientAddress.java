package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells where a client's connection comes from: from an IP address and port, or through a Unix domain socket from a
 * process of this host, of which the user may be known. Immutable.
 *
 * <pre>{@code
 * if (client instanceof ClientAddress.Unix local && "backup".equals(local.user())) ...
 * if (client.ip().filter(InetAddress::isLoopbackAddress).isPresent()) ...
 * }</pre>
 *
 * <p>{@code toString} gives the form that rules, logs and flight recordings have, and is safe to log:
 * {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}, {@code unix:alice}, and {@code unix} if the user is not known.
 */
public sealed interface ClientAddress permits ClientAddress.Ip, ClientAddress.Unix {

    /**
     * Makes the address of a client that has connected by TCP.
     *
     * @param address resolved
     * @return an {@link Ip}
     * @throws IllegalArgumentException if it is unresolved
     */
    static ClientAddress of(InetSocketAddress address) {
        return new Ip(address);
    }

    /**
     * Returns the IP address.
     *
     * @return empty for a client of this host that has connected through a Unix domain socket
     */
    Optional<InetAddress> ip();

    /**
     * Returns the user whose process has connected through a Unix domain socket, as this host names users. Nobody can
     * connect in the name of another, except the host's own administrator. This is no login.
     *
     * @return empty for a client with an IP address, and if the JDK cannot tell the user
     */
    Optional<String> unixUser();

    /**
     * An IP address and a port. An IPv4-mapped IPv6 address is the IPv4 address that it is.
     *
     * @param socketAddress the address and port, resolved
     */
    record Ip(InetSocketAddress socketAddress) implements ClientAddress {

        /**
         * Checks the address.
         *
         * @param socketAddress the address and port, resolved
         * @throws IllegalArgumentException if it is unresolved
         */
        public Ip {
            if (socketAddress.isUnresolved()) {
                throw new IllegalArgumentException("a client's address is an IP address, not a name");
            }
        }

        @Override
        public Optional<InetAddress> ip() {
            return Optional.of(socketAddress.getAddress());
        }

        @Override
        public Optional<String> unixUser() {
            return Optional.empty();
        }

        /** Writes address and port. */
        @Override
        public String toString() {
            return Endpoint.of(socketAddress).toString();
        }
    }

    /**
     * A process of this host that has connected through a Unix domain socket. All processes of one user count as one
     * client, and so do all whose user is not known.
     *
     * @param user the name of the process's user, or the number of one without a name; {@code null} if it is not known
     */
    record Unix(@Nullable String user) implements ClientAddress {

        /**
         * Checks the name.
         *
         * @param user not empty; {@code null} if it is not known
         * @throws IllegalArgumentException if it is empty
         */
        public Unix {
            if (user != null && user.isEmpty()) {
                throw new IllegalArgumentException("a user has a name");
            }
        }

        @Override
        public Optional<InetAddress> ip() {
            return Optional.empty();
        }

        @Override
        public Optional<String> unixUser() {
            return Optional.ofNullable(user);
        }

        /** Writes the user, with everything but printable ASCII escaped, blanks and backslashes too. */
        @Override
        public String toString() {
            if (user == null) {
                return "unix";
            }
            StringBuilder text = new StringBuilder("unix:");
            user.chars().forEach(c -> {
                boolean plain = c > ' ' && c < 0x7F && c != '\\';
                text.append(plain ? String.valueOf((char) c) : (c <= 0xFF ? "\\x%02x" : "\\u%04x").formatted(c));
            });
            return text.toString();
        }
    }
}
