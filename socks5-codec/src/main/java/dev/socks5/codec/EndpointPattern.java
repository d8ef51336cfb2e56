package dev.socks5.codec;

import java.util.function.Predicate;

/**
 * A set of endpoints that a person can write down: for rules, and for lists of what goes direct. Nothing is looked up:
 * a name never matches a pattern of addresses, nor the reverse. Bits of an address behind its prefix, and a dot at the
 * end of a name, mean nothing.
 *
 * <table>
 *   <caption>What it matches</caption>
 *   <tr><th>text</th><th>endpoints</th></tr>
 *   <tr><td>{@code 10.0.0.0/8}, {@code 192.0.2.1}</td><td>IPv4 addresses, and the IPv6 addresses that carry them
 *       ({@link Ipv6Address#embeddedIpv4()})</td></tr>
 *   <tr><td>{@code 2001:db8::/32}, {@code [::1]}</td><td>IPv6 addresses; one without a prefix
 *       goes in brackets if a port follows, or if its last group could be one</td></tr>
 *   <tr><td>{@code example.com}</td><td>that name, in upper or lower case</td></tr>
 *   <tr><td>{@code *.example.com}</td><td>the names below it at any depth, not {@code example.com} itself</td></tr>
 *   <tr><td>{@code *}</td><td>every host</td></tr>
 *   <tr><td>any of these with {@code :443} or {@code :8000-8999}</td><td>only these ports</td></tr>
 * </table>
 */
public final class EndpointPattern implements Predicate<Endpoint> {

    private static final String ANY = "*";
    private static final String BELOW = "*.";

    private final String text;
    private final Predicate<Address> host;
    private final boolean ofAddresses;
    private final int firstPort;
    private final int lastPort;

    private EndpointPattern(String text, String host, String ports) {
        this.text = text;
        int dash = ports.indexOf('-');
        if (ports.isEmpty()) {
            this.firstPort = 0;
            this.lastPort = Endpoint.MAX_PORT;
        } else {
            this.firstPort = Endpoint.port(dash < 0 ? ports : ports.substring(0, dash));
            this.lastPort = Endpoint.port(dash < 0 ? ports : ports.substring(dash + 1));
        }
        if (lastPort > Endpoint.MAX_PORT || firstPort > lastPort) {
            throw new IllegalArgumentException("ports are 0 to 65535, FROM-TO: " + Text.quote(text));
        }
        if (host.equals(ANY)) {
            this.host = address -> true;
            this.ofAddresses = false;
        } else if (host.startsWith(BELOW)) {
            String suffix = "." + hostName(host.substring(BELOW.length()));
            this.host = address -> address instanceof DomainName name
                    && name.canonical().octets().endsWith(suffix);
            this.ofAddresses = false;
        } else if (host.indexOf('/') >= 0 || host.indexOf(':') >= 0 || Ipv4Address.isIpv4(host)) {
            this.host = AddressBlock.parse(host)::contains;
            this.ofAddresses = true;
        } else {
            String exact = hostName(host);
            this.host = address -> address instanceof DomainName name
                    && name.canonical().octets().equals(exact);
            this.ofAddresses = false;
        }
    }

    /**
     * Reads a pattern.
     *
     * @param text see above
     * @return the pattern
     * @throws IllegalArgumentException if the text is none
     */
    public static EndpointPattern parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bareIpv6 = colon != text.indexOf(':') && text.indexOf('[') < 0 && text.indexOf('/') < 0;
        if (bareIpv6
                && isIpv6(text.substring(0, colon))
                && text.substring(colon + 1).matches("\\d+")) {
            // The last group, or a port? A rule that is read otherwise than it was meant protects nothing.
            throw new IllegalArgumentException("an IPv6 address goes in brackets here, [ADDRESS]: " + Text.quote(text));
        }
        boolean hasPorts = colon > Math.max(text.indexOf(']'), text.indexOf('/')) && !bareIpv6;
        if (!hasPorts) {
            return new EndpointPattern(text, text, "");
        }
        if (colon == text.length() - 1) {
            throw new IllegalArgumentException("a port is missing: " + Text.quote(text));
        }
        return new EndpointPattern(text, text.substring(0, colon), text.substring(colon + 1));
    }

    /**
     * Whether any of several patterns matches.
     *
     * @param patterns what {@link #parse(String)} reads
     * @return the patterns joined by "or"; with none of them, nothing matches
     * @throws IllegalArgumentException if one of them is not a pattern
     */
    public static Predicate<Endpoint> anyOf(String... patterns) {
        Predicate<Endpoint> any = endpoint -> false;
        for (String pattern : patterns) {
            any = any.or(parse(pattern));
        }
        return any;
    }

    private static boolean isIpv6(String text) {
        try {
            Ipv6Address.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String hostName(String host) {
        DomainName name = DomainName.ofAscii(host);
        if (!name.isHostName()) {
            throw new IllegalArgumentException("neither an address, a block nor a host name: " + Text.quote(host));
        }
        return name.canonical().octets();
    }

    /**
     * Whether an endpoint is in the set.
     *
     * @param endpoint any endpoint
     * @return whether both its host and its port match
     */
    @Override
    public boolean test(Endpoint endpoint) {
        return coversPort(endpoint.port()) && host.test(endpoint.address());
    }

    /**
     * Whether an endpoint is in the set, other than by an IPv4 address that its IPv6 address carries: a translated or
     * tunnelled address is another host's, or leads there by another way. An IPv4-mapped one is only another spelling.
     *
     * @param endpoint any endpoint
     * @return whether both its host and its port match
     */
    public boolean testAsWritten(Endpoint endpoint) {
        boolean carried = ofAddresses
                && endpoint.address() instanceof Ipv6Address v6
                && !v6.isIpv4Mapped()
                && v6.embeddedIpv4().filter(host).isPresent();
        return test(endpoint) && !carried;
    }

    /**
     * Whether endpoints with this port can be in the set.
     *
     * @param port 0 to 65535
     * @return true for every port if the pattern names none
     */
    public boolean coversPort(int port) {
        return port >= firstPort && port <= lastPort;
    }

    /**
     * Whether this is a pattern of IP addresses: it can match a name only once that has been resolved.
     *
     * @return false for names, suffixes and {@code *}
     */
    public boolean ofAddresses() {
        return ofAddresses;
    }

    /** The text it was read from. */
    @Override
    public String toString() {
        return text;
    }
}
