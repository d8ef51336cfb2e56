package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "reply": replies and their codes. */
final class ReplyCases {

    private ReplyCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
