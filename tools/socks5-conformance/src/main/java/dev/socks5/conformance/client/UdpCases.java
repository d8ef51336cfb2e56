package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.UdpHeader;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.DatagramWire.Datagram;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.List;

/** The group "udp", as far as the program asks and sends. */
final class UdpCases {

    private static final String RELAY = "(a reply with the address of the relay)";

    private UdpCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(request(), source(), header(), destination(), wildcard(), refused(), kept());
    }

    private static Case.Draft udp(String name, Level level, Clause clause) {
        return Case.of("udp/" + name, level, clause).needs(Feature.UDP_COMMAND);
    }

    private static Case<ClientTrial> request() {
        return udp("request", Level.MUST, rfc1928("4"))
                .title("An association is asked for by a request with the command UDP ASSOCIATE")
                .sends("05 00")
                .accepts("05 03 00 and an address of any type")
                .means("The proxy makes a TCP connection, or refuses")
                .script(Association::requested);
    }

    private static Case<ClientTrial> source() {
        return udp("source", Level.MUST, rfc1928("6"))
                .title("The request has the port that the datagrams then come from, or zeros")
                .sends("05 00", RELAY)
                .accepts(
                        "Port 0, or the port from which the datagram comes: a client that does not know it \"MUST use a port"
                                + " number and address of all zeros\". With port 0 the address is not looked at")
                .means("Proxies that hear only the port in the request drop every datagram")
                .script(trial -> {
                    Association association = Association.sent(trial);
                    int expected = association.request().destination().port();
                    int port = association.datagram().from().getPort();
                    check(
                            expected == 0 || expected == port,
                            "expected a datagram from port " + expected
                                    + ", which the request has, but it came from port " + port);
                });
    }

    private static Case<ClientTrial> header() {
        return udp("header", Level.MUST, rfc1928("7"))
                .title("Each datagram begins with two zeros, the number of the fragment and the destination")
                .sends("05 00", RELAY)
                .accepts(
                        "00 00, then any fragment number, 01, the address and the port that were given, or the address as text."
                                + " The reserved bytes are X'0000'")
                .means("The relay drops the datagrams without a word, or sends them elsewhere")
                .script(trial -> {
                    Datagram datagram = Association.sent(trial).datagram();
                    UdpHeader header = Association.header(datagram);
                    byte[] bytes = datagram.bytes();
                    check(
                            bytes[0] == 0 && bytes[1] == 0,
                            "expected two zeros at the beginning of the datagram, but " + Hex.shown(bytes) + " came");
                    Endpoint to = header.destination();
                    check(
                            to.equals(Association.DESTINATION)
                                    || to.toString().equals(Association.DESTINATION.toString()),
                            "expected the destination " + Association.DESTINATION + " in the header, but " + to
                                    + " came");
                });
    }

    private static Case<ClientTrial> destination() {
        return udp("to-the-relay", Level.MUST, rfc1928("7"))
                .title("Datagrams go to the address and port in the reply, and answers from there are taken")
                .sends("05 00", RELAY, "(an answer to the datagram)")
                .accepts(
                        "A datagram at the relay: the client MUST send to the port that BND.PORT says. The program prints the"
                                + " answer")
                .means("Nothing that the program sends arrives")
                .script(trial -> {
                    Association association = Association.sent(trial);
                    association.answered(association.datagram().from());
                });
    }

    private static Case<ClientTrial> wildcard() {
        return udp("wildcard", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A relay at 0.0.0.0 is at the proxy's own address")
                .sends("05 00", "05 00 00 01 00 00 00 00 {port}", "(an answer to the datagram)")
                .accepts(
                        "A datagram at the proxy's address and the port in the reply, and the answer is printed. The RFC does not"
                                + " say it, but no other address can be meant, and many proxies reply so")
                .means("UDP does not work with proxies that listen on all addresses")
                .script(trial -> {
                    Association association = Association.requested(trial);
                    int port = association.relay().localAddress().getPort();
                    association.control().send(Reply.success(Endpoint.of("0.0.0.0", port)));
                    association.answered(association.datagram().from());
                });
    }

    private static Case<ClientTrial> refused() {
        return udp("refused", Level.MUST, rfc1928("6"))
                .title("When the association is refused, no datagram is sent")
                .sends("05 00", "(a reply with REP 07 and the address of a relay)")
                .accepts("No datagram at the address in the reply, and no further byte on the connection")
                .means("The program believes that its datagrams arrive, and waits for answers")
                .script(trial -> {
                    Association association = Association.requested(trial);
                    int port = association.relay().localAddress().getPort();
                    Wire control = association.control();
                    control.send(Label.REPLY, Hex.bytes("05 07 00 01 7F 00 00 01" + String.format("%04X", port)));
                    Tunnels.givenUp(trial, control, "a reply with REP 07");
                    association.relay().expectSilence("after a reply with REP 07");
                });
    }

    private static Case<ClientTrial> kept() {
        return udp("connection-kept", Level.ROBUSTNESS, rfc1928("6"))
                .title("The connection stays open while the program waits for an answer")
                .sends("05 00", RELAY, "(after a while, an answer to the datagram)")
                .accepts(
                        "Neither a byte on the connection nor its end before the answer has come: an association terminates"
                                + " with the connection. The program prints the answer")
                .means("The proxy gives the association up, and no answer arrives")
                .script(trial -> {
                    Association association = Association.sent(trial);
                    Datagram datagram = association.datagram();
                    Wire.Rest rest = association
                            .control()
                            .receiveRest(1, trial.patience().silence());
                    check(
                            rest.end() == Wire.End.OPEN && rest.bytes().length == 0,
                            "expected the connection to stay open until the answer has come, but "
                                    + (rest.bytes().length > 0 ? Hex.shown(rest.bytes()) + " came" : "it was ended"));
                    association.answered(datagram.from());
                });
    }
}
