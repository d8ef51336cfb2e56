package dev.socks5.conformance.server;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.server.trial.ServerUnderTest;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Runner;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;

/** Tries cases against peers of this JVM, as if they offered everything. */
final class ServerTrials {

    static final String USER = "alice";
    static final String PASSWORD = "secret";

    /** For peers that should pass: they answer at once, so only the silence costs time. */
    static final Patience RIGHT = new Patience(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(10));

    /**
     * For peers that should fail, also while the machine is busy: a case passes too easily if what it must not see
     * comes after its silence, and they are caught as soon as it comes.
     */
    static final Patience WRONG = new Patience(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(3));

    /** For peers that use the room: some of them wait as long as they may. */
    static final Patience ROOMY = new Patience(Duration.ofSeconds(2), Duration.ofMillis(200), Duration.ofSeconds(3));

    private ServerTrials() {}

    /** Tries a case against a peer, with the login that the case needs; starts the peer and closes it. */
    static Outcome outcome(Case<ServerTrial> one, Supplier<RightServer> peer, Patience patience)
            throws InterruptedException {
        try (RightServer server = peer.get()) {
            if (needsLogin(one)) {
                server.withLogin(USER, PASSWORD);
            }
            return outcome(one, server.start().address(), patience);
        }
    }

    /** Tries a case against a server that listens there. */
    static Outcome outcome(Case<ServerTrial> one, InetSocketAddress address, Patience patience)
            throws InterruptedException {
        ServerUnderTest server =
                ServerUnderTest.at(address).withProcess(ProcessHandle.current().pid());
        ServerUnderTest under = needsLogin(one) ? server.withLogin(PasswordRequest.of(USER, PASSWORD)) : server;
        Runner<ServerTrial> runner = new Runner<>(
                transcript -> new ServerTrial(under, transcript, patience), EnumSet.allOf(Feature.class), 1);
        return runner.run(List.of(one), outcome -> {}).get(0);
    }

    static boolean needsLogin(Case<?> one) {
        return one.needs().contains(Feature.LOGIN);
    }

    static boolean needsGssapi(Case<?> one) {
        return one.needs().contains(Feature.GSSAPI);
    }

    /** Says what came out, for an assertion. */
    static String text(Outcome outcome) {
        return outcome.of().id() + ": " + outcome.verdict() + " " + outcome.reason();
    }
}
