package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Configures and makes a {@link Socks5ProxySelector} with rules. The first rule that matches a destination holds. Not
 * safe for use by several threads at once.
 *
 * <p>Proxies are given as clients, each of which has one proxy, or several that stand in for each other, and makes its
 * sockets itself. Only their addresses count here.
 */
public final class Socks5ProxySelectorBuilder {

    private static final Duration LONGEST_BACK_OFF = Duration.ofDays(365);

    private final List<Socks5ProxySelector.Rule> rules = new ArrayList<>();
    private Socks5ProxySelector.@Nullable Rule last;
    private Duration backOff = Duration.ofMinutes(1);
    private LongSupplier nanoTime = System::nanoTime;

    Socks5ProxySelectorBuilder() {}

    /**
     * Adds a rule for destinations that need no proxy.
     *
     * @param destinations for example a {@link NoProxy}; asked by any thread
     * @return this
     */
    public Socks5ProxySelectorBuilder direct(Predicate<? super Endpoint> destinations) {
        Objects.requireNonNull(destinations, "destinations");
        rules.add(new Socks5ProxySelector.Rule(destinations, List.of()));
        return this;
    }

    /**
     * Adds a rule for destinations that are reached through one of these proxies.
     *
     * @param destinations for example {@link dev.socks5.codec.EndpointPattern#anyOf(String...)}; asked by any thread
     * @param first the proxy to try first
     * @param next the proxies to try if it fails, in order
     * @return this
     * @throws UnsupportedOperationException if a client has a chain of proxies, or a factory makes its sockets
     */
    public Socks5ProxySelectorBuilder through(
            Predicate<? super Endpoint> destinations, Socks5Client first, Socks5Client... next) {
        Objects.requireNonNull(destinations, "destinations");
        rules.add(new Socks5ProxySelector.Rule(destinations, addresses(first, next)));
        return this;
    }

    /**
     * Sets the proxies for destinations that no rule matches.
     *
     * @param first the proxy to try first
     * @param next the proxies to try if it fails, in order
     * @return this
     * @throws UnsupportedOperationException if a client has a chain of proxies, or a factory makes its sockets
     */
    public Socks5ProxySelectorBuilder otherwise(Socks5Client first, Socks5Client... next) {
        last = new Socks5ProxySelector.Rule(destination -> true, addresses(first, next));
        return this;
    }

    /**
     * Has destinations go direct that no rule matches.
     *
     * @return this
     */
    public Socks5ProxySelectorBuilder otherwiseDirect() {
        last = new Socks5ProxySelector.Rule(destination -> true, List.of());
        return this;
    }

    private static List<InetSocketAddress> addresses(Socks5Client first, Socks5Client... next) {
        Objects.requireNonNull(first, "first");
        return Stream.concat(Stream.of(first), Stream.of(next))
                .flatMap(client -> client.jdkProxies().stream())
                .map(proxy -> (InetSocketAddress) proxy.address())
                .distinct()
                .collect(Collectors.toList());
    }

    /**
     * Sets the time for which a proxy that has failed stays behind the others.
     *
     * @param duration positive, at most 365 days; 1 minute if never set
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public Socks5ProxySelectorBuilder backOff(Duration duration) {
        Objects.requireNonNull(duration, "duration");
        if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST_BACK_OFF) > 0) {
            throw new IllegalArgumentException("a back-off is positive and at most 365 days: " + duration);
        }
        backOff = duration;
        return this;
    }

    /** Sets another clock than {@link System#nanoTime()}, for tests. */
    Socks5ProxySelectorBuilder clock(LongSupplier clock) {
        nanoTime = clock;
        return this;
    }

    /**
     * Makes the selector.
     *
     * @return a new selector; this builder may be used again
     * @throws IllegalStateException if nothing was set for destinations that no rule matches
     */
    public Socks5ProxySelector build() {
        if (last == null) {
            throw new IllegalStateException("destinations that no rule matches need a way, too: call otherwise");
        }
        return new Socks5ProxySelector(
                Stream.concat(rules.stream(), Stream.of(last)).collect(Collectors.toList()), backOff, nanoTime);
    }
}
