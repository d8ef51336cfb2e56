package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "abuse": what a hostile client does, within bounds. */
final class AbuseCases {

    private AbuseCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
