package dev.socks5.conformance.client;

import dev.socks5.conformance.peer.PeerProgram;
import dev.socks5.conformance.peer.RightClient;
import dev.socks5.conformance.peer.RightClient.Kind;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Runner;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;

/** Tries cases against clients of this JVM, as if they offered everything. */
final class ClientTrials {

    /** For peers that do everything right: they never let the suite wait, however slow the machine is. */
    private static final Patience FOR_RIGHT = new Patience(Duration.ofSeconds(10), Duration.ofMillis(200));

    private static final Patience FOR_WRONG = new Patience(Duration.ofSeconds(3), Duration.ofMillis(200));

    /** For cases that wait many times as long as for silence. */
    private static final Patience FOR_WRONG_AND_SLOW = new Patience(Duration.ofSeconds(1), Duration.ofMillis(4));

    private ClientTrials() {}

    /** Tries a case against a peer that passes. */
    static Outcome ofRight(Case<ClientTrial> one) throws InterruptedException {
        return outcome(one, client(RightClient::new), FOR_RIGHT);
    }

    /** Tries a case against a client that passes. */
    static Outcome ofRight(Case<ClientTrial> one, ClientUnderTest client) throws InterruptedException {
        return outcome(one, client, FOR_RIGHT);
    }

    /** Tries a case against a peer that fails. */
    static Outcome ofWrong(Case<ClientTrial> one, Supplier<RightClient> peer) throws InterruptedException {
        boolean slow = one.needs().contains(Feature.SLOW);
        return outcome(one, client(peer), slow ? FOR_WRONG_AND_SLOW : FOR_WRONG);
    }

    private static ClientUnderTest client(Supplier<RightClient> peer) {
        return ClientUnderTest.of(PeerProgram.of(peer, Kind.FETCH))
                .withLogin(PeerProgram.of(peer, Kind.LOGIN))
                .withUdp(PeerProgram.of(peer, Kind.UDP))
                .withBind(PeerProgram.of(peer, Kind.BIND));
    }

    private static Outcome outcome(Case<ClientTrial> one, ClientUnderTest client, Patience patience)
            throws InterruptedException {
        return new Runner<>(
                        ClientTrial.of(client, EnumSet.allOf(Feature.class), patience), EnumSet.allOf(Feature.class), 1)
                .run(List.of(one), outcome -> {})
                .get(0);
    }
}
