package dev.socks5.client.internal.dial;

import dev.socks5.codec.Ipv6Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads IPv6 addresses with a zone (RFC 4007 section 11), which says which link of this host is meant. SOCKS5 has no
 * place for a zone, and another host has other zones.
 */
public final class ScopedAddress {

    /**
     * Matches {@code fe80::1%eth0}, {@code [fe80::1%eth0]} or, as URIs have it (RFC 6874), {@code [fe80::1%25eth0]}.
     */
    private static final Pattern HOST =
            Pattern.compile("(?<address>[0-9A-Fa-f:.]+)%(?<zone>[^%\\[\\]]+)|\\[(?<inside>[^\\[\\]]+)]");

    /** Matches the end of a URI: brackets with a zone in them, a port or none. */
    private static final Pattern URI_END =
            Pattern.compile("\\[(?<address>[0-9A-Fa-f:.]+)(?<zone>%[^\\[\\]@/]+)](?<rest>(:\\d*)?/?)$");

    private static final String ENCODED_PERCENT = "%25";

    private ScopedAddress() {}

    /**
     * Reads a host that has a zone.
     *
     * @return empty if it has none
     * @throws IllegalArgumentException if it is no address, or this host does not have the zone
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
            throw new IllegalArgumentException("this host does not have the zone of " + host, e);
        }
    }

    /** Takes the zone out of a proxy's URI. */
    public static String withoutZone(String uri) {
        return URI_END.matcher(uri).replaceFirst("[${address}]${rest}");
    }

    /**
     * Reads the address at the end of a proxy's URI, if that has a zone.
     *
     * @param port the port of the proxy
     * @throws IllegalArgumentException if this host does not have the zone; the message repeats nothing of the URI
     */
    public static Optional<InetSocketAddress> ofUri(String uri, int port) {
        Matcher matcher = URI_END.matcher(uri);
        if (!matcher.find()) {
            return Optional.empty();
        }
        try {
            return parse("[" + matcher.group("address") + matcher.group("zone") + "]")
                    .map(address -> new InetSocketAddress(address, port));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the proxy's address has a zone that this host does not have");
        }
    }

    /**
     * Tells whether an address leads elsewhere without its zone. That of a global address, if it has one, says nothing.
     */
    static boolean needsZone(InetAddress address) {
        return address instanceof Inet6Address v6
                && v6.getScopeId() != 0
                && (v6.isLinkLocalAddress() || v6.isSiteLocalAddress() || v6.isMCLinkLocal());
    }
}
