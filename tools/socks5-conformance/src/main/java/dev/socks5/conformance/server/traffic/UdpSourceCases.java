package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.server.traffic.Association.ASSOCIATE;
import static dev.socks5.conformance.server.traffic.Association.DATAGRAM;
import static dev.socks5.conformance.server.traffic.UdpCases.udp;
import static dev.socks5.conformance.suite.Clause.cwe;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.NotOffered;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The group "udp", continued: who may send into an association, on either side. */
final class UdpSourceCases {

    private UdpSourceCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                otherAddress(),
                otherAddressFirst(),
                otherAddressLater(),
                otherPort(),
                stranger(),
                closedPort(),
                portZero());
    }

    private static Case<ServerTrial> otherAddress() {
        return udp("udp/other-address", Level.MUST, "7")
                .title("A datagram from another IP address than the request says is dropped")
                .sends(
                        "05 03 00 01 {address of the client} {port of the client}",
                        DATAGRAM,
                        "(from 127.0.0.2, while the request and the TCP connection are from 127.0.0.1)",
                        DATAGRAM)
                .accepts(
                        "Nothing of the first datagram at the destination; the second, from the client, is relayed, and answered"
                                + " to it")
                .means(
                        "Anybody who finds the port can send through the server in the client's name, or take its answers")
                .script(trial -> {
                    Association association = Association.open(trial, Endpoint::of);
                    DatagramWire origin = trial.datagramOrigin();
                    strange(trial, association, origin);
                    association.echo(origin, "client");
                });
    }

    private static Case<ServerTrial> otherAddressFirst() {
        return udp("udp/other-address-first", Level.MUST, "7")
                .title(
                        "A datagram from another IP address than that of the TCP connection is dropped, even before the client's first")
                .sends(ASSOCIATE, DATAGRAM, "(from 127.0.0.2, while the TCP connection is from 127.0.0.1)", DATAGRAM)
                .accepts(
                        "Nothing of the first datagram at the destination; the second, from the client, is relayed, and answered"
                                + " to it. The relay MUST acquire the client's address from the server, which knows no other than that of"
                                + " the TCP connection if the request says zeros; so the first to send does not decide")
                .means(
                        "Anybody who finds the port can send through the server in the client's name, or take its answers")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    strange(trial, association, origin);
                    association.echo(origin, "client");
                });
    }

    private static Case<ServerTrial> otherAddressLater() {
        return udp("udp/other-address-later", Level.MUST, "7")
                .title("A datagram from another IP address than the client's is dropped after the client has sent one")
                .sends(
                        ASSOCIATE,
                        DATAGRAM,
                        DATAGRAM,
                        "(the second from 127.0.0.2, while the TCP connection is from 127.0.0.1)",
                        DATAGRAM)
                .accepts(
                        "Nothing of the second datagram at the destination; the first and the third are relayed and answered")
                .means(
                        "Anybody who finds the port can send through the server in the client's name, or take its answers")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    strange(trial, association, origin);
                    association.echo(origin, "after");
                });
    }

    private static Case<ServerTrial> otherPort() {
        return udp("udp/other-port", Level.ROBUSTNESS, "")
                .title("A datagram from another port of the client's address does not take the association away")
                .sends(ASSOCIATE, DATAGRAM, DATAGRAM, "(the second from another port)", DATAGRAM)
                .accepts(
                        "The second datagram is relayed or dropped: the RFC speaks only of the IP address. The first and the third"
                                + " are relayed, and answered to the client")
                .means("Another program on the client's machine can take its datagrams")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    DatagramWire other = trial.datagramClient(association.control());
                    association.send(other, datagram(origin, "other"));
                    association.echoAfter(ascii("other"), origin, ascii("after"));
                });
    }

    private static Case<ServerTrial> stranger() {
        return Case.of(
                        "udp/uninvited",
                        Level.SECURITY,
                        cwe(940, "improper verification of the source of a communication channel"))
                .title("A host to which the client has not sent cannot send to the client")
                .sends(ASSOCIATE, DATAGRAM, "(another host sends to the address from which the datagram came)")
                .accepts(
                        "Nothing at the client: the RFC has the relay pass on what is a reply. A host is another IP address here;"
                                + " another port of the same host is not judged. Some servers let everybody in on purpose, for games and"
                                + " calls from peer to peer")
                .means("Anybody who finds the port can send forged answers to the client")
                .needs(Feature.UDP)
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    InetSocketAddress from = association.deliver(origin, ascii("hello"));
                    elsewhere(trial).send(Label.RAW, from, ascii("uninvited"));
                    association.client().expectSilence("from a host to which the client has not sent");
                    association.answer(origin, from, ascii("invited"));
                });
    }

    private static Case<ServerTrial> closedPort() {
        return udp("udp/closed-port", Level.ROBUSTNESS, "")
                .title("A datagram to a port on which nobody listens does not end the association")
                .sends(ASSOCIATE, DATAGRAM, "(to a closed port, twice)", DATAGRAM)
                .accepts(
                        "The last datagram is relayed and answered, and no other comes. The system tells the relay of a closed port"
                                + " by an error on a later call")
                .means("One host that is down ends all the client does by UDP")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    DatagramWire closed = trial.datagramOrigin();
                    Endpoint nobody = Endpoint.of(closed.localAddress());
                    closed.close();
                    association.send(nobody, ascii("nobody"));
                    association.client().expectSilence("from a port on which nobody listens");
                    association.send(nobody, ascii("nobody"));
                    association.echo(origin, "after");
                });
    }

    private static Case<ServerTrial> portZero() {
        return udp("udp/port-zero", Level.ROBUSTNESS, "")
                .title("A datagram that cannot be sent, to port 0, does not end the association")
                .sends(ASSOCIATE, "00 00 00 01 {address} 00 00 {payload}", DATAGRAM)
                .accepts("The second datagram is relayed and answered: the relay drops silently what it cannot relay")
                .means("One wrong datagram ends all the client does by UDP")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    association.send(
                            new Endpoint(Endpoint.of(origin.localAddress()).address(), 0), ascii("zero"));
                    association.echo(origin, "after");
                });
    }

    private static void strange(ServerTrial trial, Association association, DatagramWire origin) throws Exception {
        if (!association.client().localAddress().getAddress().isLoopbackAddress()) {
            throw new NotOffered("needs a client on 127.0.0.1");
        }
        DatagramWire stranger = elsewhere(trial);
        association.send(stranger, datagram(origin, "stranger"));
        origin.expectSilence("from a client with another IP address");
        stranger.expectSilence("to a stranger");
    }

    private static DatagramWire elsewhere(ServerTrial trial) throws IOException, NotOffered {
        InetSocketAddress address = new InetSocketAddress(trial.elsewhere(), 0);
        return trial.closing(new DatagramWire("stranger", address, trial.transcript(), trial.patience()));
    }

    private static byte[] datagram(DatagramWire origin, String payload) throws IOException {
        return Association.datagram(0, Endpoint.of(origin.localAddress()), ascii(payload));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
