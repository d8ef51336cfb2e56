package dev.socks5.conformance.server;

import dev.socks5.conformance.suite.Case;
import java.util.List;
import java.util.stream.Stream;

/** Every case that judges servers. */
public final class ServerCases {

    private ServerCases() {}

    /** Returns them, group by group, in the order in which a connection goes through them. */
    public static List<Case<ServerTrial>> all() {
        return Stream.of(
                        NegotiationCases.all(),
                        LoginCases.all(),
                        GssapiCases.all(),
                        RequestCases.all(),
                        ReplyCases.all(),
                        PiecesCases.all(),
                        NameCases.all(),
                        RelayCases.all(),
                        BindCases.all(),
                        UdpCases.all(),
                        TimeCases.all(),
                        AbuseCases.all(),
                        GarbageCases.all())
                .flatMap(List::stream)
                .toList();
    }
}
