package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The group "reply": replies and their codes. {refusing} is a port of this machine on which nobody listens. */
final class ReplyCases {

    private static final byte[] WELCOME = Steps.ascii("220 welcome");

    private ReplyCases() {}

    static List<Case<ServerTrial>> all() {
        return Stream.of(
                        List.of(layout(), failureLayout(), nothingBetween(), originSpeaksFirst(), boundAddress()),
                        FailureCases.all())
                .flatMap(List::stream)
                .toList();
    }

    private static Case<ServerTrial> layout() {
        return must("reply/layout")
                .title("A reply of success has the layout of the RFC")
                .sends("{negotiation}", "05 01 00 01 {origin's address} {origin's port}")
                .accepts(
                        "05 00 00, then 01 and 4 bytes, 03 and a name with its length, or 04 and 16 bytes, then 2 bytes")
                .means("Clients that read the reply as the RFC says lose their place, and take its end for data")
                .script(trial -> {
                    Wire wire = trial.requested(Request.connect(trial.origin().endpoint()));
                    byte[] head = head(wire);
                    check(head[1] == 0, String.format("expected REP 00, but the reply has %02X", head[1]));
                });
    }

    private static Case<ServerTrial> failureLayout() {
        return must("reply/layout-of-failure")
                .title("A reply of failure has the layout of the RFC, whole")
                .sends("{negotiation}", "05 01 00 01 {refusing}")
                .accepts(
                        "05, any REP from 01 to 08, 00, then an address and a port as in a success; what they say means "
                                + "nothing. 09 to FF are unassigned")
                .means("Clients wait for the rest of the reply, or report a broken proxy instead of the failure")
                .script(trial -> {
                    byte[] head = head(trial.requested(Request.connect(trial.refusing())));
                    check(head[1] != 0, "expected a failure, but the reply says success");
                    check(
                            head[1] >= 1 && head[1] <= 8,
                            String.format("REP should be assigned, 01 to 08, but is %02X", head[1]));
                });
    }

    /** Receives a reply field by field, and returns VER, REP, RSV and ATYP. */
    private static byte[] head(Wire wire) throws IOException, Violation {
        byte[] head = wire.receive(Label.REPLY, "VER, REP, RSV and ATYP of a reply", 4);
        check(head[0] == 5, String.format("VER of the reply should be 05, but is %02X", head[0]));
        check(head[2] == 0, String.format("RSV of the reply should be 00, but is %02X", head[2]));
        int length = switch (head[3]) {
            case 1 -> 4;
            case 3 -> wire.receive(Label.REPLY, "the length of BND.ADDR", 1)[0] & 0xFF;
            case 4 -> 16;
            default ->
                throw new Violation(String.format("ATYP of the reply should be 01, 03 or 04, but is %02X", head[3]));
        };
        wire.receive(Label.REPLY, "BND.ADDR and BND.PORT", length + 2);
        return head;
    }

    private static Case<ServerTrial> nothingBetween() {
        return must("reply/nothing-behind")
                .title("Behind a reply of success nothing comes until the origin sends something")
                .sends(
                        "{negotiation}",
                        "05 01 00 01 {origin's address} {origin's port}",
                        "(nothing; the origin as well)")
                .accepts("Silence. CONNECT has one reply")
                .means("What is left over of the reply is taken for the origin's first bytes")
                .script(trial -> {
                    Wire wire = trial.requested(Request.connect(trial.origin().endpoint()));
                    head(wire);
                    wire.expectSilence("between the reply and the origin's first bytes");
                });
    }

    private static Case<ServerTrial> originSpeaksFirst() {
        return must("reply/before-the-origins-bytes")
                .title("What an origin says first comes behind the reply, whole")
                .sends("{negotiation}", "05 01 00 01 {origin's address} {origin's port}", "(the origin: 220 welcome)")
                .accepts("A reply of success, then 220 welcome, however soon the origin says it")
                .means("Mail, FTP and SSH servers, which speak first, cannot be reached, or now and then")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = trial.requested(Request.connect(origin.endpoint()));
                    trial.accept(origin).send(Label.RAW, WELCOME);
                    trial.success(wire);
                    byte[] came = wire.receive(Label.RAW, "the origin's first bytes", WELCOME.length);
                    check(
                            Arrays.equals(came, WELCOME),
                            "expected the origin's first bytes, " + Hex.shown(WELCOME) + ", but " + Hex.shown(came)
                                    + " came");
                });
    }

    private static Case<ServerTrial> boundAddress() {
        return must("reply/bound-address")
                .title("BND.ADDR and BND.PORT of a CONNECT are where the server connects from, or zeros")
                .sends("{negotiation}", "05 01 00 01 {origin's address} {origin's port}")
                .accepts(
                        "Any address and port except those of the destination and those on which the server listens. It "
                                + "need not be what the origin sees, because there may be NAT in between. All zeros as well, as "
                                + "many servers have them: they tell nothing, and nothing wrong")
                .means("Programs that tell a peer where to expect them, such as FTP clients, name a wrong place")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Endpoint bound = trial.success(trial.requested(Request.connect(origin.endpoint())))
                            .bound();
                    check(
                            !bound.equals(origin.endpoint()),
                            "BND.ADDR and BND.PORT are those of the destination: " + bound);
                    check(
                            !bound.equals(Endpoint.of(trial.server().address())),
                            "BND.ADDR and BND.PORT are those on which the server listens for clients: " + bound);
                });
    }

    private static Case.Draft must(String id) {
        return Case.of(id, Level.MUST, rfc1928("6"));
    }
}
