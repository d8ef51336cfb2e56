package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Steps.greeting;
import static dev.socks5.conformance.server.handshake.Steps.request;
import static dev.socks5.conformance.server.handshake.Steps.sendAnyway;
import static dev.socks5.conformance.server.handshake.Steps.together;
import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.cwe;

import dev.socks5.codec.AuthMethod;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.NotOffered;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The rest of the group "negotiation": clients for whom no method was acceptable, or who have not asked for one. */
final class AfterRefusalCases {

    private static final Clause UNAUTHENTICATED = cwe(306, "missing authentication for critical function");
    private static final byte[] PRIVATE = greeting((byte) 0xFE);

    private AfterRefusalCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(nothingServed(), nothingServedBehind(), ends(), requestFirst());
    }

    private static Case<ServerTrial> nothingServed() {
        return Case.of("negotiation/nothing-served-after-refusal", Level.SECURITY, UNAUTHENTICATED)
                .title("After X'FF' no request is served")
                .sends("05 01 FE", "05 01 00 01 {origin's address} {origin's port}")
                .accepts(
                        "Anything except a connection to the origin: the client must have closed. Not judged where a method was "
                                + "selected")
                .means("Whoever ignores the refusal uses the proxy without a login")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = trial.open().send(Label.GREETING, PRIVATE);
                    expectRefusal(wire);
                    sendAnyway(wire, Label.REQUEST, request(origin));
                    origin.expectNobody("for a client whose methods were refused");
                });
    }

    private static Case<ServerTrial> nothingServedBehind() {
        return Case.of("negotiation/nothing-served-behind-refusal", Level.SECURITY, UNAUTHENTICATED)
                .title("A request that comes together with an offer that is refused is not served")
                .sends("05 01 FE 05 01 00 01 {origin's address} {origin's port}")
                .accepts("Anything except a connection to the origin")
                .means("Whoever does not wait for the refusal uses the proxy without a login")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = trial.open().send(Label.RAW, together(PRIVATE, request(origin)));
                    expectRefusal(wire);
                    origin.expectNobody("for a client whose methods were refused");
                });
    }

    private static Case<ServerTrial> ends() {
        return Case.of("negotiation/ends-after-refusal", Level.ROBUSTNESS, ROBUSTNESS)
                .title("After X'FF' the connection ends, at the latest when the client closes its side")
                .sends("05 01 FE", "(the suite ends its output)")
                .accepts(
                        "An end or a reset, before or after the client's. The RFC has the client close; the server may "
                                + "wait for that")
                .means("Each client that is refused costs the server a connection for a long time")
                .script(trial -> {
                    Wire wire = trial.open().send(Label.GREETING, PRIVATE);
                    expectRefusal(wire);
                    wire.finish();
                    wire.expectEnd("the client's end");
                });
    }

    /** Receives X'FF' or an end. Without either there is no refusal, and nothing to judge. */
    private static void expectRefusal(Wire wire) throws IOException, NotOffered {
        Optional<AuthMethod> method = Steps.choice(wire);
        if (method.isPresent() && !method.get().equals(AuthMethod.NO_ACCEPTABLE)) {
            throw new NotOffered(method.get() + " was selected, so nothing was refused: negotiation/none-acceptable");
        }
    }

    private static Case<ServerTrial> requestFirst() {
        return Case.of("negotiation/request-without-greeting", Level.SECURITY, UNAUTHENTICATED)
                .title("A request without a greeting before it is not served")
                .sends("05 01 00 01 {origin's address} {origin's port}")
                .accepts(
                        "Anything except a connection to the origin. Read as a greeting, the first three bytes offer to "
                                + "do without a login, and the rest is no request")
                .means("Whoever leaves the login out uses the proxy without one")
                .script(trial -> {
                    Origin origin = trial.origin();
                    trial.open().send(Label.REQUEST, request(origin));
                    origin.expectNobody("for a request without a greeting");
                });
    }
}
