package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Steps.ascii;
import static dev.socks5.conformance.server.handshake.Steps.together;
import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;

import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** The rest of the group "negotiation": clients that speak another protocol, or another version. */
final class OtherProtocolCases {

    private static final int[] OTHER_VERSIONS = {0x00, 0x01, 0x03, 0x06, 0x7F, 0xFF};

    /** The beginning of TLS 1.2's ClientHello: a record, a handshake message, a version; the rest is zeros. */
    private static final byte[] CLIENT_HELLO = together(Hex.bytes("16 03 01 02 00 01 00 01 FC 03 03"), new byte[506]);

    private OtherProtocolCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(otherVersions(), socks4(), http(), httpConnect(), tls());
    }

    private static Case<ServerTrial> otherVersions() {
        return robust("negotiation/other-version")
                .title("No method is selected for a client that speaks a version that is unknown")
                .sends("(6 connections, with 00, 01, 03, 06, 7F and FF for the version)", "{version} 01 00")
                .accepts("05 FF, an answer in another protocol, or the end of the connection: the RFC leaves it open")
                .means("The client goes on in its own protocol, and the two misunderstand each other")
                .script(trial -> {
                    for (int version : OTHER_VERSIONS) {
                        Wire wire = trial.open().send(Label.RAW, new byte[] {(byte) version, 1, 0});
                        Steps.expectNoMethod(wire, String.format("a greeting of version %02X", version));
                    }
                });
    }

    private static Case<ServerTrial> socks4() {
        return robust("negotiation/socks4")
                .title("A client that speaks SOCKS4 is not answered in SOCKS5")
                .sends("04 01 {origin's port} {origin's address} 00")
                .accepts("The end of the connection, 05 FF, or an answer of SOCKS4, which begins with 00: a server may "
                        + "speak both")
                .means("The client waits, or takes the answer for something else")
                .script(trial -> {
                    Wire wire = trial.open().send(Label.RAW, socks4Request(trial.origin()));
                    expectAnswered(wire, "a request of SOCKS4");
                });
    }

    private static Case<ServerTrial> http() {
        return robust("negotiation/http")
                .title("A browser that takes the server for a web server is not kept waiting")
                .sends("(GET / HTTP/1.1 with a Host line)")
                .accepts("The end of the connection, 05 FF, or an answer of HTTP")
                .means("The page loads for ever, and nothing says that the port is that of a SOCKS proxy")
                .script(trial -> {
                    Wire wire = trial.open().send(Label.RAW, ascii("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"));
                    expectAnswered(wire, "a request of HTTP");
                });
    }

    private static Case<ServerTrial> httpConnect() {
        return robust("negotiation/http-connect")
                .title("A client that takes the server for an HTTP proxy is not kept waiting")
                .sends("(CONNECT {origin} HTTP/1.1 with a Host line)")
                .accepts("The end of the connection, 05 FF, or an answer of HTTP: a server may speak both")
                .means("Programs that are configured with the wrong kind of proxy hang instead of saying so")
                .script(trial -> {
                    Wire wire = trial.open().send(Label.RAW, httpConnect(trial.origin()));
                    expectAnswered(wire, "a request of HTTP");
                });
    }

    private static Case<ServerTrial> tls() {
        return robust("negotiation/tls")
                .title("A client that begins with TLS is not kept waiting")
                .sends("16 03 01 02 00 01 00 01 FC 03 03 (and 506 times 00: the beginning of a ClientHello)")
                .accepts("The end of the connection, 05 FF, or an answer of TLS: a server may speak both")
                .means("Programs that are configured to reach the proxy by TLS hang instead of saying so")
                .script(trial -> {
                    Wire wire = trial.open();
                    Steps.sendAnyway(wire, Label.RAW, CLIENT_HELLO);
                    expectAnswered(wire, "a ClientHello of TLS");
                });
    }

    /** Encodes a CONNECT of SOCKS4 to an IPv4 origin, without a user. */
    static byte[] socks4Request(Origin origin) throws IOException {
        InetSocketAddress address = origin.address();
        byte[] port = {(byte) (address.getPort() >> 8), (byte) address.getPort()};
        return together(new byte[] {4, 1}, port, address.getAddress().getAddress(), new byte[1]);
    }

    /** Encodes a CONNECT of HTTP, without a login. */
    static byte[] httpConnect(Origin origin) throws IOException {
        String to = origin.endpoint().toString();
        return ascii("CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n\r\n");
    }

    /** Expects an end, or bytes that select no method. */
    private static void expectAnswered(Wire wire, String after) throws IOException, Violation {
        Wire.Rest rest = wire.receiveRest(2);
        byte[] came = rest.bytes();
        if (came.length == 0 && rest.end() == Wire.End.OPEN) {
            throw new Violation("after " + after + " neither an answer nor the end of the connection came");
        }
        if (came.length == 2 && came[0] == 5 && came[1] != (byte) 0xFF) {
            throw new Violation("no method may be selected after " + after + ", but " + Hex.shown(came) + " came");
        }
    }

    private static Case.Draft robust(String id) {
        return Case.of(id, Level.ROBUSTNESS, ROBUSTNESS);
    }
}
