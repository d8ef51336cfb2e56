package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "bind": BIND. */
final class BindCases {

    private BindCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
