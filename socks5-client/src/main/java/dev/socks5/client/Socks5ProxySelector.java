package dev.socks5.client;

import dev.socks5.client.internal.jdk.NamelessAddress;
import dev.socks5.client.internal.jdk.UriDestination;
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
 * Tells the JDK, and libraries that use a {@link ProxySelector}, which proxies lead to which destination. There is a
 * list of proxies for each rule, and its first proxy is tried first.
 *
 * <pre>{@code
 * ProxySelector selector = Socks5ProxySelector.builder()
 *         .direct(NoProxy.nonProxyHosts("localhost|127.*|[::1]"))
 *         .through(EndpointPattern.anyOf("*.corp.example"), corporate)
 *         .otherwise(first, second)
 *         .build();
 * }</pre>
 *
 * <p>A proxy that {@link #connectFailed} is called for goes behind the others of its lists for a time, and is never
 * left out. The answer is never empty, and has {@link Proxy#NO_PROXY} only if a rule says that the destination goes
 * direct: then that is all of the answer. {@link Socks5Client#proxySelector(Predicate)} lists the limits of the JDK's
 * own SOCKS5, which is used here; {@link Socks5Client#authenticator} has the logins.
 *
 * <p>The caller has to turn to the next proxy of the answer. {@link java.net.HttpURLConnection} does.
 * {@link java.net.Socket} tries to, but has closed itself by then: it reports the failure, and the next {@code Socket}
 * begins with another proxy.
 *
 * <p>Safe for use by several threads at once if its predicates are.
 */
public final class Socks5ProxySelector extends ProxySelector {

    private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

    /** Names the proxies for some destinations; none for those that go direct. */
    record Rule(Predicate<? super Endpoint> destinations, List<InetSocketAddress> proxies) {}

    private final List<Rule> rules;
    private final Duration backOff;
    private final LongSupplier nanoTime;

    /** The times at which proxies failed last. There are no more entries than proxies. */
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
     * Gives the proxies for a destination: those of the first rule that matches it. Where a URI has no port, it is that
     * of {@code http}, {@code https} or {@code ftp}, else 0.
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
                .get();
        return rule.proxies().isEmpty() ? DIRECT : ordered(rule.proxies());
    }

    /**
     * Orders proxies: as they are given, and then those that have failed, the one that has had the longest time to
     * recover first. Takes their names off, because the JDK would look those of resolved addresses up again, and one
     * may come from a reverse look-up.
     */
    private List<Proxy> ordered(List<InetSocketAddress> proxies) {
        long now = nanoTime.getAsLong();
        Map<SocketAddress, Long> waits = new HashMap<>(); // Taken once: others may fail while this is being sorted.
        proxies.forEach(proxy -> waits.put(proxy, nanosToWait(proxy, now)));
        return proxies.stream()
                .sorted(Comparator.comparingLong(proxy -> waits.getOrDefault(proxy, 0L)))
                .map(proxy -> new Proxy(Proxy.Type.SOCKS, NamelessAddress.of(proxy)))
                .collect(Collectors.toList());
    }

    private long nanosToWait(SocketAddress proxy, long now) {
        Long failure = failures.get(proxy);
        return failure == null ? 0 : Math.max(0, failure + backOff.toNanos() - now);
    }

    /**
     * Notes that a proxy could not be reached. A {@link java.net.SocketException} that is none of its subclasses does
     * not count: the JDK throws it for a destination that the proxy could not reach, and for a socket that it has
     * closed itself.
     *
     * @param uri where the connection was to lead; it does not matter which destination it was
     * @param proxy the address of a proxy; one that this selector does not have is passed over
     * @param failure the failure of the connection
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
