package dev.socks5.codec;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The JDK's form of an address. */
final class Inet {

    private Inet() {}

    /** Looks nothing up; sixteen bytes stay sixteen. */
    static InetAddress address(byte[] octets) {
        try {
            // InetAddress.getByAddress would make an IPv4 address of a mapped one.
            return octets.length == Ipv6Address.LENGTH
                    ? Inet6Address.getByAddress(null, octets, -1)
                    : InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 octets, not " + octets.length, e);
        }
    }
}
