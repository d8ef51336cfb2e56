package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Pieces.converse;
import static dev.socks5.conformance.server.handshake.Pieces.expectEcho;
import static dev.socks5.conformance.server.handshake.Pieces.sendCut;
import static dev.socks5.conformance.server.handshake.Steps.bytes;
import static dev.socks5.conformance.server.handshake.Steps.request;
import static dev.socks5.conformance.server.handshake.Steps.together;
import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The group "pieces": messages in pieces, and several together. TCP keeps the order of bytes, and no borders. */
final class PiecesCases {

    private static final String SERVED =
            "Everything as if each message had come whole: TCP has no borders between messages";
    private static final String NOW_AND_THEN =
            "Connections fail now and then: on slow links, behind tunnels, with small "
                    + "windows, or with clients that write field by field";

    private PiecesCases() {}

    static List<Case<ServerTrial>> all() {
        return Stream.of(
                        List.of(byteByByte(), eachMessageCut(), nameCut(), ipv6Cut(), longestGreeting(), slowClient()),
                        AheadCases.all(),
                        BrokenOffCases.all())
                .flatMap(List::stream)
                .toList();
    }

    private static Case<ServerTrial> byteByByte() {
        return robust("pieces/byte-by-byte")
                .title("A client is served whose every byte comes by itself")
                .sends("{negotiation}, {request} and hello, byte by byte; the client waits for each answer")
                .accepts(SERVED)
                .means(NOW_AND_THEN)
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = converse(trial, Pieces::sendByteByByte, request(origin));
                    expectEcho(trial, wire, origin, Pieces::sendByteByByte);
                });
    }

    private static Case<ServerTrial> eachMessageCut() {
        return robust("pieces/each-message-cut")
                .title("A client is served wherever its messages are cut in two")
                .sends("(a connection for each place) {negotiation} and {request}, every message cut in two there")
                .accepts(SERVED)
                .means(NOW_AND_THEN)
                .script(trial -> expectServedHoweverCut(trial, request(trial.origin())));
    }

    private static Case<ServerTrial> nameCut() {
        return robust("pieces/name-cut")
                .title("A client is served wherever its request for a name is cut in two")
                .sends("(a connection for each place) {negotiation}, and a request for localhost, cut in two there")
                .accepts(SERVED)
                .means(NOW_AND_THEN)
                .needs(Feature.NAMES)
                .script(trial -> {
                    int port = trial.origin().address().getPort();
                    Endpoint name = new Endpoint(new DomainName("localhost"), port);
                    expectServedHoweverRequestIsCut(trial, bytes(Request.connect(name)));
                });
    }

    private static Case<ServerTrial> ipv6Cut() {
        return robust("pieces/ipv6-cut")
                .title("A client is served wherever its request for an IPv6 address is cut in two")
                .sends(
                        "(a connection for each place) {negotiation}, and a request for an IPv6 origin, cut in two there")
                .accepts(SERVED)
                .means(NOW_AND_THEN)
                .needs(Feature.IPV6)
                .script(trial -> expectServedHoweverRequestIsCut(trial, request(trial.ipv6Origin())));
    }

    private static void expectServedHoweverCut(ServerTrial trial, byte[] request) throws Exception {
        int longest = Math.max(request.length, Steps.negotiation(trial).length);
        for (int place = 1; place < longest; place++) {
            int cut = place;
            try (Wire wire = converse(trial, (to, label, message) -> sendCut(to, label, message, cut), request)) {
                trial.success(wire);
            }
        }
    }

    /** The other messages are whole: that they are not is for pieces/each-message-cut to try. */
    private static void expectServedHoweverRequestIsCut(ServerTrial trial, byte[] request) throws Exception {
        for (int place = 1; place < request.length; place++) {
            int cut = place;
            Pieces.Sender sender =
                    (to, label, message) -> sendCut(to, label, message, label == Label.REQUEST ? cut : message.length);
            try (Wire wire = converse(trial, sender, request)) {
                trial.success(wire);
            }
        }
    }

    private static Case<ServerTrial> longestGreeting() {
        return robust("pieces/longest-greeting")
                .title("The longest greeting is understood byte by byte")
                .sends("05 FF FE (254 times) {own}, byte by byte")
                .accepts("05 {own}; or 05 FE from a server that has the private method FE")
                .means(NOW_AND_THEN)
                .script(trial -> {
                    Wire wire = trial.open();
                    byte[] own = {(byte) Steps.ownMethod(trial).code()};
                    byte[] methods = together(Steps.times(254, 0xFE), own);
                    Pieces.sendByteByByte(wire, Label.GREETING, Steps.greeting(methods));
                    AuthMethod method = trial.selection(wire).method();
                    check(
                            method.equals(Steps.ownMethod(trial)) || method.code() == 0xFE,
                            "expected " + Steps.ownMethod(trial) + ", but " + method + " was selected");
                });
    }

    private static Case<ServerTrial> slowClient() {
        return robust("pieces/slow-client")
                .title("A client is served that takes a moment in the middle of each message")
                .sends("{negotiation} and {request}, each cut in the middle, with a pause of 300 ms there")
                .accepts(SERVED)
                .means("Clients far away, or on a busy machine, cannot connect")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Pieces.Sender slowly = (to, label, message) -> {
                        int half = message.length / 2;
                        to.send(label, Arrays.copyOf(message, half));
                        Thread.sleep(trial.patience().silence().toMillis());
                        to.send(label, Arrays.copyOfRange(message, half, message.length));
                    };
                    trial.success(converse(trial, slowly, request(origin)));
                });
    }

    private static Case.Draft robust(String id) {
        return Case.of(id, Level.ROBUSTNESS, ROBUSTNESS);
    }
}
