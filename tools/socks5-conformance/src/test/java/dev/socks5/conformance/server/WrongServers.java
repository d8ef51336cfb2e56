package dev.socks5.conformance.server;

import dev.socks5.conformance.peer.RightServer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The wrong peers of all cases that judge servers. */
final class WrongServers {

    private WrongServers() {}

    /** Returns at least one for each case. */
    static List<WrongServer> all() {
        return Stream.of(
                        NegotiationPeers.all(),
                        LoginPeers.all(),
                        GssapiPeers.all(),
                        RequestPeers.all(),
                        ReplyPeers.all(),
                        PiecesPeers.all(),
                        NamePeers.all(),
                        RelayPeers.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Returns the right peers, by the id of the case, of cases that the usual one cannot be tried with. */
    static Map<String, Supplier<RightServer>> rightOnes() {
        return RelayPeers.rightOnes();
    }
}
