package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Steps.greeting;
import static dev.socks5.conformance.server.handshake.Steps.ownMethod;
import static dev.socks5.conformance.server.handshake.Steps.times;
import static dev.socks5.conformance.server.handshake.Steps.together;
import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
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

/** The rest of the group "negotiation": offers among which the server has to find its method. */
final class OfferCases {

    private static final String UNREACHED =
            "Clients that offer more than one method, or name theirs late, cannot connect";

    private OfferCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(ownAmongAll(), ownLast(), gssapiBeforeOwn(), ownRepeated(), noneAcceptableOffered());
    }

    private static Case<ServerTrial> ownAmongAll() {
        return Case.of("negotiation/all-methods", Level.MUST, rfc1928("3"))
                .title("A client that offers every method there is gets one")
                .sends("05 FF 00 01 02 ... FD FE")
                .accepts("05 and any method except FF: the server takes {own} if that is offered alone, so something "
                        + "acceptable is among them. The order of preference is the server's")
                .means(UNREACHED)
                .script(trial -> {
                    Wire wire = trial.open().send(Label.GREETING, greeting(codes(0x00, 0xFE)));
                    check(
                            !trial.selection(wire).method().equals(AuthMethod.NO_ACCEPTABLE),
                            "every method was offered, but none is acceptable");
                });
    }

    private static Case<ServerTrial> ownLast() {
        return Case.of("negotiation/own-method-last", Level.MUST, rfc1928("3"))
                .title("The server finds its method at the end of the longest offer")
                .sends("05 FF FE (254 times) {own}")
                .accepts("05 {own}; or 05 FE from a server that has the private method FE")
                .means(UNREACHED)
                .script(trial -> {
                    byte[] methods = together(times(254, 0xFE), new byte[] {(byte) own(trial)});
                    expectOwn(trial, selected(trial, methods), 0xFE);
                });
    }

    private static Case<ServerTrial> gssapiBeforeOwn() {
        return Case.of("negotiation/gssapi-beside-own", Level.MUST, rfc1928("3"))
                .title("A client that offers GSSAPI as well gets GSSAPI or the other method")
                .sends("05 02 01 {own}")
                .accepts("05 {own} or 05 01")
                .means("curl and other programs that can do GSSAPI offer it to every proxy, and cannot connect")
                .script(trial -> expectOwn(trial, selected(trial, new byte[] {1, (byte) own(trial)}), 0x01));
    }

    private static Case<ServerTrial> ownRepeated() {
        return robust("negotiation/own-method-repeated")
                .title("A method that is offered four times is selected as if it were offered once")
                .sends("05 04 {own} {own} {own} {own}")
                .accepts("05 {own}. The RFC does not say that methods have to differ")
                .means(UNREACHED)
                .script(trial -> expectOwn(trial, selected(trial, times(4, own(trial)))));
    }

    private static Case<ServerTrial> noneAcceptableOffered() {
        return robust("negotiation/none-acceptable-is-no-method")
                .title("X'FF' among the methods that are offered counts for nothing")
                .sends("05 02 FF {own}")
                .accepts("05 {own}. FF is no method, and its neighbour is one")
                .means(UNREACHED)
                .script(trial -> expectOwn(trial, selected(trial, new byte[] {(byte) 0xFF, (byte) own(trial)})));
    }

    private static Case.Draft robust(String id) {
        return Case.of(id, Level.ROBUSTNESS, ROBUSTNESS);
    }

    private static AuthMethod selected(ServerTrial trial, byte[] methods) throws Exception {
        return trial.selection(trial.open().send(Label.GREETING, greeting(methods)))
                .method();
    }

    private static int own(ServerTrial trial) {
        return ownMethod(trial).code();
    }

    private static void expectOwn(ServerTrial trial, AuthMethod selected, int... alsoGood) throws Violation {
        for (int code : alsoGood) {
            if (selected.code() == code) {
                return;
            }
        }
        check(
                selected.equals(ownMethod(trial)),
                "expected " + ownMethod(trial) + ", which was offered, but " + selected + " was selected");
    }

    private static byte[] codes(int first, int last) {
        byte[] codes = new byte[last - first + 1];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (first + i);
        }
        return codes;
    }
}
