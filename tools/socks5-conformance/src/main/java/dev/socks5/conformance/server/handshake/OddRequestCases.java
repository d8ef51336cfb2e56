package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.List;

/** The rest of the group "request": requests that are no good, or that seldom come. */
final class OddRequestCases {

    private OddRequestCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(reserved(), otherVersion(), emptyName(), longestName(), portZero(), mapped());
    }

    private static Case<ServerTrial> reserved() {
        return robust("request/reserved-byte")
                .title("A request whose reserved byte is not zero is answered, or ends the connection")
                .sends(
                        "(2 connections)",
                        "{negotiation}",
                        "05 01 01 01 {address} {port}",
                        "05 01 FF 01 {address} {port}")
                .accepts(
                        "Success, any failure, or the end of the connection: the byte must be zero, and the RFC does not "
                                + "say what follows if it is not")
                .means("A client with a small mistake waits for ever")
                .script(trial -> {
                    for (int reserved : new int[] {0x01, 0xFF}) {
                        byte[] request = Steps.request(trial.origin());
                        request[2] = (byte) reserved;
                        Wire.Rest rest =
                                trial.negotiated().send(Label.REQUEST, request).receiveRest(1);
                        check(
                                rest.end() != Wire.End.OPEN || rest.bytes().length > 0,
                                String.format("a request with RSV %02X has neither an answer nor an end", reserved));
                    }
                });
    }

    private static Case<ServerTrial> otherVersion() {
        return robust("request/other-version")
                .title("A request of another version is not served as one of version 5")
                .sends(
                        "(4 connections, with 00, 01, 04 and 06)",
                        "{negotiation}",
                        "{version} 01 00 01 {address} {port}")
                .accepts(
                        "Anything except a connection to the origin: VER is 05, and the RFC does not say what follows if it "
                                + "is not")
                .means("The client and the server misunderstand each other, and nobody notices")
                .script(trial -> {
                    for (int version : new int[] {0x00, 0x01, 0x04, 0x06}) {
                        Origin origin = trial.origin();
                        byte[] request = Steps.request(origin);
                        request[0] = (byte) version;
                        trial.negotiated().send(Label.REQUEST, request);
                        origin.expectNobody(String.format("by a request of version %02X", version));
                    }
                });
    }

    private static Case<ServerTrial> emptyName() {
        return Case.of("request/empty-name", Level.SECURITY, cwe(20, "improper input validation"))
                .title("A name of no bytes is no destination")
                .sends("{negotiation}", "05 01 00 03 00 {origin's port}")
                .accepts("Any failure, the end of the connection, or no answer. Nobody is called \"\"")
                .means(
                        "The resolver takes an empty name for the machine of the proxy itself, and rules that know no such "
                                + "name let it pass")
                .script(trial -> {
                    Origin origin = trial.origin();
                    int port = origin.address().getPort();
                    byte[] request = {5, 1, 0, 3, 0, (byte) (port >> 8), (byte) port};
                    byte[] reply = trial.negotiated()
                            .send(Label.REQUEST, request)
                            .receiveRest(2)
                            .bytes();
                    check(reply.length < 2 || reply[1] != 0, "a name of no bytes is answered with success");
                });
    }

    private static Case<ServerTrial> longestName() {
        return robust("request/longest-name")
                .title("A name of 255 bytes is read to its end, and leads nowhere")
                .sends("{negotiation}", "05 01 00 03 FF (255 times 61) 00 50", "(the same with 4 labels)")
                .accepts("Any failure, or the end of the connection. Nothing at all within the time as well, because a "
                        + "look-up may take its time. DNS has no such name: 253 bytes are the most, and 63 for a label")
                .means("The server cuts long names, and connects to another host; or it reads beyond its buffer")
                .needs(Feature.NAMES)
                .script(trial -> {
                    String label = "a".repeat(63);
                    String labels = String.join(".", label, label, label, label);
                    if (Names.expectFailure(trial, "a".repeat(255), 80)) {
                        Names.expectFailure(trial, labels, 80);
                    }
                });
    }

    private static Case<ServerTrial> portZero() {
        return robust("request/port-zero")
                .title("A connection to port 0 fails")
                .sends("{negotiation}", "05 01 00 01 {origin's address} 00 00")
                .accepts("Any failure, or the end of the connection: nobody can listen there")
                .means("A client with a mistake waits for ever, or takes the tunnel for made")
                .script(trial -> {
                    Endpoint origin = trial.origin().endpoint();
                    Replies.failureOrEnd(trial.requested(Request.connect(new Endpoint(origin.address(), 0))));
                });
    }

    private static Case<ServerTrial> mapped() {
        return robust("request/ipv4-mapped")
                .title("An IPv4 address in the form of an IPv6 address is answered")
                .sends("{negotiation}", "05 01 00 04 (10 times 00) FF FF {origin's address} {origin's port}")
                .accepts(
                        "Success, with a connection to the origin, any failure, or the end: rules may forbid this form")
                .means("Programs that use IPv6 sockets for both families wait for ever")
                .script(trial -> {
                    Origin origin = trial.origin();
                    byte[] request = Steps.together(
                            Hex.bytes("05 01 00 04"),
                            new byte[10],
                            Hex.bytes("FF FF"),
                            origin.address().getAddress().getAddress(),
                            new byte[] {
                                (byte) (origin.address().getPort() >> 8),
                                (byte) origin.address().getPort()
                            });
                    Wire wire = trial.negotiated().send(Label.REQUEST, request);
                    if (Replies.replyOrEnd(wire).filter(Reply::succeeded).isPresent()) {
                        trial.accept(origin);
                    }
                });
    }

    private static Case.Draft robust(String id) {
        return Case.of(id, Level.ROBUSTNESS, ROBUSTNESS);
    }
}
