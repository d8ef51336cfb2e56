package dev.socks5.conformance.client;

import java.util.List;
import java.util.stream.Stream;

/** The wrong peers of all cases that judge clients. */
final class WrongClients {

    private WrongClients() {}

    /** Returns at least one for each case. */
    static List<WrongClient> all() {
        return Stream.of(
                        HandshakePeers.all(),
                        LoginPeers.all(),
                        RequestPeers.all(),
                        ReplyPeers.all(),
                        TunnelPeers.all(),
                        UdpPeers.all(),
                        BindPeers.all())
                .flatMap(List::stream)
                .toList();
    }
}
