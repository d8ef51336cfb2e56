package dev.socks5.examples.server;

import dev.socks5.server.Route;
import dev.socks5.server.Upstream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which way connections go. */
final class RouteOptions {

    @Option(
            names = "--upstream",
            paramLabel = "URI",
            description = {
                "Reach destinations through this proxy, never directly; repeated, a chain in that order. Names are looked"
                        + " up by the last one.",
                "URI: socks5://[USER:PASSWORD@]HOST[:PORT]."
            })
    private List<Upstream> upstreams = new ArrayList<>();

    @Option(
            names = "--egress",
            paramLabel = "ADDRESS",
            description =
                    "Connect from this address of this host and from no other; repeatable, one IPv4 and one IPv6.")
    private List<InetAddress> egress = new ArrayList<>();

    Route route() {
        Route route = upstreams.isEmpty()
                ? Route.direct()
                : Route.through(upstreams.get(0), upstreams.stream().skip(1).toArray(Upstream[]::new));
        return route.from(egress.toArray(InetAddress[]::new));
    }
}
