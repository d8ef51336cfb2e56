package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "relay": what goes through a tunnel. */
final class RelayCases {

    private RelayCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
