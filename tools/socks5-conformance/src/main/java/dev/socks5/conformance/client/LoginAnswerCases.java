package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1929;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.List;
import java.util.Locale;

/** The group "login", as far as the proxy speaks: how the program takes the answer to its login. */
final class LoginAnswerCases {

    private static final int ENOUGH = 4096;

    private LoginAnswerCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(refused("01"), refused("02"), refused("80"), refused("FF"), version(), inPieces(), half());
    }

    private static Case<ClientTrial> refused(String status) {
        return Case.of("login/refused-" + status.toLowerCase(Locale.ROOT), Level.MUST, rfc1929("2"))
                .title("Status " + status + " is a refusal, and the program asks for nothing any more")
                .sends("05 02", "01 " + status)
                .accepts(
                        "No further byte, whether the program closes or waits for the proxy to close, which has to: any status"
                                + " except 00 is a failure. What was sent ahead of the answer does not count")
                .means("The program goes on as if it had logged in, and the user is told something else than the cause")
                .needs(Feature.LOGIN_COMMAND)
                .script(trial -> {
                    Wire wire = Logins.sent(trial);
                    Tunnels.takeAhead(trial, wire);
                    wire.send("01 " + status);
                    Tunnels.givenUp(trial, wire, "status " + status);
                });
    }

    private static Case<ClientTrial> version() {
        return Case.of("login/answer-version-5", Level.ROBUSTNESS, ROBUSTNESS)
                .title("An answer with version 5 instead of 1 is taken or refused, but not waited behind")
                .sends("05 02", "05 00")
                .accepts(
                        "A request, because some proxies answer so, or the end of the connection: the RFC does not say what a"
                                + " client does with a wrong version")
                .means("The program hangs with a proxy that has this fault")
                .needs(Feature.LOGIN_COMMAND)
                .script(trial -> {
                    Wire wire = Logins.sent(trial).send(Label.SELECTION, Hex.bytes("05 00"));
                    Wire.Rest first = wire.receiveRest(1);
                    check(
                            first.bytes().length > 0 || first.end() != Wire.End.OPEN,
                            "expected a request or the end after the answer 05 00, but neither came");
                    check(
                            first.bytes().length == 0 || first.bytes()[0] == 5,
                            "expected a request or the end after the answer 05 00, but " + Hex.shown(first.bytes())
                                    + " came");
                });
    }

    private static Case<ClientTrial> inPieces() {
        return Case.of("login/answer-in-pieces", Level.ROBUSTNESS, ROBUSTNESS)
                .title("An answer to the login in two segments is waited for, and then taken")
                .sends("05 02", "01", "00")
                .accepts("Nothing between the two bytes except what was sent ahead; then a request")
                .means("The login fails now and then, where the network cuts what is sent")
                .needs(Feature.LOGIN_COMMAND)
                .script(trial -> {
                    Wire wire = Logins.sent(trial);
                    Wire.Rest ahead = wire.receiveRest(ENOUGH, trial.patience().silence());
                    wire.send("01").expectSilence("between the two bytes of the answer to the login");
                    wire.send("00");
                    if (ahead.bytes().length == 0) {
                        trial.request(wire);
                    }
                });
    }

    private static Case<ClientTrial> half() {
        return Case.of("login/answer-cut", Level.ROBUSTNESS, ROBUSTNESS)
                .title("Half an answer to the login, and then the end, is a failure")
                .sends("05 02", "01")
                .accepts("No further byte, and the end of the program")
                .means("The program goes on as if it had logged in, or hangs")
                .needs(Feature.LOGIN_COMMAND)
                .script(trial -> {
                    Wire wire = Logins.sent(trial);
                    Tunnels.takeAhead(trial, wire);
                    wire.send("01");
                    Tunnels.finish(wire);
                    Tunnels.givenUp(trial, wire, "half an answer to the login");
                    wire.close();
                    Tunnels.ended(trial, "the end of the connection");
                });
    }
}
