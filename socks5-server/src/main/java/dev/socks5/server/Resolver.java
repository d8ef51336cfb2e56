package dev.socks5.server;

import dev.socks5.server.internal.limits.MemoryPlan;
import dev.socks5.server.internal.policy.CachingResolver;
import dev.socks5.server.internal.policy.FamilyResolver;
import dev.socks5.server.internal.policy.SystemResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/**
 * Finds the addresses of a host name. Called by several threads at once.
 *
 * <pre>{@code
 * Resolver.system().cached(10_000, Duration.ofMinutes(1), Duration.ofSeconds(5)).prefer(StandardProtocolFamily.INET)
 * }</pre>
 */
@FunctionalInterface
public interface Resolver {

    /**
     * Looks a name up. May block: it is called on a thread that may wait, while the deadline of the request goes on.
     *
     * @param name a host name in canonical form: lower case, without a dot at the end; never an IP address
     * @return the addresses in order of preference; none means that the name has no address
     * @throws UnknownHostException if there is no such name
     * @throws IOException if the look-up fails in another way
     */
    List<InetAddress> resolve(String name) throws IOException;

    /**
     * Looks the name of an address up, for {@link Socks5ServerBuilder#torResolve()}. May block, as {@link #resolve}.
     *
     * @param address of one host
     * @return its name, in ASCII
     * @throws UnknownHostException if it has no name; always, unless this method is overridden: no other resolver is
     *     asked in its place
     * @throws IOException if the look-up fails in another way
     */
    default String nameOf(InetAddress address) throws IOException {
        throw new UnknownHostException("no names of addresses here");
    }

    /**
     * Creates a resolver that asks the JVM's own, with the JVM's own cache: unless its security properties
     * {@code networkaddress.cache.ttl} and {@code networkaddress.cache.negative.ttl} say otherwise, 30 seconds for
     * addresses and 10 for names that were not found.
     *
     * @return a resolver that asks {@link InetAddress#getAllByName(String)}, and for names
     *     {@link InetAddress#getCanonicalHostName()}, which takes only a name that leads back to the address
     */
    static Resolver system() {
        return new SystemResolver();
    }

    /**
     * Adds a cache of moderate size to this resolver: {@link #cached(int, Duration, Duration)} for 4096 names (for one
     * in each 64 KiB of the JVM's greatest heap, if that is less than 256 MiB), 30 seconds, and 5 seconds for those not
     * found. A {@link Socks5Server} does that with {@link #system()}, unless told otherwise.
     *
     * @return a resolver with a new, empty cache
     */
    default Resolver cached() {
        return cached(MemoryPlan.ofThisJvm(1).names(), Duration.ofSeconds(30), Duration.ofSeconds(5));
    }

    /**
     * Adds a cache to this resolver, which is then never asked twice for one name at the same time: whoever asks for
     * the same name waits for the answer.
     *
     * <p>In front of {@link #system()} it stands before the JVM's own cache, so that an answer can be as old as both
     * allow together. It adds a limit: the JVM keeps any number of names for its time. To have only this one, set the
     * JVM's times to 0.
     *
     * <p>The cache keeps addresses, up to 64 for a name, and the fact that a name was not found. It does not keep other
     * failures, answers with more addresses, and the answers of {@link #nameOf}.
     *
     * @param maxNames positive; for one more, the name that has not been asked for longest is dropped
     * @param ttl how long addresses are kept; not negative, and zero keeps none
     * @param negativeTtl how long the fact is kept that a name was not found or has no address; not negative, and zero
     *     does not keep it
     * @return a resolver with a new, empty cache
     * @throws IllegalArgumentException if the number is not positive, or a time is negative
     */
    default Resolver cached(int maxNames, Duration ttl, Duration negativeTtl) {
        return new CachingResolver(this, maxNames, ttl, negativeTtl);
    }

    /**
     * Puts the addresses of one family before the others.
     *
     * @param family {@link java.net.StandardProtocolFamily#INET} or {@link java.net.StandardProtocolFamily#INET6}
     * @return a resolver that otherwise keeps the order
     * @throws IllegalArgumentException if it is another family
     */
    default Resolver prefer(ProtocolFamily family) {
        return new FamilyResolver(this, family, false);
    }

    /**
     * Keeps the addresses of one family alone.
     *
     * @param family {@link java.net.StandardProtocolFamily#INET} or {@link java.net.StandardProtocolFamily#INET6}
     * @return a resolver for which a name with addresses of the other family alone has none
     * @throws IllegalArgumentException if it is another family
     */
    default Resolver only(ProtocolFamily family) {
        return new FamilyResolver(this, family, true);
    }
}
