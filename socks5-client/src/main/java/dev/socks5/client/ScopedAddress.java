package dev.socks5.client;

import dev.socks5.codec.Ipv6Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * IPv6 addresses with a zone (RFC 4007 section 11): of two links of this host, it says which. SOCKS5 has no place for it, and
 * another host has other zones.
 */
final class ScopedAddress {

    /** {@code fe80::1%eth0}, {@code [fe80::1%eth0]} or, as URIs have it (RFC 6874), {@code [fe80::1%25eth0]}. */
    private static final Pattern HOST =
            Pattern.compile("(?<address>[0-9A-Fa-f:.]+)%(?<zone>[^%\\[\\]]+)|\\[(?<inside>[^\\[\\]]+)]");

    /** What a URI has at its end: brackets with a zone in them, a port or none. */
    private static final Pattern URI_END =
            Pattern.compile("\\[(?<address>[0-9A-Fa-f:.]+)(?<zone>%[^\\[\\]@/]+)](?<rest>(:\\d*)?/?)$");

    private static final String ENCODED_PERCENT = "%25";

    private ScopedAddress() {}

    /**
     * Reads a host that has a zone.
     *
     * @return empty if it has none
     * @throws IllegalArgumentException if the address is none, or the zone is none of this host's
     */
    static Optional<InetAddress> parse(String host) {
        Matcher matcher = HOST.matcher(host);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String inside = matcher.group("inside");
        if (inside != null) {
            String decoded = inside.matches(".*" + ENCODED_PERCENT + ".+") ? inside.replaceFirst("%25", "%") : inside;
            return decoded.indexOf('%') < 0 ? Optional.empty() : parse(decoded);
        }
        Ipv6Address address = Ipv6Address.parse(matcher.group("address"));
        try {
            return Optional.of(InetAddress.getByName(address + "%" + matcher.group("zone"))); // Looks no name up.
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no zone of this host is meant by " + host, e);
        }
    }

    /** A proxy's URI without the zone of its address. */
    static String withoutZone(String uri) {
        return URI_END.matcher(uri).replaceFirst("[${address}]${rest}");
    }

    /**
     * The address at the end of a proxy's URI, if that has a zone.
     *
     * @param port the port of the proxy
     * @throws IllegalArgumentException if the zone is none of this host's; the message repeats nothing of the URI
     */
    static Optional<InetSocketAddress> ofUri(String uri, int port) {
        Matcher matcher = URI_END.matcher(uri);
        if (!matcher.find()) {
            return Optional.empty();
        }
        try {
            return parse("[" + matcher.group("address") + matcher.group("zone") + "]")
                    .map(address -> new InetSocketAddress(address, port));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the proxy's address has a zone that is none of this host's");
        }
    }

    /** Whether an address leads elsewhere without its zone. A global address may have one, too, which says nothing. */
    static boolean needsZone(InetAddress address) {
        return address instanceof Inet6Address v6
                && v6.getScopeId() != 0
                && (v6.isLinkLocalAddress() || v6.isSiteLocalAddress() || v6.isMCLinkLocal());
    }
}
