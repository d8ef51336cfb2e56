package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "time": time limits. */
final class TimeCases {

    private TimeCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
