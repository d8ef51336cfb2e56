package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;

/** The group "pieces": messages in pieces, and several together. */
final class PiecesCases {

    private PiecesCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of();
    }
}
