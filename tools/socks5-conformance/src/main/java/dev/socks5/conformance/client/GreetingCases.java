package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.List;

/** The group "greeting": what the program says first. */
final class GreetingCases {

    private GreetingCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(version(), methods(), withoutLogin(), noneIsNoMethod(), loginNotGiven());
    }

    private static Case<ClientTrial> version() {
        return Case.of("greeting/version", Level.MUST, rfc1928("3"))
                .title("The first byte says version 5")
                .sends("(nothing)")
                .accepts("05, without anything before it: the VER field is X'05' for this version of the protocol")
                .means("A proxy takes the program for one that speaks SOCKS4 or something else, and closes")
                .script(trial -> {
                    byte[] first = trial.connected().receive(Label.GREETING, "VER of a greeting", 1);
                    check(first[0] == 5, "expected 05 as the first byte, but " + Hex.shown(first) + " came");
                });
    }

    private static Case<ClientTrial> methods() {
        return Case.of("greeting/methods", Level.MUST, rfc1928("3"))
                .title("The greeting has as many methods as it says: 1 to 255")
                .sends("(nothing)")
                .accepts(
                        "Any methods, in any order, also several times the same: the RFC says nothing of these. Bytes of a"
                                + " later message may follow, because the RFC does not forbid to send ahead")
                .means("The proxy waits for a method that never comes, or takes one for the next message")
                .script(trial -> {
                    Wire wire = trial.connected();
                    byte[] counted = wire.receive(Label.GREETING, "VER and NMETHODS of a greeting", 2);
                    int count = Byte.toUnsignedInt(counted[1]);
                    check(count > 0, "expected 1 to 255 methods, but NMETHODS is 0");
                    wire.receive(Label.GREETING, "as many methods as NMETHODS says", count);
                });
    }

    private static Case<ClientTrial> withoutLogin() {
        return Case.of("greeting/no-login", Level.ROBUSTNESS, rfc1928("3"))
                .title("A program without a login offers to do without one, and then sends its request")
                .sends("05 00")
                .accepts(
                        "Method 00 among those offered, and behind its selection a request: nothing comes between, because"
                                + " this method has no negotiation of its own. The RFC obliges nobody to offer it, but the other"
                                + " cases cannot do without")
                .means("The program cannot use a proxy that asks for no login")
                .script(trial -> trial.request(trial.negotiated()));
    }

    private static Case<ClientTrial> noneIsNoMethod() {
        return Case.of("greeting/none-is-no-method", Level.ROBUSTNESS, ROBUSTNESS)
                .title("The value that means \"no acceptable methods\" is not offered as a method")
                .sends("(nothing)")
                .accepts("Any methods except FF, which RFC 1928 section 3 keeps for the refusal")
                .means("A proxy that selects what is offered refuses the program without wanting to")
                .script(trial -> check(
                        !trial.greeting(trial.connected()).methods().contains(AuthMethod.NO_ACCEPTABLE),
                        "expected no method FF in the greeting, but it is offered"));
    }

    private static Case<ClientTrial> loginNotGiven() {
        return Case.of("greeting/login-not-given", Level.SECURITY, cwe(201, "sensitive information in sent data"))
                .title("A program to which no login was given does not make one up")
                .sends("(05 02, if the program offers it; nothing otherwise)")
                .accepts(
                        "Method 02 is not offered; or it is, and the program closes when it is selected. A login of empty"
                                + " texts is none that RFC 1929 knows, and one that names the user of the machine tells a stranger"
                                + " who that is")
                .means("The proxy learns who uses the machine, or the program is refused for a login that nobody gave")
                .script(trial -> {
                    Wire wire = trial.connected();
                    Greeting greeting = trial.greeting(wire);
                    if (greeting.methods().contains(AuthMethod.USERNAME_PASSWORD)) {
                        wire.send(Label.SELECTION, Hex.bytes("05 02"));
                        Tunnels.givenUp(trial, wire, "the selection of method 02, because no login was given");
                    }
                });
    }
}
