package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Steps.request;
import static dev.socks5.conformance.server.handshake.Steps.together;
import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Greeting;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rest of the group "pieces": clients that break off, that send much ahead, or that are many. */
final class BrokenOffCases {

    private static final int MANY = 10;
    private static final int MUCH = 64 * 1024;
    private static final String LEFT_BEHIND = "Clients that crash, or lose their network, leave connections behind";

    private BrokenOffCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                endInsideGreeting(),
                endInsideLogin(),
                endInsideRequest(),
                resetInsideRequest(),
                endBehindRequest(),
                muchData(),
                interleaved());
    }

    private static Case<ServerTrial> endInsideGreeting() {
        return robust("pieces/end-inside-greeting")
                .title("After a client's end inside its greeting the server ends the connection")
                .sends("05 02 00", "(the suite ends its output)")
                .accepts("An end or a reset, after an answer or without one")
                .means(LEFT_BEHIND)
                .script(trial -> {
                    Wire wire = trial.open().send(Label.GREETING, new byte[] {5, 2, 0});
                    wire.finish();
                    expectOver(wire, "an end inside the greeting");
                });
    }

    private static Case<ServerTrial> endInsideLogin() {
        return robust("pieces/end-inside-login")
                .title("After a client's end inside its login the server ends the connection")
                .sends("05 01 02", "01 05 61", "(the suite ends its output)")
                .accepts("An end or a reset, after an answer or without one")
                .means(LEFT_BEHIND)
                .needs(Feature.LOGIN)
                .script(trial -> {
                    Wire wire = Logins.enter(trial).send(Label.LOGIN, new byte[] {1, 5, 'a'});
                    wire.finish();
                    expectOver(wire, "an end inside the login");
                });
    }

    private static Case<ServerTrial> endInsideRequest() {
        return robust("pieces/end-inside-request")
                .title("After a client's end inside its request the server ends the connection, and makes nothing up")
                .sends("{negotiation}", "{request} (without its last byte)", "(the suite ends its output)")
                .accepts("An end or a reset, after a failure or without one")
                .means(LEFT_BEHIND + ", or are connected to a destination that they have not named")
                .script(trial -> {
                    byte[] request = request(trial.origin());
                    Wire wire = trial.negotiated().send(Label.REQUEST, withoutLast(request));
                    wire.finish();
                    byte[] reply = expectOver(wire, "an end inside the request");
                    check(reply.length < 2 || reply[1] != 0, "a request that is not complete is answered with success");
                });
    }

    private static Case<ServerTrial> resetInsideRequest() {
        return robust("pieces/reset-inside-request")
                .title("Clients that reset their connections inside their requests disturb nobody else")
                .sends(
                        "(10 connections) {negotiation}, and {request} without its last byte",
                        "(a reset)",
                        "(another client)")
                .accepts("The other client is served")
                .means("One client that crashes takes the server with it")
                .script(trial -> {
                    Origin origin = trial.origin();
                    for (int i = 0; i < MANY; i++) {
                        trial.negotiated()
                                .send(Label.REQUEST, withoutLast(request(origin)))
                                .reset();
                    }
                    trial.tunnel(origin.endpoint());
                });
    }

    private static Case<ServerTrial> endBehindRequest() {
        return robust("pieces/end-behind-request")
                .title("A client may end its output right behind its request, and still has what the origin says")
                .sends("{negotiation}", "{request}", "(the suite ends its output)")
                .accepts("A reply of success; at the origin the end; then hello from the origin")
                .means("Programs that only want to read, such as nc without an input, get nothing")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = trial.negotiated().send(Label.REQUEST, request(origin));
                    wire.finish();
                    trial.success(wire);
                    Wire far = trial.accept(origin);
                    far.expectEnd("the client's end");
                    far.send(Label.RAW, Pieces.HELLO);
                    Pieces.expectHello(wire);
                });
    }

    private static Case<ServerTrial> muchData() {
        return robust("pieces/much-data-with-request")
                .title("64 KiB that come together with the request reach the origin, once and in order")
                .sends("{negotiation}", "{request} (and 65,536 bytes that count up)")
                .accepts("A reply of success, and the bytes at the origin")
                .means("Clients that send without waiting lose what does not fit into the server's first buffer")
                .script(trial -> {
                    Origin origin = trial.origin();
                    byte[] much = new byte[MUCH];
                    for (int i = 0; i < MUCH; i++) {
                        much[i] = (byte) (i ^ i >> 8);
                    }
                    Wire wire = trial.negotiated().send(Label.RAW, together(request(origin), much));
                    trial.success(wire);
                    byte[] came = trial.accept(origin).receive(Label.RAW, "what was sent ahead", MUCH);
                    int wrong = Arrays.mismatch(came, much);
                    check(wrong < 0, "what was sent ahead came otherwise from byte " + wrong + " on");
                });
    }

    private static Case<ServerTrial> interleaved() {
        return robust("pieces/interleaved-clients")
                .title("Ten clients that take turns, message by message, are all served, each at its own origin")
                .sends("(10 connections; on each in turn:) {negotiation}", "{request}", "(hello)")
                .accepts("Success for each, and hello at each origin")
                .means("Clients get in each other's way, or even each other's connections")
                .script(trial -> {
                    List<Wire> wires = new ArrayList<>();
                    List<Origin> origins = new ArrayList<>();
                    for (int i = 0; i < MANY; i++) {
                        wires.add(trial.open().send(Greeting.of(Steps.ownMethod(trial))));
                    }
                    for (Wire wire : wires) {
                        Pieces.finishNegotiation(trial, wire, Wire::send);
                    }
                    for (Wire wire : wires) {
                        Origin origin = trial.origin();
                        origins.add(origin);
                        wire.send(Label.REQUEST, request(origin));
                    }
                    for (int i = 0; i < MANY; i++) {
                        trial.success(wires.get(i));
                        wires.get(i).send(Label.RAW, Pieces.HELLO);
                        Pieces.expectHello(trial.accept(origins.get(i)));
                    }
                });
    }

    private static byte[] withoutLast(byte[] message) {
        return Arrays.copyOf(message, message.length - 1);
    }

    /** Expects the end, and returns what comes before it, whatever that is. */
    private static byte[] expectOver(Wire wire, String after) throws IOException, Violation {
        Wire.Rest rest = wire.receiveRest(MUCH);
        check(
                rest.end() != Wire.End.OPEN,
                "expected the end of the connection after " + after + ", but it was still open");
        return rest.bytes();
    }

    private static Case.Draft robust(String id) {
        return Case.of(id, Level.ROBUSTNESS, ROBUSTNESS);
    }
}
