package dev.socks5.conformance.server.trial;

import dev.socks5.codec.PasswordRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the suite is told of the server that it judges.
 *
 * @param address where it listens
 * @param login what it takes, or {@code null} if clients need none
 * @param origin an IPv4 address of this machine that the server can reach: destinations are there
 * @param ipv6Origin the same for IPv6, or {@code null} for none
 * @param name a name that the server can look up and that has several addresses, the last of which alone is
 *     {@code origin}; or {@code null} for none
 * @param process the number of its process, if it runs on this machine, or {@code null}
 */
public record ServerUnderTest(
        InetSocketAddress address,
        @Nullable PasswordRequest login,
        InetAddress origin,
        @Nullable InetAddress ipv6Origin,
        @Nullable String name,
        @Nullable Long process) {

    /** A server on this machine without a login, and destinations on loopback addresses. */
    public static ServerUnderTest at(InetSocketAddress address) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return new ServerUnderTest(address, null, loopback, ServerProbe.ipv6Loopback(), null, null);
    }

    /** Returns a copy with a login. */
    public ServerUnderTest withLogin(PasswordRequest given) {
        return new ServerUnderTest(address, given, origin, ipv6Origin, name, process);
    }

    /** Returns a copy with the number of the process. */
    public ServerUnderTest withProcess(long given) {
        return new ServerUnderTest(address, login, origin, ipv6Origin, name, given);
    }

    /** Returns a copy with a name that has several addresses. */
    public ServerUnderTest withName(String given) {
        return new ServerUnderTest(address, login, origin, ipv6Origin, given, process);
    }
}
