package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Pieces.HELLO;
import static dev.socks5.conformance.server.handshake.Pieces.sendCut;
import static dev.socks5.conformance.server.handshake.Steps.request;
import static dev.socks5.conformance.server.handshake.Steps.together;
import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;

import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.List;

/** The rest of the group "pieces": clients that send without waiting for an answer. */
final class AheadCases {

    private static final String SERVED =
            "Everything as if each message had come whole: TCP has no borders between messages";
    private static final String NOW_AND_THEN =
            "Connections fail now and then: on slow links, behind tunnels, with small "
                    + "windows, or with clients that write field by field";
    private static final String AHEAD = "Clients that send without waiting, to save a round trip, wait for ever";

    private AheadCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                requestWithData(),
                negotiationWithRequest(),
                loginWithRequest(),
                greetingWithLogin(),
                allAtOnce(),
                allCut());
    }

    private static Case<ServerTrial> requestWithData() {
        return robust("pieces/data-with-request")
                .title("Data that come together with the request reach the origin, once and in order")
                .sends("{negotiation}", "{request} (hello, in one segment with it)")
                .accepts(
                        "A reply of success, and hello at the origin. The RFC lets clients send after the reply; that an "
                                + "earlier byte is no byte of the tunnel, it does not say")
                .means(AHEAD)
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = trial.negotiated().send(Label.RAW, together(request(origin), HELLO));
                    trial.success(wire);
                    Pieces.expectHello(trial.accept(origin));
                });
    }

    private static Case<ServerTrial> negotiationWithRequest() {
        return robust("pieces/request-with-negotiation")
                .title("A client is served that sends everything up to its request at once")
                .sends("{negotiation} {request}")
                .accepts(SERVED)
                .means(AHEAD)
                .script(trial -> {
                    Wire wire = trial.open();
                    wire.send(Label.RAW, together(Steps.negotiation(trial), request(trial.origin())));
                    Pieces.receiveNegotiation(trial, wire);
                    trial.success(wire);
                });
    }

    private static Case<ServerTrial> loginWithRequest() {
        return robust("pieces/request-with-login")
                .title("A client is served that sends its request together with its login")
                .sends("05 01 02", "{login} {request}")
                .accepts(SERVED)
                .means(AHEAD)
                .needs(Feature.LOGIN)
                .script(trial -> {
                    Wire wire = Logins.enter(trial);
                    wire.send(Label.RAW, together(Logins.right(trial), request(trial.origin())));
                    trial.loginAnswer(wire);
                    trial.success(wire);
                });
    }

    private static Case<ServerTrial> greetingWithLogin() {
        return robust("pieces/login-with-greeting")
                .title("A client is served that sends its login together with its greeting")
                .sends("05 01 02 {login}", "{request}")
                .accepts(SERVED)
                .means(AHEAD)
                .needs(Feature.LOGIN)
                .script(trial -> {
                    Wire wire = trial.open().send(Label.RAW, Steps.negotiation(trial));
                    Pieces.receiveNegotiation(trial, wire);
                    wire.send(Label.REQUEST, request(trial.origin()));
                    trial.success(wire);
                });
    }

    private static Case<ServerTrial> allAtOnce() {
        return robust("pieces/all-at-once")
                .title("A client is served that sends everything at once, with data")
                .sends("{negotiation} {request} (hello)")
                .accepts(SERVED)
                .means(AHEAD)
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = trial.open().send(Label.RAW, Pieces.everything(trial, origin));
                    Pieces.receiveNegotiation(trial, wire);
                    trial.success(wire);
                    Pieces.expectHello(trial.accept(origin));
                });
    }

    private static Case<ServerTrial> allCut() {
        return robust("pieces/all-cut")
                .title("A client is served wherever all that it sends is cut in two")
                .sends("(a connection for each place) {negotiation} {request} (hello), cut in two there")
                .accepts(SERVED)
                .means(NOW_AND_THEN)
                .script(trial -> {
                    Origin origin = trial.origin();
                    byte[] all = Pieces.everything(trial, origin);
                    for (int place = 1; place < all.length; place++) {
                        try (Wire wire = trial.open()) {
                            sendCut(wire, Label.RAW, all, place);
                            Pieces.receiveNegotiation(trial, wire);
                            trial.success(wire);
                            try (Wire far = origin.accept()) {
                                Pieces.expectHello(far);
                            }
                        }
                    }
                });
    }

    private static Case.Draft robust(String id) {
        return Case.of(id, Level.ROBUSTNESS, ROBUSTNESS);
    }
}
