package dev.socks5.codec;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The address of a host: IPv4, IPv6 or a name (RFC 1928 section 5). Closed, because the address type decides how long
 * the field is: after an unknown type nothing more can be read.
 */
public sealed interface Address permits Ipv4Address, Ipv6Address, DomainName {

    /**
     * The address as SOCKS5 sends it. Looks nothing up. The scope of an IPv6 address has no place on the wire and is
     * dropped.
     *
     * @param address an IPv4 or IPv6 address
     * @return an {@link Ipv4Address} or {@link Ipv6Address}
     */
    static Address of(InetAddress address) {
        ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new Ipv4Address(octets.getInt())
                : new Ipv6Address(octets.getLong(), octets.getLong());
    }

    /**
     * Reads what a person writes for a host. Looks nothing up.
     *
     * @param host an IPv4 address in four decimal parts, an IPv6 address (in brackets or not, without a zone), or else
     *     a host name in ASCII; for other names see {@link DomainName#ofUnicode(String)}
     * @return the address
     * @throws IllegalArgumentException if it is none of these
     */
    static Address parse(String host) {
        if (host.startsWith("[") && host.endsWith("]")) {
            return Ipv6Address.parse(host.substring(1, host.length() - 1));
        }
        if (host.indexOf(':') >= 0) {
            return Ipv6Address.parse(host);
        }
        return Ipv4Address.isIpv4(host) ? Ipv4Address.parse(host) : DomainName.ofAscii(host);
    }
}
