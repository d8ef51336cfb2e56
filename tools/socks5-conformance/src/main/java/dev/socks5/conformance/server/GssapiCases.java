package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "gssapi": GSSAPI, as far as it goes without a ticket. */
final class GssapiCases {

    private GssapiCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
