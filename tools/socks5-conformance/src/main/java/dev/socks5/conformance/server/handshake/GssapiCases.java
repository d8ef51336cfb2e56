package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Steps.greeting;
import static dev.socks5.conformance.server.handshake.Steps.request;
import static dev.socks5.conformance.server.handshake.Steps.sendAnyway;
import static dev.socks5.conformance.server.handshake.Steps.together;
import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Clause.rfc1961;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.AuthMethod;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.List;

/** The group "gssapi": GSSAPI, as far as it goes without a ticket. */
final class GssapiCases {

    private static final Clause AUTHENTICATION = cwe(287, "improper authentication");
    private static final byte[] GARBAGE = Hex.bytes("01 01 00 04 DE AD BE EF");
    private static final String REFUSED = "01 FF or the end of the connection. A last token of the mechanism may come "
            + "before, because a mechanism may have words for its failure";
    private static final String NOBODY = "Anything except a connection to the origin";
    private static final String HANGS = "Clients whose ticket is refused wait for a time limit instead of being told";
    private static final String ANYBODY = "Anybody uses the proxy without a ticket";

    private GssapiCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                offeredAlone(),
                garbage(),
                nothingServed(),
                nothingServedBehind(),
                requestInsteadOfToken(),
                levelInsteadOfToken(),
                refused("wrong-type", "a message that is no token", "01 03 00 01 00"),
                refused("wrong-version", "a token of another version", "05 01 00 04 DE AD BE EF"),
                refused("empty-token", "a token of no bytes", "01 01 00 00"),
                refused("client-abort", "an abort by the client", "01 FF"),
                longest(),
                endInsideToken());
    }

    private static Case<ServerTrial> offeredAlone() {
        return Case.of("gssapi/offered-alone", Level.MUST, rfc1928("3"))
                .title("A client that offers GSSAPI alone gets it, or is told that none is acceptable")
                .sends("05 01 01")
                .accepts(
                        "05 01 or 05 FF; that X'FF' is not said is for negotiation/none-acceptable to judge. The RFC has every implementation support GSSAPI, and hardly any server does: "
                                + "that is \"not offered\" in the other cases of this group, and no failure here")
                .means("A client that cannot log in waits, or goes on as if it had logged in")
                .script(trial -> {
                    Wire wire = trial.open().send(Label.GREETING, greeting((byte) 1));
                    int code =
                            Steps.choice(wire).orElse(AuthMethod.NO_ACCEPTABLE).code();
                    check(
                            code == 0x01 || code == 0xFF,
                            String.format(
                                    "expected 01 or FF, but method %02X was selected, which was not offered", code));
                });
    }

    private static Case<ServerTrial> garbage() {
        return Case.of("gssapi/garbage-token", Level.MUST, rfc1961("3.8"))
                .title("A client whose token is no token is refused")
                .sends("05 01 01", "01 01 00 04 DE AD BE EF")
                .accepts(REFUSED)
                .means(HANGS)
                .needs(Feature.GSSAPI)
                .script(trial -> expectRefused(trial, "a token that is none", GARBAGE));
    }

    private static Case<ServerTrial> refused(String name, String what, String hex) {
        return Case.of("gssapi/" + name, Level.ROBUSTNESS, ROBUSTNESS)
                .title("After " + what + " the client is refused")
                .sends("05 01 01", hex)
                .accepts(REFUSED)
                .means(HANGS)
                .needs(Feature.GSSAPI)
                .script(trial -> expectRefused(trial, what, Hex.bytes(hex)));
    }

    private static Case<ServerTrial> longest() {
        return Case.of("gssapi/longest-token", Level.MUST, rfc1961("3.4"))
                .title("The longest token there is, is read to its end and refused")
                .sends("05 01 01", "01 01 FF FF (65,535 times 60)")
                .accepts(REFUSED)
                .means("Tickets with many groups are cut, or the server reads beyond its buffer")
                .needs(Feature.GSSAPI)
                .script(trial ->
                        expectRefused(trial, "the longest token", Hex.bytes("01 01 FF FF"), Steps.times(65_535, 0x60)));
    }

    private static Case<ServerTrial> endInsideToken() {
        return Case.of("gssapi/end-inside-token", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A client that ends inside a token costs the server no connection")
                .sends("05 01 01", "01 01 FF FF 60", "(the suite ends its output)")
                .accepts("The end of the connection, after 01 FF or without")
                .means("Clients that fail leave connections behind")
                .needs(Feature.GSSAPI)
                .script(trial -> {
                    Wire wire = enter(trial).send(Label.GSSAPI, Hex.bytes("01 01 FF FF 60"));
                    wire.finish();
                    expectOver(wire, "a token that the client has not finished");
                });
    }

    private static Case<ServerTrial> nothingServed() {
        return security("gssapi/nothing-served-after-abort")
                .title("After a token that was refused no request is served")
                .sends("05 01 01", "01 01 00 04 DE AD BE EF", "{request}")
                .accepts(NOBODY)
                .means(ANYBODY)
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = enter(trial).send(Label.GSSAPI, GARBAGE);
                    wire.receiveRest(2);
                    sendAnyway(wire, Label.REQUEST, request(origin));
                    origin.expectNobody("after a token that was refused");
                });
    }

    private static Case<ServerTrial> nothingServedBehind() {
        return security("gssapi/nothing-served-behind-abort")
                .title("A request that comes together with a token that is refused is not served")
                .sends("05 01 01", "01 01 00 04 DE AD BE EF {request}")
                .accepts(NOBODY)
                .means(ANYBODY)
                .script(trial -> {
                    Origin origin = trial.origin();
                    enter(trial).send(Label.RAW, together(GARBAGE, request(origin)));
                    origin.expectNobody("after a token that was refused");
                });
    }

    private static Case<ServerTrial> requestInsteadOfToken() {
        return security("gssapi/not-skipped")
                .title("A request in place of a token is not served")
                .sends("05 01 01", "{request}")
                .accepts(NOBODY)
                .means(ANYBODY)
                .script(trial -> {
                    Origin origin = trial.origin();
                    enter(trial).send(Label.REQUEST, request(origin));
                    origin.expectNobody("without a token");
                });
    }

    private static Case<ServerTrial> levelInsteadOfToken() {
        return security("gssapi/level-without-token")
                .title("A client that begins with the protection level \"none\" is not served")
                .sends("05 01 01", "01 02 00 01 00", "{request}")
                .accepts(NOBODY + ". Some programs do not wrap the level, and know a level 00; but it comes after the "
                        + "tokens, not in their place")
                .means(ANYBODY)
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = enter(trial).send(Label.GSSAPI, Hex.bytes("01 02 00 01 00"));
                    sendAnyway(wire, Label.REQUEST, request(origin));
                    origin.expectNobody("without a token");
                });
    }

    private static Wire enter(ServerTrial trial) throws IOException, Violation {
        Wire wire = trial.open().send(Label.GREETING, greeting((byte) 1));
        int code = trial.selection(wire).method().code();
        check(code == 0x01, String.format("expected GSSAPI (01), which was offered, but %02X was selected", code));
        return wire;
    }

    private static void expectRefused(ServerTrial trial, String what, byte[]... message) throws IOException, Violation {
        Wire wire = enter(trial);
        sendAnyway(wire, Label.GSSAPI, together(message));
        expectOver(wire, what);
    }

    /** Expects the end, and before it nothing, an abort, or a token and an abort. */
    private static void expectOver(Wire wire, String what) throws IOException, Violation {
        while (true) {
            byte[] head = wire.receiveRest(2).bytes();
            if (head.length < 2) {
                Steps.expectEnd(wire, what);
                return;
            }
            check(head[0] == 1, "expected 01 FF after " + what + ", but " + Hex.shown(head) + " came");
            if (head[1] == (byte) 0xFF) {
                Steps.expectEnd(wire, what);
                return;
            }
            check(head[1] == 1, "expected 01 FF after " + what + ", but " + Hex.shown(head) + " came");
            byte[] length = wire.receive(Label.GSSAPI, "the length of a token", 2);
            wire.receive(Label.GSSAPI, "a token", ((length[0] & 0xFF) << 8) | (length[1] & 0xFF));
        }
    }

    private static Case.Draft security(String id) {
        return Case.of(id, Level.SECURITY, AUTHENTICATION).needs(Feature.GSSAPI);
    }
}
