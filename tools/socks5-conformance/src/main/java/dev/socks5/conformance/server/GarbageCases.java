package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "garbage": what is no SOCKS5 at all. */
final class GarbageCases {

    private GarbageCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
