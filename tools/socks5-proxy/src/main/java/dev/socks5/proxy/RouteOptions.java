package dev.socks5.proxy;

import dev.socks5.server.Connector;
import dev.socks5.server.Resolver;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which way connections go, and how others find the server. */
final class RouteOptions {

    @Option(
            names = "--upstream",
            paramLabel = "URI",
            description = {
                "Reach destinations through this proxy, never directly; repeated, a chain in that order. Names are looked"
                        + " up by the last one.",
                "URI: socks5h://[USER[:PASSWORD]@]HOST[:PORT][?sendAhead[=login]]. With ?sendAhead, the request does not"
                        + " wait for the greeting's answer; with ?sendAhead=login, the login does not either.",
                "With socks5hs:// it is reached by TLS. socks5h://localhost/PATH is one of this host that listens on a Unix"
                        + " domain socket; only the first can be one."
            })
    private List<Upstream> upstreams = new ArrayList<>();

    @Option(
            names = "--egress",
            paramLabel = "ADDRESS",
            description =
                    "Connect from this address of this host and from no other; repeatable, one IPv4 and one IPv6.")
    private List<InetAddress> egress = new ArrayList<>();

    @Option(
            names = "--prefer",
            paramLabel = "FAMILY",
            description = "Of a name's addresses take ipv4 or ipv6 first, or ipv4-only or ipv6-only."
                    + " Default: the system's order.")
    private Preference prefer;

    @Option(
            names = "--advertise",
            paramLabel = "ADDRESS",
            description =
                    "What clients are told to connect or send to for BIND and UDP ASSOCIATE: the public address of"
                            + " a server behind NAT. Default: the real one.")
    private InetAddress advertised;

    @Option(
            names = "--relay-ports",
            paramLabel = "FROM-TO",
            description = "Local ports for BIND and UDP ASSOCIATE, for example 40000-40999. Default: any.")
    private Ports relayPorts;

    @Option(
            names = "--strict-udp-port",
            description = "Take a client's datagrams only from the port that its UDP ASSOCIATE names, if that is not 0."
                    + " Default: from the port of the first one.")
    private boolean strictUdpPort;

    @Option(
            names = "--udp-move-after",
            paramLabel = "TIME",
            description =
                    "Let the client of an association go on from another port of its address after such a silence of"
                            + " the old one, for example 1m. Default: never.")
    private Duration udpMoveAfter;

    void configure(Socks5ServerBuilder builder) {
        builder.connector(Connector.always(route()));
        if (prefer != null) {
            builder.resolver(prefer.over().apply(Resolver.system().cached()));
        }
        if (advertised != null) {
            builder.advertisedAddress(advertised);
        }
        if (relayPorts != null) {
            builder.relayPorts(relayPorts.first(), relayPorts.last());
        }
        if (strictUdpPort) {
            builder.strictAssociationPort();
        }
        if (udpMoveAfter != null) {
            builder.associationMoveAfter(udpMoveAfter);
        }
    }

    private Route route() {
        Route route = upstreams.isEmpty()
                ? Route.direct()
                : Route.through(upstreams.get(0), upstreams.stream().skip(1).toArray(Upstream[]::new));
        egress.forEach(RouteOptions::requireOfThisHost);
        return route.from(egress.toArray(InetAddress[]::new));
    }

    /** Else every request would fail, and the reply could not say why. */
    private static void requireOfThisHost(InetAddress address) {
        try (Socket probe = new Socket()) {
            probe.bind(new InetSocketAddress(address, 0));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--egress " + address.getHostAddress() + " is no address of this host: " + e.getMessage(), e);
        }
    }
}
