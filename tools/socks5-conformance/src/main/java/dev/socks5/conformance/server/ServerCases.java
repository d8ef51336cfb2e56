package dev.socks5.conformance.server;

import dev.socks5.conformance.server.handshake.HandshakeCases;
import dev.socks5.conformance.server.traffic.TrafficCases;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import java.util.List;
import java.util.stream.Stream;

/** Every case that judges servers. */
public final class ServerCases {

    private ServerCases() {}

    /** Returns them, group by group, in the order in which a connection goes through them. */
    public static List<Case<ServerTrial>> all() {
        return Stream.concat(HandshakeCases.all().stream(), TrafficCases.all().stream())
                .toList();
    }
}
