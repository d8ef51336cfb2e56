package dev.socks5.server.internal.policy;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.Verdict;
import dev.socks5.server.internal.net.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Refuses destinations that no {@link AccessRule} allows: addresses that are no single host or nobody's, cloud
 * metadata, this server itself and, from a server that others can reach, the networks that they cannot.
 */
public final class DefaultRule implements AccessRule {

    private static final List<EndpointPattern> NEVER = patterns(
            "0.0.0.0/8", // unspecified: most systems take it for loopback
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved (RFC 1112), with broadcast
            "198.18.0.0/15", // benchmarks of networks (RFC 2544)
            "169.254.0.0/16", // link-local, where clouds serve metadata and credentials
            "[::]", // unspecified
            "ff00::/8", // multicast
            "fe80::/10", // link-local
            "192.0.0.0/24", // protocols' own (RFC 6890); one of them serves metadata of a cloud
            "100.100.100.200", // these serve metadata of clouds as well
            "168.63.129.16",
            "[fd00:ec2::254]",
            "[fd20:ce::254]");

    private static final List<EndpointPattern> INSIDE = patterns(
            "127.0.0.0/8",
            "[::1]",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10", // shared address space (RFC 6598)
            "fc00::/7", // unique local (RFC 4193)
            "fec0::/10", // site-local, deprecated
            "64:ff9b:1::/48", // these three carry IPv4 addresses of any kind: NAT64 (RFC 8215),
            "::ffff:0:0:0/96", // SIIT (RFC 7915),
            "2001::/32"); // Teredo (RFC 4380)

    private final Network network;
    private final List<InetSocketAddress> listeners;
    private final boolean reachedFromOutside;

    /**
     * Makes the rule of one server.
     *
     * @param network knows the addresses of this host
     * @param listeners the addresses that the server listens on, with its real ports
     * @param reachedFromOutside whether others than users of this host can be its clients
     */
    public DefaultRule(Network network, List<InetSocketAddress> listeners, boolean reachedFromOutside) {
        this.network = network;
        this.listeners = List.copyOf(listeners);
        this.reachedFromOutside = reachedFromOutside;
    }

    private static List<EndpointPattern> patterns(String... texts) {
        return Stream.of(texts).map(EndpointPattern::parse).toList();
    }

    @Override
    public Verdict judge(AccessRequest request) {
        Verdict verdict = judgeAsWritten(request);
        return verdict.denies()
                ? verdict
                : request.insideIsatap().map(this::judgeAsWritten).orElse(verdict);
    }

    private Verdict judgeAsWritten(AccessRequest request) {
        Endpoint destination = request.resolved();
        if (destination == null) {
            return Verdict.undecided();
        }
        for (EndpointPattern pattern : NEVER) {
            if (pattern.test(destination)) {
                return Verdict.deny("never by default: " + pattern);
            }
        }
        if (reachedFromOutside) {
            for (EndpointPattern pattern : INSIDE) {
                if (pattern.test(destination)) {
                    return Verdict.deny("not by default from outside: " + pattern);
                }
            }
        }
        // It listens for TCP: the same port of UDP is somebody else's.
        boolean reachesThisServer = !request.command().equals(Command.UDP_ASSOCIATE) && isThisServer(destination);
        return reachesThisServer ? Verdict.deny("this server itself") : Verdict.allow("default");
    }

    boolean isThisServer(Endpoint destination) {
        if (destination.isName()) {
            return false; // Another proxy looks it up, in its own network.
        }
        return listeners.stream()
                .filter(listener -> listener.getPort() == destination.port())
                .anyMatch(listener -> reaches(withoutIpv6Wrapping(destination), listener.getAddress()));
    }

    private boolean reaches(Endpoint destination, InetAddress own) {
        InetAddress target = destination.toInetSocketAddress().getAddress();
        if (target == null) {
            return false; // A name that an upstream will look up: what it means there is not to be known here.
        }
        return own.isAnyLocalAddress() ? isLocal(target) : own.equals(target);
    }

    private static Endpoint withoutIpv6Wrapping(Endpoint destination) {
        return destination.address() instanceof Ipv6Address v6
                        && v6.embeddedIpv4().isPresent()
                ? new Endpoint(v6.embeddedIpv4().get(), destination.port())
                : destination;
    }

    private boolean isLocal(InetAddress address) {
        try {
            return network.isOwn(address);
        } catch (SocketException e) {
            return true; // It cannot be told: fail safe.
        }
    }

    @Override
    public boolean mayBlock() {
        return false;
    }
}
