package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.NotOffered;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The group "abuse": what hostile clients do, within bounds, and whether the others are served. */
final class AbuseCases {

    private static final Clause EXHAUSTION = cwe(400, "uncontrolled resource consumption");
    private static final String SERVED = "Another client is served as usual";
    private static final String MEANS = "Anybody can keep everybody else out with little effort";

    private AbuseCases() {}

    static List<Case<ServerTrial>> all() {
        return Stream.of(
                        List.of(
                                silentConnections(),
                                resets(),
                                resetInEachPhase(),
                                failedRequests(),
                                impossibleNames(),
                                halfOpenTunnels()),
                        AbuseCommandCases.all(),
                        ProcessCases.all())
                .flatMap(List::stream)
                .toList();
    }

    private static Case<ServerTrial> silentConnections() {
        return abuse("abuse/silent-connections")
                .title("A client is served while 200 connections say nothing")
                .sends("(200 connections over which nothing comes; from 127.0.0.2, if the server is on this machine)")
                .accepts(SERVED
                        + ", while the 200 are open. They may be refused or closed: a limit for each address is a good"
                        + " answer. A server that is configured for fewer connections than that in all fails here")
                .means(MEANS)
                .script(trial -> {
                    InetAddress from = elsewhere(trial);
                    for (int i = 0; i < 200; i++) {
                        try {
                            trial.open(from);
                        } catch (Violation refused) {
                            trial.transcript().note("suite", "connection " + i + " was refused");
                        }
                    }
                    Serving.check(trial, "while 200 connections say nothing");
                });
    }

    private static Case<ServerTrial> resets() {
        return abuse("abuse/resets")
                .title("A client is served after 200 connections were reset at once")
                .sends("(200 times: a connection that is reset without a byte)")
                .accepts(SERVED)
                .means(MEANS)
                .script(trial -> {
                    String when = "after others were reset";
                    Serving.goingOn(when, () -> {
                        for (int i = 0; i < 200; i++) {
                            trial.open().reset();
                        }
                    });
                    Serving.check(trial, when);
                });
    }

    private static Case<ServerTrial> resetInEachPhase() {
        return abuse("abuse/reset-in-each-phase")
                .title("A client is served after others were reset in each phase of a connection")
                .sends(
                        "(20 connections in each phase are reset: after half a greeting, after the negotiation, after half a"
                                + " request, after a request before the reply, and in a tunnel with bytes on the way)")
                .accepts(SERVED)
                .means("A client that crashes can take the server with it")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Request request = Request.connect(origin.endpoint());
                    String when = "after others were reset in each phase";
                    Serving.goingOn(when, () -> {
                        for (int i = 0; i < 20; i++) {
                            trial.open().send("05 02 00").reset();
                            trial.negotiated().reset();
                            trial.negotiated().send("05 01 00 01 7F").reset();
                            trial.requested(request).reset();
                            Wire client = trial.tunnel(origin.endpoint());
                            client.send(Label.RAW, Tunnel.everyByte());
                            client.reset();
                        }
                    });
                    Serving.check(trial, when);
                });
    }

    private static Case<ServerTrial> failedRequests() {
        return abuse("abuse/failed-requests")
                .title("A client is served after 500 requests that failed")
                .sends("(500 times: a CONNECT to a port on which nobody listens)")
                .accepts("Each is answered by a failure, or ended. " + SERVED + " after that")
                .means(MEANS)
                .script(trial -> {
                    Endpoint nobody = trial.refusing();
                    for (int i = 0; i < 500; i++) {
                        try (Wire wire = trial.requested(Request.connect(nobody))) {
                            Wire.Rest rest = wire.receiveRest(2);
                            check(
                                    rest.end() != Wire.End.OPEN || rest.bytes().length > 0,
                                    "request " + i + " was neither answered nor ended");
                        }
                    }
                    Serving.check(trial, "after 500 requests that failed");
                });
    }

    private static Case<ServerTrial> impossibleNames() {
        return abuse("abuse/impossible-names")
                .title("A client is served while 100 requests for names that cannot be looked up wait")
                .sends("(100 connections: a CONNECT to a name of 255 bytes, each a label longer than any can be)")
                .accepts(SERVED + ", while the 100 wait or after they have failed")
                .means("Anybody can keep everybody else out by asking for names")
                .needs(Feature.NAMES)
                .script(trial -> {
                    for (int i = 0; i < 100; i++) {
                        String name = String.format("%03d", i) + "x".repeat(252);
                        trial.requested(Request.connect(Endpoint.of(name, 9)));
                    }
                    Serving.check(trial, "while requests for names that cannot be looked up wait");
                });
    }

    private static Case<ServerTrial> halfOpenTunnels() {
        return abuse("abuse/half-open-tunnels")
                .title("A client is served while 50 tunnels are half open")
                .sends("(50 tunnels; in each the client ends its output, and the destination does not)")
                .accepts(SERVED + ", while the 50 are there")
                .means(MEANS)
                .script(trial -> {
                    for (int i = 0; i < 50; i++) {
                        Tunnel.open(trial).client().finish();
                    }
                    Serving.check(trial, "while 50 tunnels are half open");
                });
    }

    static Case.Draft abuse(String id) {
        return Case.of(id, Level.SECURITY, EXHAUSTION).tags(Case.ALONE);
    }

    /** Returns where a crowd comes from, so that limits for each address do not hit the others. */
    private static @Nullable InetAddress elsewhere(ServerTrial trial) throws IOException {
        try {
            return trial.elsewhere();
        } catch (NotOffered e) {
            return null;
        }
    }
}
