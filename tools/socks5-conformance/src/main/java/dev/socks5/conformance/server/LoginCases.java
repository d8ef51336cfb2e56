package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "login": user name and password. */
final class LoginCases {

    private LoginCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
