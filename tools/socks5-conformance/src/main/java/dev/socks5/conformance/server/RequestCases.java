package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "request": requests. */
final class RequestCases {

    private RequestCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
