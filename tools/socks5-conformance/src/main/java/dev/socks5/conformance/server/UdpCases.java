package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "udp": UDP ASSOCIATE. */
final class UdpCases {

    private UdpCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
