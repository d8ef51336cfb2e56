package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The group "request": requests. {negotiation} is the greeting and, where one was given, the login. */
final class RequestCases {

    private static final byte[] HELLO = Steps.ascii("hello");
    private static final byte[] WORLD = Steps.ascii("world");

    private RequestCases() {}

    static List<Case<ServerTrial>> all() {
        return Stream.of(
                        List.of(
                                connectIpv4(),
                                connectIpv6(),
                                connectName(),
                                transparent(),
                                secondRequestIsData(),
                                unknownCommand(),
                                lookups(),
                                unknownAddressType()),
                        OddRequestCases.all())
                .flatMap(List::stream)
                .toList();
    }

    private static Case<ServerTrial> connectIpv4() {
        return must("request/connect-ipv4", "4")
                .title("CONNECT to an IPv4 address makes a tunnel, both ways")
                .sends("{negotiation}", "05 01 00 01 {origin's address} {origin's port}", "(hello, and world back)")
                .accepts("A reply that says success; then the origin has hello and the client has world")
                .means("Nothing works")
                .script(trial -> expectTunnel(trial, trial.origin()));
    }

    private static Case<ServerTrial> connectIpv6() {
        return must("request/connect-ipv6", "5")
                .title("CONNECT to an IPv6 address makes a tunnel, both ways")
                .sends("{negotiation}", "05 01 00 04 {origin's address} {origin's port}", "(hello, and world back)")
                .accepts("A reply that says success; then the origin has hello and the client has world")
                .means("Hosts that have no IPv4 address cannot be reached")
                .needs(Feature.IPV6)
                .script(trial -> expectTunnel(trial, trial.ipv6Origin()));
    }

    private static Case<ServerTrial> connectName() {
        return must("request/connect-name", "5")
                .title("CONNECT to a name makes a tunnel, both ways")
                .sends(
                        "{negotiation}",
                        "05 01 00 03 09 6C 6F 63 61 6C 68 6F 73 74 {origin's port}",
                        "(hello, world back)")
                .accepts("A reply that says success; then the origin has hello and the client has world")
                .means("Clients that leave the look-up to the proxy, as most should, reach nothing")
                .needs(Feature.NAMES)
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = trial.tunnel(
                            Endpoint.of("localhost", origin.address().getPort()));
                    expectBothWays(wire, trial.accept(origin));
                });
    }

    private static void expectTunnel(ServerTrial trial, Origin origin) throws Exception {
        Wire wire = trial.tunnel(origin.endpoint());
        expectBothWays(wire, trial.accept(origin));
    }

    private static void expectBothWays(Wire wire, Wire origin) throws Exception {
        wire.send(Label.RAW, HELLO);
        expect(origin, HELLO, "what the client sent");
        origin.send(Label.RAW, WORLD);
        expect(wire, WORLD, "what the origin sent");
    }

    private static void expect(Wire wire, byte[] expected, String what) throws Exception {
        byte[] came = wire.receive(Label.RAW, what, expected.length);
        check(
                Arrays.equals(came, expected),
                "expected " + what + ", " + Hex.shown(expected) + ", but " + Hex.shown(came) + " came");
    }

    private static Case<ServerTrial> transparent() {
        return must("request/origin-gets-nothing-else", "6")
                .title("The origin gets what the client sends in the tunnel, and nothing before it")
                .sends("{negotiation}", "05 01 00 01 {origin's address} {origin's port}")
                .accepts("Silence at the origin")
                .means("Protocols in which the server speaks first, or that do not expect the proxy's words, break")
                .script(trial -> {
                    Origin origin = trial.origin();
                    trial.tunnel(origin.endpoint());
                    trial.accept(origin).expectSilence("to the origin before the client has sent anything");
                });
    }

    private static Case<ServerTrial> secondRequestIsData() {
        return must("request/second-request-is-data", "6")
                .title("What looks like a request in a tunnel goes to the origin as any other bytes")
                .sends("{negotiation}", "{request}", "{request}")
                .accepts("The origin has the second request, byte by byte, and no second connection")
                .means("A proxy cannot be used through another one")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = trial.tunnel(origin.endpoint());
                    Wire far = trial.accept(origin);
                    byte[] request = Steps.request(origin);
                    wire.send(Label.RAW, request);
                    expect(far, request, "the second request as data");
                    origin.expectNobody("by what a client sends in its tunnel");
                });
    }

    private static Case<ServerTrial> unknownCommand() {
        return must("request/unknown-command", "6")
                .title("A command that does not exist is answered with X'07', or with a failure that is as true")
                .sends(
                        "(4 connections, with 00, 04, 7F and FF)",
                        "{negotiation}",
                        "05 {command} 00 01 {address} {port}")
                .accepts(
                        "07 (command not supported), 01 (general failure) or 02 (not allowed). The server returns a reply "
                                + "to a request, and 03 to 06 and 08 would say something that is not so")
                .means("Clients that try a command in order to see whether it is there get no answer")
                .script(trial -> {
                    for (int command : new int[] {0x00, 0x04, 0x7F, 0xFF}) {
                        Request request =
                                new Request(Command.of(command), trial.origin().endpoint());
                        int code = trial.failure(trial.requested(request)).code();
                        check(
                                code == 0x07 || code == 0x01 || code == 0x02,
                                String.format(
                                        "expected 07, 01 or 02 for command %02X, but the reply has %02X",
                                        command, code));
                    }
                });
    }

    private static Case<ServerTrial> lookups() {
        return robust("request/tor-commands")
                .title("Tor's commands for look-ups make no tunnel")
                .sends("(2 connections, with F0 and F1)", "{negotiation}", "05 {command} 00 01 {address} {port}")
                .accepts(
                        "Any reply or the end, without a connection to the origin. To a server that knows these commands they are no "
                                + "CONNECT, and to any other they are unknown")
                .means("A client that asks for a look-up opens a connection, or waits for ever")
                .script(trial -> {
                    for (Command command : List.of(Command.RESOLVE, Command.RESOLVE_PTR)) {
                        Origin origin = trial.origin();
                        Replies.replyOrEnd(trial.requested(new Request(command, origin.endpoint())));
                        origin.expectNobody("by " + command);
                    }
                });
    }

    private static Case<ServerTrial> unknownAddressType() {
        return must("request/unknown-address-type", "6")
                .title("An address type that does not exist is answered with X'08', or with a failure that is as true")
                .sends("(4 connections, with 00, 02, 05 and FF)", "{negotiation}", "05 01 00 {type} 7F 00 00 01 00 50")
                .accepts(
                        "08 (address type not supported), 01 (general failure) or 02 (not allowed). Where the address ends is unknown, so "
                                + "the server need not read it")
                .means("Clients with a newer kind of address are not told that an older one would do")
                .script(trial -> {
                    for (int type : new int[] {0x00, 0x02, 0x05, 0xFF}) {
                        byte[] request = Hex.bytes("05 01 00 01 7F 00 00 01 00 50");
                        request[3] = (byte) type;
                        Wire wire = trial.negotiated().send(Label.REQUEST, request);
                        int code = trial.failure(wire).code();
                        check(
                                code == 0x08 || code == 0x01 || code == 0x02,
                                String.format(
                                        "expected 08, 01 or 02 for address type %02X, but the reply has %02X",
                                        type, code));
                    }
                });
    }

    private static Case.Draft must(String id, String section) {
        return Case.of(id, Level.MUST, rfc1928(section));
    }

    private static Case.Draft robust(String id) {
        return Case.of(id, Level.ROBUSTNESS, ROBUSTNESS);
    }
}
