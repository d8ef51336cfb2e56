package dev.socks5.conformance.server;

import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.AuthMethod;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.List;

/** The group "negotiation": the selection of a method. */
final class NegotiationCases {

    private NegotiationCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(noneAcceptable());
    }

    private static Case<ServerTrial> noneAcceptable() {
        return Case.of("negotiation/none-acceptable", Level.MUST, rfc1928("3"))
                .title("A client that offers only a method that nobody has is told that none is acceptable")
                .sends("05 01 FE")
                .accepts("05 FF. What the server does then is for the client to start: it must close")
                .means("A client that cannot log in waits, or goes on as if it had logged in")
                .script(trial -> {
                    Wire wire = trial.open().send("05 01 FE");
                    AuthMethod method = trial.selection(wire).method();
                    check(
                            method.equals(AuthMethod.NO_ACCEPTABLE),
                            "expected X'FF', but method " + method + " was selected, which was not offered");
                });
    }
}
