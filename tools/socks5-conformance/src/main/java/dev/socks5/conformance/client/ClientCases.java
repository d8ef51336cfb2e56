package dev.socks5.conformance.client;

import dev.socks5.conformance.suite.Case;
import java.util.List;
import java.util.stream.Stream;

/** Every case that judges clients. */
public final class ClientCases {

    private ClientCases() {}

    /** Returns them, group by group, in the order in which a connection goes through them. */
    public static List<Case<ClientTrial>> all() {
        return Stream.of(
                        GreetingCases.all(),
                        SelectionCases.all(),
                        LoginCases.all(),
                        LoginAnswerCases.all(),
                        RequestCases.all(),
                        ReplyCases.all(),
                        ReplyCodeCases.all(),
                        BoundCases.all(),
                        EndCases.all(),
                        TunnelCases.all(),
                        DirectCases.all(),
                        UdpCases.all(),
                        UdpAnswerCases.all(),
                        BindCases.all(),
                        TimeCases.all())
                .flatMap(List::stream)
                .toList();
    }
}
