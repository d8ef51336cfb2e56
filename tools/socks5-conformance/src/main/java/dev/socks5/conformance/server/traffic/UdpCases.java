package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.server.traffic.Association.ASSOCIATE;
import static dev.socks5.conformance.server.traffic.Association.DATAGRAM;
import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Level;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The group "udp": UDP ASSOCIATE. This class has the association: its request, its reply, its end. */
final class UdpCases {

    private UdpCases() {}

    static List<Case<ServerTrial>> all() {
        return Stream.of(
                        List.of(
                                replyPort(),
                                replyAddress(),
                                zeros(),
                                addressAndPort(),
                                portAlone(),
                                otherPortThanGiven(),
                                twoAssociations()),
                        UdpEndCases.all(),
                        UdpPayloadCases.all(),
                        UdpAnswerCases.all(),
                        UdpSourceCases.all(),
                        UdpMalformedCases.all(),
                        UdpFragmentCases.all())
                .flatMap(List::stream)
                .toList();
    }

    private static Case<ServerTrial> replyPort() {
        return udp("udp/reply-port", Level.MUST, "6")
                .title("The reply names the port to which the client must send")
                .sends(ASSOCIATE)
                .accepts("Any port but 0, to which nobody can send")
                .means("No client can use the association")
                .script(trial -> {
                    Endpoint bound = Association.open(trial).reply().bound();
                    check(bound.port() != 0, "expected the port of the relay in the reply, but it is 0");
                });
    }

    private static Case<ServerTrial> replyAddress() {
        return udp("udp/reply-address", Level.MUST, "6")
                .title("The reply names the address to which the client must send")
                .sends(ASSOCIATE)
                .accepts(
                        "Any address but 0.0.0.0 and ::, to which nobody can send. Many clients take these for the address of the"
                                + " server, and so do the other cases here; the RFC does not tell them to")
                .means("Clients that take the reply at its word send their datagrams nowhere")
                .script(trial -> {
                    Endpoint bound = Association.open(trial).reply().bound();
                    check(
                            !Association.isWildcard(bound),
                            "expected an address to which the client can send, but the reply names " + bound);
                });
    }

    private static Case<ServerTrial> zeros() {
        return udp("udp/zeros", Level.MUST, "6")
                .title("A client that does not know from where it will send says 0.0.0.0 and port 0, and is served")
                .sends(ASSOCIATE, DATAGRAM)
                .accepts("The payload at the destination, and its answer at the client")
                .means("Clients behind address translation, and most others, cannot use UDP")
                .script(trial -> Association.open(trial).echo(trial.datagramOrigin(), "zeros"));
    }

    private static Case<ServerTrial> addressAndPort() {
        return udp("udp/address-and-port", Level.MUST, "6")
                .title("A client that says from where it will send, and does, is served")
                .sends("05 03 00 01 {address of the client} {port of the client}", DATAGRAM)
                .accepts("The payload at the destination, and its answer at the client")
                .means("Clients that follow the RFC cannot use UDP")
                .script(trial -> Association.open(trial, Endpoint::of).echo(trial.datagramOrigin(), "known"));
    }

    private static Case<ServerTrial> portAlone() {
        return udp("udp/port-alone", Level.ROBUSTNESS, "")
                .title("A client that says 0.0.0.0 and the port from which it will send is served")
                .sends("05 03 00 01 00 00 00 00 {port of the client}", DATAGRAM)
                .accepts(
                        "The payload at the destination, and its answer at the client. The RFC speaks only of \"address and"
                                + " port of all zeros\"; a client that has bound its socket to all addresses knows just the port")
                .means("Clients that do not know their own address cannot use UDP")
                .script(trial -> Association.open(
                                trial, client -> new Endpoint(Endpoint.UNSPECIFIED.address(), client.getPort()))
                        .echo(trial.datagramOrigin(), "port"));
    }

    private static Case<ServerTrial> otherPortThanGiven() {
        return udp("udp/other-port-than-given", Level.ROBUSTNESS, "")
                .title("A datagram from another port than the request says does not spoil the association")
                .sends("05 03 00 01 {address of the client} {port of the client}", DATAGRAM, DATAGRAM)
                .accepts(
                        "The first datagram, from another port, is relayed or dropped: the server MAY limit access by what the"
                                + " request says. The second, from the port that the request names, is relayed")
                .means("Another program on the client's machine can take its association away")
                .script(trial -> {
                    Association association = Association.open(trial, Endpoint::of);
                    DatagramWire origin = trial.datagramOrigin();
                    DatagramWire other = trial.datagramClient(association.control());
                    byte[] first = "other".getBytes(StandardCharsets.US_ASCII);
                    association.send(other, Association.datagram(0, Endpoint.of(origin.localAddress()), first));
                    association.echoAfter(first, origin, "given".getBytes(StandardCharsets.US_ASCII));
                });
    }

    private static Case<ServerTrial> twoAssociations() {
        return udp("udp/two-associations", Level.MUST, "7")
                .title("Two associations at once keep their datagrams apart")
                .sends(ASSOCIATE, ASSOCIATE, DATAGRAM, DATAGRAM)
                .accepts(
                        "Two clients on one machine send to one destination; each gets its own answer and no other. The reply"
                                + " to a client is for that client")
                .means("Users get other users' datagrams")
                .script(trial -> {
                    Association one = Association.open(trial);
                    Association two = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    InetSocketAddress first = one.deliver(origin, new byte[] {1});
                    InetSocketAddress second = two.deliver(origin, new byte[] {2});
                    check(
                            !first.equals(second),
                            "both associations send from " + first + ", so answers cannot be told apart");
                    two.answer(origin, second, new byte[] {4});
                    one.answer(origin, first, new byte[] {3});
                    one.client().expectSilence("except the answer to this client");
                    two.client().expectSilence("except the answer to this client");
                });
    }

    static Case.Draft udp(String id, Level level, String section) {
        return Case.of(id, level, section.isEmpty() ? ROBUSTNESS : rfc1928(section))
                .needs(Feature.UDP);
    }

    /** Returns a destination with an IPv6 address. */
    static DatagramWire ipv6Origin(ServerTrial trial) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(Objects.requireNonNull(trial.server().ipv6Origin()), 0);
        return trial.closing(new DatagramWire("origin", address, trial.transcript(), trial.patience()));
    }
}
