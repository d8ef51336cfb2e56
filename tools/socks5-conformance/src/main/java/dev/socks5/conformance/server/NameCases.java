package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "names": names, and the spellings of addresses. */
final class NameCases {

    private NameCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
