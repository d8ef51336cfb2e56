package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Command;
import dev.socks5.codec.Request;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The group "bind": the program has the proxy accept a connection. */
final class BindCases {

    private static final String FIRST = "05 00 00 01 7F 00 00 01 9C 41";
    private static final String SECOND = "05 00 00 01 7F 53 05 09 48 61";

    private BindCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(request(), twoReplies(), together(), inPieces(), firstFails(), secondFails(), cut());
    }

    private static Case.Draft bind(String name, Level level, Clause clause) {
        return Case.of("bind/" + name, level, clause).needs(Feature.BIND_COMMAND);
    }

    private static Case<ClientTrial> request() {
        return bind("request", Level.MUST, rfc1928("4"))
                .title("A listener is asked for by a request with the command BIND")
                .sends("05 00")
                .accepts(
                        "05 02 00 and an address of any type: the host that is to connect, or zeros where that is not known")
                .means("The proxy connects to the host instead of listening, or refuses")
                .script(BindCases::requested);
    }

    private static Case<ClientTrial> twoReplies() {
        return bind("two-replies", Level.MUST, rfc1928("6"))
                .title("After the first reply the program waits for a second, and then the tunnel is its own")
                .sends("05 00", FIRST, SECOND, "(a text through the tunnel)")
                .accepts("Nothing is sent between the replies, and the program prints the text")
                .means("The second reply is taken for the first bytes from the host that connects")
                .script(trial -> {
                    Wire wire = requested(trial).send(FIRST);
                    wire.expectSilence("between the two replies");
                    printed(trial, wire.send(SECOND));
                });
    }

    private static Case<ClientTrial> together() {
        return bind("replies-together", Level.ROBUSTNESS, ROBUSTNESS)
                .title("Both replies and what the host sends may come in one segment")
                .sends("05 00", "(" + FIRST + ", " + SECOND + " and a text, in one write)")
                .accepts("The program prints the text: TCP does not keep messages apart")
                .means("The program hangs when the host connects and sends at once")
                .script(trial -> {
                    byte[] replies = Hex.bytes(FIRST + SECOND);
                    byte[] text = text(trial);
                    byte[] all = Arrays.copyOf(replies, replies.length + text.length);
                    System.arraycopy(text, 0, all, replies.length, text.length);
                    Wire wire = requested(trial).send(Label.RAW, all);
                    Tunnels.finish(wire);
                    Tunnels.shown(trial, trial.page().token());
                });
    }

    private static Case<ClientTrial> inPieces() {
        return bind("replies-in-pieces", Level.ROBUSTNESS, ROBUSTNESS)
                .title("Both replies are put together, each byte being a segment of its own")
                .sends("05 00", "(" + FIRST + " and " + SECOND + ", byte by byte, and a text)")
                .accepts("The program prints the text")
                .means("Transfers fail now and then, depending on the network")
                .script(trial -> {
                    Wire wire = requested(trial);
                    trial.sendSlowly(wire, Label.RAW, Hex.bytes(FIRST + SECOND));
                    printed(trial, wire);
                });
    }

    private static Case<ClientTrial> firstFails() {
        return bind("first-fails", Level.MUST, rfc1928("6"))
                .title("A first reply that says failure ends the attempt")
                .sends("05 00", "05 01 00 01 00 00 00 00 00 00")
                .accepts("Nothing more is sent, whether the program closes or waits for the proxy to close")
                .means("The program waits for a host that cannot come")
                .script(trial -> {
                    Wire wire = requested(trial).send(Label.REPLY, Hex.bytes("05 01 00 01 00 00 00 00 00 00"));
                    failed(trial, wire, "a first reply with REP 01");
                });
    }

    private static Case<ClientTrial> secondFails() {
        return bind("second-fails", Level.MUST, rfc1928("6"))
                .title("A second reply that says failure ends the attempt, and nothing behind it is taken for data")
                .sends("05 00", FIRST, "(05 04 00 01 00 00 00 00 00 00 and a text, in one write)")
                .accepts("Nothing is sent, and the text is not printed")
                .means("The program believes that somebody has connected")
                .script(trial -> {
                    Wire wire = requested(trial).send(FIRST);
                    byte[] reply = Hex.bytes("05 04 00 01 00 00 00 00 00 00");
                    byte[] text = text(trial);
                    byte[] all = Arrays.copyOf(reply, reply.length + text.length);
                    System.arraycopy(text, 0, all, reply.length, text.length);
                    wire.trySend(Label.RAW, all);
                    failed(trial, wire, "a second reply with REP 04");
                });
    }

    private static Case<ClientTrial> cut() {
        return bind("cut", Level.ROBUSTNESS, ROBUSTNESS)
                .title("The program ends if the connection does so between the replies")
                .sends("05 00", FIRST, "(the end)")
                .accepts("Nothing is sent, and the program ends")
                .means("The program hangs when the proxy is restarted, or does not wait long enough")
                .script(trial -> {
                    Wire wire = requested(trial).send(FIRST);
                    Tunnels.finish(wire);
                    Tunnels.givenUp(trial, wire, "the end of the connection");
                    wire.close();
                    Tunnels.ended(trial, "the end of the connection");
                });
    }

    private static void failed(ClientTrial trial, Wire wire, String after) throws Exception {
        Tunnels.givenUp(trial, wire, after);
        wire.close();
        Tunnels.ended(trial, after);
        check(!trial.run().output().contains(trial.page().token()), "the text was printed after " + after);
    }

    private static Wire requested(ClientTrial trial) throws IOException, Violation, InterruptedException {
        Program program = Objects.requireNonNull(trial.client().bind());
        Wire wire = trial.withoutLogin(trial.connected(program, ClientTrial.IPV4, ClientTrial.PORT));
        Request request = trial.request(wire);
        check(request.command().equals(Command.BIND), "expected the command BIND, but " + request.command() + " came");
        return wire;
    }

    private static byte[] text(ClientTrial trial) {
        return (trial.page().token() + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void printed(ClientTrial trial, Wire wire) throws IOException, Violation, InterruptedException {
        wire.send(Label.RAW, text(trial));
        Tunnels.finish(wire);
        Tunnels.shown(trial, trial.page().token());
    }
}
