package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Steps.choice;
import static dev.socks5.conformance.server.handshake.Steps.greeting;
import static dev.socks5.conformance.server.handshake.Steps.ownMethod;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.AuthMethod;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.util.List;
import java.util.stream.Stream;

/** The group "negotiation": the selection of a method. {own} is the server's method: 00, or 02 with a login. */
final class NegotiationCases {

    private static final String HANGS =
            "A client that cannot log in is not told so: it waits, goes on as if it had, or reports a broken connection";

    private NegotiationCases() {}

    static List<Case<ServerTrial>> all() {
        return Stream.of(
                        List.of(
                                serverWaits(),
                                selectionIsTwoBytes(),
                                noneAcceptable(),
                                noMethods(),
                                onlyWhatIsOffered(),
                                unknownMethods()),
                        OfferCases.all(),
                        AfterRefusalCases.all(),
                        OtherProtocolCases.all())
                .flatMap(List::stream)
                .toList();
    }

    private static Case<ServerTrial> serverWaits() {
        return Case.of("negotiation/client-speaks-first", Level.MUST, rfc1928("3"))
                .title("The server says nothing before the client's greeting")
                .sends("(nothing)")
                .accepts("Silence. The first message is the client's")
                .means("The client takes what came early for the selection of a method, and gives up")
                .script(trial -> trial.open().expectSilence("before the client's greeting"));
    }

    private static Case<ServerTrial> selectionIsTwoBytes() {
        return Case.of("negotiation/selection-is-two-bytes", Level.MUST, rfc1928("3"))
                .title("The selection of a method is two bytes, and nothing follows until the client goes on")
                .sends("05 01 {own}")
                .accepts("05 {own}, then silence: VER and METHOD are all that the message has")
                .means("The client takes what is left over for the next message, and gives up")
                .script(trial -> {
                    Wire wire = trial.open().send(Label.GREETING, greeting((byte) own(trial)));
                    byte[] selection = wire.receive(Label.SELECTION, "the selection of a method", 2);
                    check(
                            selection[0] == 5,
                            String.format("VER of the selection should be 05, but is %02X", selection[0]));
                    check(
                            selection[1] == own(trial),
                            String.format("only %02X was offered, but %02X was selected", own(trial), selection[1]));
                    wire.expectSilence("between the selection and the client's next message");
                });
    }

    private static Case<ServerTrial> noneAcceptable() {
        return Case.of("negotiation/none-acceptable", Level.MUST, rfc1928("3"))
                .title(
                        "A client that offers only a method that the server does not have is told that none is acceptable")
                .sends("05 01 FE")
                .accepts("05 FF. A server that has the private method FE may select it")
                .means(HANGS)
                .script(trial -> {
                    Wire wire = trial.open().send(Label.GREETING, greeting((byte) 0xFE));
                    AuthMethod method = trial.selection(wire).method();
                    check(
                            method.equals(AuthMethod.NO_ACCEPTABLE) || method.code() == 0xFE,
                            "expected X'FF', but " + method + " was selected, which was not offered");
                });
    }

    private static Case<ServerTrial> noMethods() {
        return Case.of("negotiation/no-methods", Level.MUST, rfc1928("3"))
                .title("No method is selected if none was offered")
                .sends("05 00")
                .accepts(
                        "05 FF, the end of the connection, or nothing at all, because NMETHODS has to be 1 at least. What "
                                + "is selected has to be one of the methods given, and there is none")
                .means(
                        "The server enters a method that the client does not know of, and the two misunderstand each other")
                .script(trial -> Steps.expectNoMethod(trial.open().send("05 00"), "an offer of none"));
    }

    private static Case<ServerTrial> onlyWhatIsOffered() {
        return Case.of("negotiation/only-what-is-offered", Level.MUST, rfc1928("3"))
                .title("Whichever single method is offered, that one is selected or none")
                .sends("(255 connections, one for each code from 00 to FE)", "05 01 {code}")
                .accepts("05 {code} or 05 FF each time. That X'FF' is not said at all is for "
                        + "negotiation/none-acceptable to judge, and passes here")
                .means(HANGS)
                .script(trial -> {
                    for (int code = 0x00; code <= 0xFE; code++) {
                        try (Wire wire = trial.open()) {
                            wire.send(Label.GREETING, greeting((byte) code));
                            Wire.Rest answer = wire.receiveRest(2);
                            expectOffered(code, answer.bytes());
                            if (answer.end() == Wire.End.OPEN && answer.bytes().length < 2) {
                                return;
                            }
                        }
                    }
                });
    }

    private static void expectOffered(int code, byte[] answer) throws Violation {
        if (answer.length == 2) {
            int chosen = answer[1] & 0xFF;
            check(
                    chosen == code || chosen == 0xFF,
                    String.format("only method %02X was offered, but %02X was selected", code, chosen));
        }
    }

    private static Case<ServerTrial> unknownMethods() {
        return Case.of("negotiation/unknown-methods", Level.MUST, rfc1928("3"))
                .title(
                        "Of many methods that nobody has assigned, and private ones, none is selected that was not offered")
                .sends("05 F5 0A 0B 0C ... FD FE")
                .accepts(
                        "05 FF, or one of them: a newer server may know more than we do. That X'FF' is not said at all is "
                                + "for negotiation/none-acceptable to judge, and passes here")
                .means(HANGS)
                .script(trial -> {
                    Wire wire = trial.open().send(Label.GREETING, greeting(codes(0x0A, 0xFE)));
                    int code = choice(wire).orElse(AuthMethod.NO_ACCEPTABLE).code();
                    check(code >= 0x0A, AuthMethod.of(code) + " was not offered, but it was selected");
                });
    }

    private static int own(ServerTrial trial) {
        return ownMethod(trial).code();
    }

    private static byte[] codes(int first, int last) {
        byte[] codes = new byte[last - first + 1];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (first + i);
        }
        return codes;
    }
}
