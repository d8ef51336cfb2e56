package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.cwe;

import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Script;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/** The group "direct": the program reaches the destination through the proxy or not at all. */
final class DirectCases {

    private static final String HOST = "127.0.0.1";

    private DirectCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(
                direct(
                        "success",
                        "when the proxy works",
                        List.of("05 00", "(a reply that says success, and the page)"),
                        trial -> {
                            Origin destination = destination(trial);
                            Wire wire = asking(trial, destination);
                            Tunnels.serve(trial, trial.tunnelled(wire));
                            Tunnels.neverDirect(trial, destination, "a success");
                        }),
                direct(
                        "proxy-not-there",
                        "when nobody listens at the proxy's port",
                        List.of("(nothing)"),
                        DirectCases::away),
                direct("proxy-closes", "when the proxy closes at once", List.of("(the end)"), trial -> {
                    Origin destination = destination(trial);
                    connected(trial, destination).close();
                    trial.closeProxy();
                    Tunnels.neverDirect(trial, destination, "the proxy had closed");
                }),
                direct("none-acceptable", "when no method is acceptable", List.of("05 FF"), trial -> {
                    Origin destination = destination(trial);
                    Wire wire = connected(trial, destination);
                    trial.greeting(wire);
                    refuse(trial, wire, destination, "05 FF");
                }),
                direct(
                        "refused",
                        "when the proxy refuses the request",
                        List.of("05 00", "05 02 00 01 00 00 00 00 00 00"),
                        trial -> {
                            Origin destination = destination(trial);
                            Wire wire = asking(trial, destination);
                            refuse(trial, wire, destination, "05 02 00 01 00 00 00 00 00 00");
                        }),
                loginRefused());
    }

    private static Case<ClientTrial> direct(String name, String when, List<String> sends, Script<ClientTrial> script) {
        return draft(name, when, sends).script(script);
    }

    private static Case<ClientTrial> loginRefused() {
        return draft("login-refused", "when the login is refused", List.of("05 02", "01 01"))
                .needs(Feature.LOGIN_COMMAND)
                .script(trial -> {
                    Origin destination = destination(trial);
                    Wire wire =
                            Logins.connected(trial, HOST, destination.address().getPort());
                    Logins.sent(trial, wire);
                    refuse(trial, wire, destination, "01 01");
                });
    }

    private static Case.Draft draft(String name, String when, List<String> sends) {
        return Case.of("direct/" + name, Level.SECURITY, cwe(636, "not failing securely"))
                .title("The destination is not contacted without the proxy " + when)
                .sends(sends.toArray(String[]::new))
                .accepts(
                        "No connection to the destination, which listens on 127.0.0.1. A program that has a list of hosts to"
                                + " reach without the proxy has to be told that this one is not among them")
                .means(
                        "The user's own address, and what is sent, are seen by those from whom the proxy was to hide them");
    }

    private static void away(ClientTrial trial) throws Exception {
        Origin destination = destination(trial);
        try (Socket taken = new Socket()) {
            // A port that is taken and on which nobody listens: no other program can come to listen there.
            taken.bind(
                    new InetSocketAddress(ClientTrial.loopback(), trial.client().port()));
            trial.start(
                    trial.client().fetch(),
                    (InetSocketAddress) taken.getLocalSocketAddress(),
                    HOST,
                    destination.address().getPort());
            Tunnels.neverDirect(trial, destination, "the proxy had refused the connection");
        }
    }

    private static void refuse(ClientTrial trial, Wire wire, Origin destination, String answer) throws Exception {
        wire.trySend(Label.RAW, Hex.bytes(answer));
        trial.closeProxy();
        Tunnels.finish(wire);
        Tunnels.neverDirect(trial, destination, "the proxy had refused");
    }

    private static Origin destination(ClientTrial trial) throws IOException {
        return trial.closing(new Origin(ClientTrial.loopback(), trial.transcript(), trial.patience()));
    }

    private static Wire connected(ClientTrial trial, Origin destination) throws Exception {
        return trial.connected(
                trial.client().fetch(), HOST, destination.address().getPort());
    }

    private static Wire asking(ClientTrial trial, Origin destination) throws Exception {
        Wire wire = trial.withoutLogin(connected(trial, destination));
        trial.request(wire);
        return wire;
    }
}
