package dev.socks5.client;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.codec.Ipv6Address;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Matches the destinations that need no proxy, in the two forms in which environments and JVMs name them. It is meant
 * for {@link Socks5ClientBuilder#direct}, {@link Socks5Client#proxySelector(Predicate)} and
 * {@link Socks5ProxySelector}.
 *
 * <p>Nothing is looked up: an address matches no name, and a name matches no address. Immutable, and safe for use by
 * several threads.
 */
public final class NoProxy implements Predicate<Endpoint> {

    private final String text;
    private final List<Predicate<Endpoint>> entries;

    private NoProxy(String text, List<Predicate<Endpoint>> entries) {
        this.text = text;
        this.entries = entries;
    }

    /**
     * Reads the form of the environment variable {@code NO_PROXY}: entries between commas or spaces.
     *
     * <table>
     *   <caption>What an entry matches</caption>
     *   <tr><th>entry</th><th>destinations</th></tr>
     *   <tr><td>{@code example.com}, {@code .example.com}</td><td>that name and all names below it</td></tr>
     *   <tr><td>{@code *.example.com}</td><td>all names below it, not the name itself</td></tr>
     *   <tr><td>{@code 192.0.2.1}, {@code ::1}, {@code [::1]}</td><td>that address</td></tr>
     *   <tr><td>{@code 10.0.0.0/8}, {@code fe80::/10}</td><td>the addresses of that block</td></tr>
     *   <tr><td>any of these with {@code :443} or {@code :8000-8999}, an IPv6 address in brackets then</td><td>only
     *       these ports</td></tr>
     *   <tr><td>{@code *}</td><td>everything</td></tr>
     * </table>
     *
     * <p>An entry of any other form matches nothing, as it does for curl: such lists are made for many programs, and a
     * destination that no entry is known to mean stays behind the proxy.
     *
     * @param text the list, possibly empty
     * @return the destinations that match one of the entries
     */
    public static NoProxy parse(String text) {
        return read(text, "[,\\s]+", NoProxy::environmentEntry);
    }

    private static NoProxy read(String text, String separator, Function<String, Predicate<Endpoint>> entry) {
        Objects.requireNonNull(text, "text");
        return new NoProxy(
                text,
                Arrays.stream(text.split(separator, -1))
                        .filter(host -> !host.trim().isEmpty())
                        .map(entry)
                        .collect(Collectors.toList()));
    }

    private static Predicate<Endpoint> environmentEntry(String entry) {
        try {
            if (isIpv6(entry)) {
                return EndpointPattern.parse("[" + entry + "]")::testAsWritten;
            }
            boolean dotted = entry.startsWith(".");
            String name = dotted ? entry.substring(1) : entry;
            EndpointPattern pattern = EndpointPattern.parse(name);
            if (!name.startsWith("*") && !pattern.ofAddresses()) {
                return pattern.or(EndpointPattern.parse("*." + name));
            }
            // A dot means something before a name only: ".*" is not "*", and must not have everything go direct.
            return dotted ? endpoint -> false : pattern::testAsWritten;
        } catch (IllegalArgumentException e) {
            return endpoint -> false;
        }
    }

    /** Tells an address from a host with a port: the last group looks like one. */
    private static boolean isIpv6(String entry) {
        try {
            Ipv6Address.parse(entry);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Reads the form of the JDK's {@code http.nonProxyHosts} and {@code socksNonProxyHosts}: hosts between {@code |},
     * each with an asterisk at its beginning, at its end, or at both, for any text, or without one; for example
     * {@code localhost|*.example.com|10.*|[::1]}. Neither ports nor upper and lower case count. As in the JDK, texts
     * are compared, so that {@code 10.*} matches {@code 10.example.com}, too, and an asterisk elsewhere matches
     * nothing. An IPv6 address stands in brackets, and without an asterisk may be written in any of its forms.
     *
     * @param text the list, possibly empty
     * @return the destinations that match one of the hosts
     */
    public static NoProxy nonProxyHosts(String text) {
        return read(text, "\\|", entry -> hostPattern(entry.trim().toLowerCase(Locale.ROOT)));
    }

    private static Predicate<Endpoint> hostPattern(String pattern) {
        boolean open = pattern.startsWith("*");
        boolean openEnd = pattern.endsWith("*") && pattern.length() > 1;
        String fixed = pattern.substring(open ? 1 : 0, pattern.length() - (openEnd ? 1 : 0));
        if (open && openEnd) {
            return endpoint -> hostText(endpoint).contains(fixed);
        }
        if (open) {
            return endpoint -> hostText(endpoint).endsWith(fixed);
        }
        if (openEnd) {
            return endpoint -> hostText(endpoint).startsWith(fixed);
        }
        String host = isBracketed(fixed) ? canonicalIpv6(fixed) : fixed;
        return endpoint -> hostText(endpoint).equals(host);
    }

    private static boolean isBracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") && isIpv6(host.substring(1, host.length() - 1));
    }

    private static String canonicalIpv6(String bracketed) {
        return "[" + Ipv6Address.parse(bracketed.substring(1, bracketed.length() - 1)) + "]";
    }

    /** Gives the host as a URI has it, in lower case and without a dot at the end. */
    private static String hostText(Endpoint endpoint) {
        if (endpoint.address() instanceof DomainName name) {
            return name.canonical().octets();
        }
        String text = endpoint.address().toString();
        return endpoint.address() instanceof Ipv6Address ? "[" + text + "]" : text;
    }

    /**
     * Tells whether a destination needs no proxy.
     *
     * @param destination any endpoint
     * @return whether it matches an entry
     */
    @Override
    public boolean test(Endpoint destination) {
        Objects.requireNonNull(destination, "destination");
        return entries.stream().anyMatch(entry -> entry.test(destination));
    }

    /** Gives the text that this was read from. */
    @Override
    public String toString() {
        return text;
    }
}
