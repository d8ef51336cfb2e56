package dev.socks5.conformance.server.traffic;

import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import java.util.List;
import java.util.stream.Stream;

/** Every case of what a request leads to. */
public final class TrafficCases {

    private TrafficCases() {}

    /** Returns them, group by group, in the order in which a connection goes through them. */
    public static List<Case<ServerTrial>> all() {
        return Stream.of(
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
