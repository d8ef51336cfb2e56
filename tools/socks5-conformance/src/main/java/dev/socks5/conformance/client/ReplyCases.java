package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.Arrays;
import java.util.List;

/** The group "reply": how the program takes a reply that says success, or is none. */
final class ReplyCases {

    private static final String SUCCESS = "05 00 00 01 00 00 00 00 00 00";

    private ReplyCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(
                success(),
                inPieces("in-pieces", SUCCESS),
                inPieces("name-in-pieces", "05 00 00 03 09 6C 6F 63 61 6C 68 6F 73 74 1F 90"),
                inTwo(),
                late(),
                pageBehind(),
                reserved(),
                none("wrong-version", "of another version", "04 00 00 01 00 00 00 00 00 00"),
                none(
                        "unknown-address-type",
                        "with an address type that nobody has defined",
                        "05 00 00 05 00 00 00 00 00 00"),
                none("address-type-0", "with address type 00", "05 00 00 00 00 00"));
    }

    private static Case<ClientTrial> success() {
        return Case.of("reply/success", Level.MUST, rfc1928("6"))
                .title("After a reply that says success the program uses the tunnel")
                .sends("05 00", SUCCESS, "(the page)")
                .accepts("The program's own bytes, and it prints the page")
                .means("The program cannot use any proxy")
                .script(trial -> {
                    Wire wire = trial.requested();
                    Tunnels.serve(trial, wire.send(SUCCESS));
                });
    }

    private static Case<ClientTrial> inPieces(String name, String reply) {
        return Case.of("reply/" + name, Level.ROBUSTNESS, ROBUSTNESS)
                .title("A reply in as many segments as it has bytes is put together"
                        + (reply.startsWith("05 00 00 03") ? ", also if it has a name in it" : ""))
                .sends("05 00", reply, "(each byte of the reply by itself, and then the page)")
                .accepts("The program's own bytes, and it prints the page: TCP does not keep messages together")
                .means("Connections fail now and then, depending on the network, and nobody finds out why")
                .script(trial -> {
                    Wire wire = trial.requested();
                    trial.sendSlowly(wire, Label.REPLY, Hex.bytes(reply));
                    Tunnels.serve(trial, wire);
                });
    }

    private static Case<ClientTrial> inTwo() {
        return Case.of("reply/first-half-waits", Level.MUST, rfc1928("6"))
                .title("The program waits for the whole reply before it takes the tunnel for its own")
                .sends("05 00", "05 00 00 01", "00 00 00 00 00 00", "(the page)")
                .accepts(
                        "Nothing between the two halves except what was sent ahead of the reply; then the page is printed")
                .means("The rest of the reply is taken for the first bytes from the destination")
                .script(trial -> {
                    Wire wire = trial.requested();
                    Tunnels.takeAhead(trial, wire);
                    byte[] reply = Hex.bytes(SUCCESS);
                    wire.send(Label.REPLY, Arrays.copyOf(reply, 4));
                    wire.expectSilence("between the halves of the reply");
                    Tunnels.serve(trial, wire.send(Label.RAW, Arrays.copyOfRange(reply, 4, reply.length)));
                });
    }

    private static Case<ClientTrial> late() {
        return Case.of("reply/late", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A reply that takes a second is waited for")
                .sends("05 00", "(after a second)", SUCCESS, "(the page)")
                .accepts(
                        "The program's own bytes, and it prints the page: the proxy replies only when it has looked up the name"
                                + " and has connected")
                .means("Hosts that are far away cannot be reached")
                .script(trial -> {
                    Wire wire = trial.requested();
                    Wire.Rest ahead =
                            wire.receiveRest(1, trial.patience().silence().multipliedBy(3));
                    check(
                            ahead.bytes().length > 0 || ahead.end() == Wire.End.OPEN,
                            "expected the program to wait for the reply, but it ended the connection");
                    wire.send(SUCCESS);
                    if (ahead.bytes().length == 0) {
                        Tunnels.serve(trial, wire);
                    }
                });
    }

    private static Case<ClientTrial> pageBehind() {
        return Case.of("reply/page-behind", Level.ROBUSTNESS, ROBUSTNESS)
                .title("Bytes right behind the reply, in the same segment, belong to the tunnel")
                .sends("05 00", "(a reply that says success and the page, in one write)")
                .accepts(
                        "The page is printed. In many protocols the server speaks first, so that these bytes come together"
                                + " with the reply. (In HTTP it does not: this asks the program to take an answer that comes"
                                + " before the question, as those do that read when they have written)")
                .means("The first line of a mail, SSH or FTP server is lost now and then, and the connection hangs")
                .needs(Feature.OUTPUT)
                .script(trial -> {
                    Wire wire = trial.requested();
                    byte[] reply = Hex.bytes(SUCCESS);
                    byte[] page = trial.page().answer();
                    byte[] both = Arrays.copyOf(reply, reply.length + page.length);
                    System.arraycopy(page, 0, both, reply.length, page.length);
                    wire.send(Label.RAW, both);
                    Tunnels.asked(trial, wire);
                    Tunnels.finish(wire);
                    Tunnels.shown(trial, trial.page().token());
                });
    }

    private static Case<ClientTrial> reserved() {
        return Case.of("reply/reserved-not-zero", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A reply whose reserved byte is not zero is taken or refused, but not waited behind")
                .sends("05 00", "05 00 2A 01 00 00 00 00 00 00", "(the page, if the program goes on)")
                .accepts(
                        "The page is printed, or the connection ends: RFC 1928 section 6 has the proxy set the byte to zero, and"
                                + " does not say what a client does with another one")
                .means("The program hangs with a proxy that has this fault, or loses its place in the reply")
                .script(trial -> {
                    Wire wire = trial.requested().send(Label.REPLY, Hex.bytes("05 00 2A 01 00 00 00 00 00 00"));
                    Tunnels.servedOrGivenUp(trial, wire, "a reply whose reserved byte is 2A");
                });
    }

    private static Case<ClientTrial> none(String name, String title, String reply) {
        return Case.of("reply/" + name, Level.ROBUSTNESS, ROBUSTNESS)
                .title("A reply " + title + " is not taken for a success")
                .sends("05 00", reply)
                .accepts(
                        "Nothing more is sent, whether the program closes or waits. RFC 1928 does not say what a client does"
                                + " with such a reply, but where it ends cannot be known")
                .means("The program sends its data to something that has not said that there is a tunnel")
                .script(trial -> {
                    Wire wire = trial.requested();
                    Tunnels.takeAhead(trial, wire);
                    wire.trySend(Label.REPLY, Hex.bytes(reply));
                    Tunnels.givenUp(trial, wire, "the reply " + reply);
                });
    }
}
