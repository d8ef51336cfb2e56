package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.NotOffered;
import dev.socks5.conformance.suite.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The group "selection": how the program takes the selection of a method. */
final class SelectionCases {

    private static final int ENOUGH = 4096;
    private static final String HTTP = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

    private SelectionCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(
                none(),
                notOffered("gssapi", "GSSAPI", "01"),
                notOffered("password", "user name and password", "02"),
                notOffered("unassigned", "a method that nobody has defined", "5A"),
                notOffered("private", "a private method", "80"),
                strange("wrong-version", "A selection of another version", "04 00"),
                strange("version-0", "A refusal of SOCKS4", "00 5B 00 00 00 00 00 00"),
                http(),
                inPieces());
    }

    private static Case<ClientTrial> none() {
        return Case.of("selection/none-acceptable", Level.MUST, rfc1928("3"))
                .title("When no method is acceptable, the program closes the connection")
                .sends("05 FF")
                .accepts(
                        "The end of the connection without a further byte: \"the client MUST close the connection\". What"
                                + " the program has sent ahead of the selection does not count")
                .means(
                        "The program waits for a proxy that has nothing to say, or asks for something that it may not have")
                .script(trial -> {
                    Wire wire = trial.greeted();
                    Tunnels.takeAhead(trial, wire);
                    wire.send(Label.SELECTION, Hex.bytes("05 FF"));
                    wire.expectEnd("method FF");
                });
    }

    private static Case<ClientTrial> notOffered(String name, String method, String code) {
        return Case.of("selection/not-offered-" + name, Level.ROBUSTNESS, ROBUSTNESS)
                .title("The program does not go on with a method that it has not offered: " + method)
                .sends("05 " + code)
                .accepts(
                        "Nothing more is sent, whether the program closes or waits. RFC 1928 section 3 has the proxy select"
                                + " one of the methods in the greeting, and does not say what the client does if it selects another")
                .means("A proxy chooses how the program logs in, or the two speak past each other until one gives up")
                .script(trial -> {
                    Wire wire = trial.connected();
                    Greeting greeting = trial.greeting(wire);
                    AuthMethod selected = AuthMethod.of(Integer.parseInt(code, 16));
                    if (greeting.methods().contains(selected)) {
                        throw new NotOffered("the program offers method " + code + ", so it may be selected");
                    }
                    Tunnels.takeAhead(trial, wire);
                    wire.trySend(Label.SELECTION, Hex.bytes("05 " + code));
                    Tunnels.givenUp(trial, wire, "the selection of method " + code + ", which was not offered");
                });
    }

    private static Case<ClientTrial> strange(String name, String title, String answer) {
        return Case.of("selection/" + name, Level.ROBUSTNESS, ROBUSTNESS)
                .title(title + " is not taken for a selection")
                .sends(answer)
                .accepts(
                        "No message of SOCKS5 and no byte of a tunnel follows. A request of SOCKS4 may: the program may try"
                                + " the older version")
                .means("The program speaks SOCKS5 to something else, and whatever that answers is taken for a reply")
                .script(trial -> notTaken(trial, Hex.bytes(answer)));
    }

    private static Case<ClientTrial> http() {
        return Case.of("selection/http", Level.ROBUSTNESS, ROBUSTNESS)
                .title("An answer of an HTTP server is not taken for a selection")
                .sends("(HTTP/1.1 400 Bad Request, and an empty line)")
                .accepts(
                        "No message of SOCKS5 and no byte of a tunnel follows. A request of SOCKS4 may: the program may try"
                                + " the older version")
                .means("Whoever gives the port of an HTTP proxy gets no error, or a wrong one")
                .script(trial -> notTaken(trial, HTTP.getBytes(StandardCharsets.US_ASCII)));
    }

    private static void notTaken(ClientTrial trial, byte[] answer) throws Exception {
        Wire wire = trial.greeted();
        Tunnels.takeAhead(trial, wire);
        wire.trySend(Label.SELECTION, answer);
        trial.closeProxy();
        Wire.Rest rest = wire.receiveRest(16, trial.patience().silence());
        if (rest.end() == Wire.End.OPEN && rest.bytes().length == 0) {
            Tunnels.finish(wire);
            rest = wire.receiveRest(16);
        }
        byte[] bytes = rest.bytes();
        check(
                bytes.length == 0 || bytes[0] == 4,
                "expected no message of SOCKS5 after " + Hex.shown(answer) + ", but " + Hex.shown(bytes) + " came");
    }

    private static Case<ClientTrial> inPieces() {
        return Case.of("selection/in-pieces", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A selection in two segments is waited for, and then taken")
                .sends("05", "00")
                .accepts(
                        "Nothing between the two bytes, because only the second says which method; then a request, unless it was sent ahead")
                .means("The program fails now and then, where the network or a proxy in front cuts what is sent")
                .script(trial -> {
                    Wire wire = trial.connected();
                    trial.greeting(wire);
                    Wire.Rest ahead = wire.receiveRest(ENOUGH, trial.patience().silence());
                    wire.send(Label.SELECTION, Hex.bytes("05")).expectSilence("between the two bytes of the selection");
                    wire.send("00");
                    if (ahead.bytes().length == 0) {
                        trial.request(wire);
                    }
                });
    }
}
