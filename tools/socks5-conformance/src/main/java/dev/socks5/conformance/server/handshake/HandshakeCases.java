package dev.socks5.conformance.server.handshake;

import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import java.util.List;
import java.util.stream.Stream;

/** Every case of what stands before a tunnel. */
public final class HandshakeCases {

    private HandshakeCases() {}

    /** Returns them, group by group, in the order in which a connection goes through them. */
    public static List<Case<ServerTrial>> all() {
        return Stream.of(
                        NegotiationCases.all(),
                        LoginCases.all(),
                        GssapiCases.all(),
                        RequestCases.all(),
                        ReplyCases.all(),
                        PiecesCases.all(),
                        NameCases.all())
                .flatMap(List::stream)
                .toList();
    }
}
