package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells the JDK, and libraries that go by {@link ProxySelector}, which proxies lead to which destination: a list for each
 * rule, the first of which is tried first.
 *
 * <pre>{@code
 * ProxySelector selector = Socks5ProxySelector.builder()
 *         .direct(NoProxy.nonProxyHosts("localhost|127.*|[::1]"))
 *         .through(EndpointPattern.anyOf("*.corp.example"), corporate)
 *         .otherwise(first, second)
 *         .build();
 * }</pre>
 *
 * <p>A proxy of which {@link #connectFailed} is told goes behind the others of its lists for a time, and is never left out.
 * The answer is never empty, and never {@link Proxy#NO_PROXY} unless a rule says that the destination goes direct: that
 * answer is the only one then. {@link Socks5Client#proxySelector(Predicate)} tells what the JDK's own SOCKS5, which is used
 * here, cannot do; {@link Socks5Client#authenticator} has the logins.
 *
 * <p>It is for the caller to turn to the next proxy of the answer. {@link java.net.HttpURLConnection} does.
 * {@link java.net.Socket} means to, but has closed itself by then: it tells of the failure, and the next {@code Socket} begins
 * with another proxy.
 *
 * <p>Safe for use by several threads at once if its predicates are.
 */
public final class Socks5ProxySelector extends ProxySelector {

    private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

    /** Where some destinations go; no proxies for direct. */
    record Rule(Predicate<? super Endpoint> destinations, List<InetSocketAddress> proxies) {}

    private final List<Rule> rules;
    private final Duration backOff;
    private final LongSupplier nanoTime;

    /** When a proxy failed last. Has no more entries than there are proxies. */
    private final Map<SocketAddress, Long> failures = new ConcurrentHashMap<>();

    /** @param rules the last of which matches everything */
    Socks5ProxySelector(List<Rule> rules, Duration backOff, LongSupplier nanoTime) {
        this.rules = List.copyOf(rules);
        this.backOff = backOff;
        this.nanoTime = nanoTime;
    }

    /**
     * Starts the description of a selector.
     *
     * @return a new builder, with no rule yet
     */
    public static Socks5ProxySelectorBuilder builder() {
        return new Socks5ProxySelectorBuilder();
    }

    /**
     * The proxies for a destination: those of the first rule that matches it. Where a URI has no port, it is that of
     * {@code http}, {@code https} or {@code ftp}, else 0.
     *
     * @param uri for example {@code socket://example.com:443}
     * @return one or more SOCKS proxies, or {@link Proxy#NO_PROXY} alone
     * @throws IllegalArgumentException if the URI is {@code null} or has no host, or one that
     *     {@link Endpoint#of(String, int)} does not read
     */
    @Override
    public List<Proxy> select(@Nullable URI uri) {
        if (uri == null) {
            throw new IllegalArgumentException("uri is null");
        }
        Endpoint destination = UriDestination.of(uri);
        Rule rule = rules.stream()
                .filter(candidate -> candidate.destinations().test(destination))
                .findFirst()
                .orElseThrow();
        return rule.proxies().isEmpty() ? DIRECT : ordered(rule.proxies());
    }

    /**
     * As they are given, and then those that have failed, the one that has had the longest time to recover first. Without
     * names: the JDK would look those of resolved addresses up again, and one may come from a reverse look-up.
     */
    private List<Proxy> ordered(List<InetSocketAddress> proxies) {
        long now = nanoTime.getAsLong();
        Map<SocketAddress, Long> waits = new HashMap<>(); // Taken once: others may fail while this is being sorted.
        proxies.forEach(proxy -> waits.put(proxy, nanosToWait(proxy, now)));
        return proxies.stream()
                .sorted(Comparator.comparingLong(proxy -> waits.getOrDefault(proxy, 0L)))
                .map(proxy -> new Proxy(Proxy.Type.SOCKS, NamelessAddress.of(proxy)))
                .toList();
    }

    private long nanosToWait(SocketAddress proxy, long now) {
        Long failure = failures.get(proxy);
        return failure == null ? 0 : Math.max(0, failure + backOff.toNanos() - now);
    }

    /**
     * Notes that a proxy could not be reached. What is a {@link java.net.SocketException} and none of its subclasses does
     * not count: that is what the JDK throws for a destination that the proxy could not reach, and for a socket that it has
     * closed itself.
     *
     * @param uri where the connection was to lead; which destination it was does not matter
     * @param proxy the address of a proxy; one that is none of this selector's is passed over
     * @param failure what went wrong
     * @throws IllegalArgumentException if any of them is {@code null}
     */
    @Override
    public void connectFailed(@Nullable URI uri, @Nullable SocketAddress proxy, @Nullable IOException failure) {
        if (uri == null || proxy == null || failure == null) {
            String missing = uri == null ? "uri" : proxy == null ? "proxy" : "failure";
            throw new IllegalArgumentException(missing + " is null");
        }
        boolean known = rules.stream().anyMatch(rule -> rule.proxies().contains(proxy));
        if (known && failure.getClass() != SocketException.class) {
            failures.put(proxy, nanoTime.getAsLong());
        }
    }

    /** Names the proxies, and no logins. */
    @Override
    public String toString() {
        return rules.stream()
                .map(rule ->
                        rule.proxies().isEmpty() ? "direct" : rule.proxies().toString())
                .collect(Collectors.joining(", ", "Socks5ProxySelector[", "]"));
    }
}
