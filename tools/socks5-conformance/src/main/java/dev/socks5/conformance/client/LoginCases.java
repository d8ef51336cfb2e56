package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Clause.rfc1929;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.AuthMethod;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.NotOffered;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The group "login", as far as the program speaks: user name and password, and where they go. */
final class LoginCases {

    private static final int ENOUGH = 4096;

    private LoginCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(message(), longest(), success(), notAskedFor(), notThroughTheTunnel());
    }

    private static Case<ClientTrial> message() {
        return Case.of("login/message", Level.MUST, rfc1929("2"))
                .title("User name and password are sent as RFC 1929 lays them out, byte for byte as given")
                .sends("05 02")
                .accepts(
                        "01, the length and the user name, the length and the password. The version is that of the login and"
                                + " not 05. A request may follow ahead of the answer: the RFC does not forbid it")
                .means("Nobody can log in, or only those whose proxy overlooks the fault")
                .needs(Feature.LOGIN_COMMAND)
                .script(Logins::sent);
    }

    private static Case<ClientTrial> longest() {
        return Case.of("login/longest", Level.MUST, rfc1929("2"))
                .title("User name and password may have 255 bytes each")
                .sends("05 02")
                .accepts(
                        "Both in full. A program that refuses so long a login before it connects is not failed, but one that"
                                + " sends less than was given is")
                .means("Long passwords, such as tokens, are cut; or a length above 127 is taken for a negative one")
                .needs(Feature.LOGIN_COMMAND)
                .script(trial -> {
                    trial.page().longestLogin();
                    Wire wire;
                    try {
                        wire = Logins.connected(trial);
                    } catch (Violation e) {
                        throw new NotOffered("the program does not take a login of this length: " + e.getMessage());
                    }
                    Logins.sent(trial, wire);
                });
    }

    private static Case<ClientTrial> success() {
        return Case.of("login/success", Level.MUST, rfc1929("2"))
                .title("After status 00 the program sends its request, and the tunnel is its own")
                .sends("05 02", "01 00", "(a reply that says success, and a page)")
                .accepts("A request, then the program's own bytes; it prints the page")
                .means("The program cannot use a proxy with a login")
                .needs(Feature.LOGIN_COMMAND)
                .script(trial -> {
                    Wire wire = Logins.sent(trial).send("01 00");
                    trial.request(wire);
                    Tunnels.serve(trial, trial.tunnelled(wire));
                });
    }

    private static Case<ClientTrial> notAskedFor() {
        return Case.of("login/not-asked-for", Level.SECURITY, cwe(522, "insufficiently protected credentials"))
                .title("The password stays with the program if the proxy does not select the login")
                .sends("05 00")
                .accepts(
                        "A request, or the end: whoever offers method 00 has to go on, and whoever does not has to close."
                                + " Either way the password is not among the bytes. To a program that does not offer 00 nothing is"
                                + " sent except this selection")
                .means("A proxy that needs no password is told it, and so is everybody on the path")
                .needs(Feature.LOGIN_COMMAND)
                .script(trial -> {
                    Wire wire = Logins.connected(trial);
                    boolean offered = Logins.offered(trial, wire).methods().contains(AuthMethod.NO_AUTHENTICATION);
                    wire.send(Label.SELECTION, Hex.bytes("05 00"));
                    Wire.Rest rest = wire.receiveRest(ENOUGH, trial.patience().silence());
                    check(
                            !holds(rest.bytes(), trial),
                            "the password was sent, although the proxy did not select the login");
                    check(
                            offered || rest.bytes().length == 0,
                            "nothing may be sent after method 00, which was not offered, but the program went on");
                });
    }

    private static Case<ClientTrial> notThroughTheTunnel() {
        return Case.of("login/not-through-the-tunnel", Level.SECURITY, cwe(522, "insufficiently protected credentials"))
                .title("The destination is not told the password for the proxy")
                .sends("05 02", "01 00", "05 00 00 01 00 00 00 00 00 00")
                .accepts("The password is neither in the request nor in what goes through the tunnel")
                .means("Every site that is visited learns the password of the proxy")
                .needs(Feature.LOGIN_COMMAND)
                .script(trial -> {
                    Wire wire = Logins.sent(trial).send("01 00");
                    check(!holds(trial.requestBytes(wire), trial), "the password for the proxy is in the request");
                    byte[] head = trial.tunnelled(wire)
                            .receive(Label.RAW, "the program's own bytes in the tunnel", Page::head);
                    check(!holds(head, trial), "the password for the proxy was sent through the tunnel");
                });
    }

    private static boolean holds(byte[] bytes, ClientTrial trial) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .contains(trial.page().password());
    }
}
