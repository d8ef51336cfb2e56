package dev.socks5.client;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Addresses as the JDK's own sockets give them. */
final class NumericAddress {

    private static final int NO_SCOPE = -1;

    private NumericAddress() {}

    /** The same address and zone, in an object that knows no name and is nobody else's; an unresolved one as it is. */
    static InetSocketAddress nameless(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        return ip == null ? address : new InetSocketAddress(nameless(ip), address.getPort());
    }

    private static InetAddress nameless(InetAddress address) {
        byte[] octets = address.getAddress();
        try {
            return address instanceof Inet6Address v6
                    ? Inet6Address.getByAddress(null, octets, v6.getScopeId() == 0 ? NO_SCOPE : v6.getScopeId())
                    : InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 octets, not " + octets.length, e);
        }
    }

    /** Empty for a name; nothing is looked up. An IPv4-mapped IPv6 address becomes the IPv4 address. */
    static Optional<InetSocketAddress> of(Endpoint endpoint) {
        if (endpoint.address() instanceof DomainName) {
            return Optional.empty();
        }
        byte[] octets = endpoint.toInetSocketAddress().getAddress().getAddress();
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(octets), endpoint.port()));
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 octets, not " + octets.length, e);
        }
    }
}
