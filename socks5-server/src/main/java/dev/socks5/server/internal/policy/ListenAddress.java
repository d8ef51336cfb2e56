package dev.socks5.server.internal.policy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.internal.net.Listener.BoundSocket;
import dev.socks5.server.internal.secure.TlsTerms;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An address that a server listens on, for clients or for balancers.
 *
 * @param balancers the balancers that connect there, and begin with a PROXY header; empty where clients connect
 *     themselves
 * @param tls what clients connect by; {@code null} for nothing: SOCKS comes at once
 * @param given the socket that is bound to the address already; {@code null} if it is yet to be bound
 */
public record ListenAddress(
        InetSocketAddress address,
        List<EndpointPattern> balancers,
        @Nullable TlsTerms tls,
        @Nullable BoundSocket given) {

    /** Describes an address that is yet to be bound. */
    public ListenAddress(InetSocketAddress address, List<EndpointPattern> balancers, @Nullable TlsTerms tls) {
        this(address, balancers, tls, null);
    }

    /** Describes an address without TLS. */
    public ListenAddress(InetSocketAddress address, List<EndpointPattern> balancers) {
        this(address, balancers, null);
    }

    /**
     * Whether a listener at the other address would be the same: its patterns by their text, its TLS by its context.
     */
    boolean isSameAs(ListenAddress other) {
        boolean sameTls = tls == null ? other.tls == null : other.tls != null && tls.isSameAs(other.tls);
        return address.equals(other.address)
                && texts(balancers).equals(texts(other.balancers))
                && sameTls
                && Objects.equals(given, other.given);
    }

    private static List<String> texts(List<EndpointPattern> patterns) {
        return patterns.stream().map(EndpointPattern::toString).toList();
    }

    /** Whether clients can show a certificate there. */
    public boolean asksForCertificate() {
        return tls != null && tls.asksForCertificate();
    }

    public boolean behindBalancer() {
        return !balancers.isEmpty();
    }

    /** Whether others than this host can reach it. A balancer's clients may be anywhere, wherever the balancer is. */
    public boolean reachedFromOutside() {
        boolean beyondLoopback =
                address.getAddress() != null && !address.getAddress().isLoopbackAddress();
        return behindBalancer() || beyondLoopback;
    }

    /** Whether this is one of the balancers, whose word is taken. */
    public boolean trusts(ClientAddress peer) {
        if (!(peer instanceof ClientAddress.Ip ip)) {
            return false;
        }
        Endpoint endpoint = Endpoint.of(ip.socketAddress());
        return balancers.stream().anyMatch(pattern -> pattern.test(endpoint) && !matchesInside(pattern, endpoint));
    }

    /**
     * A pattern of IPv4 addresses also matches IPv6 addresses that carry one. That is right for refusing and wrong for
     * trusting: those are other hosts, or routes that go through other hosts.
     */
    private static boolean matchesInside(EndpointPattern pattern, Endpoint peer) {
        return peer.address() instanceof Ipv6Address v6
                && v6.embeddedIpv4()
                        .filter(inside -> pattern.test(new Endpoint(inside, peer.port())))
                        .isPresent();
    }
}
