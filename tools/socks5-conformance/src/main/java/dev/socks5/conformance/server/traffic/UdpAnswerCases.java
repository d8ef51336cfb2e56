package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.server.traffic.Association.ASSOCIATE;
import static dev.socks5.conformance.server.traffic.Association.DATAGRAM;
import static dev.socks5.conformance.server.traffic.UdpCases.udp;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.server.traffic.Association.Answer;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The group "udp", continued: what comes back, and with which header. */
final class UdpAnswerCases {

    private UdpAnswerCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                answerHeader(), answerFamily(), answerSource(), answerTooLong(), severalAnswers(), severalOrigins());
    }

    private static Case<ServerTrial> answerHeader() {
        return udp("udp/answer-header", Level.MUST, "7")
                .title("An answer comes with a header that names the host that has answered")
                .sends(ASSOCIATE, DATAGRAM)
                .accepts(
                        "RSV X'0000', FRAG X'00', the address and port of the destination; an IPv4 address may stand in the form"
                                + " ::FFFF:0:0/96")
                .means("The client cannot know who has answered, or does not understand the datagram")
                .script(trial -> {
                    DatagramWire origin = trial.datagramOrigin();
                    Answer answer = Association.open(trial).echo(origin, "who");
                    check(
                            answer.bytes()[0] == 0 && answer.bytes()[1] == 0,
                            String.format(
                                    "expected RSV X'0000' in an answer, but it is X'%02X%02X'",
                                    answer.bytes()[0], answer.bytes()[1]));
                    int fragment = answer.header().fragment();
                    check(
                            fragment == 0,
                            String.format("expected FRAG X'00' in an answer, but it is X'%02X'", fragment));
                    from(answer, origin);
                });
    }

    private static Case<ServerTrial> answerFamily() {
        return udp("udp/answer-address-type", Level.ROBUSTNESS, "")
                .title("An answer from an IPv4 destination has an IPv4 address in its header")
                .sends(ASSOCIATE, DATAGRAM)
                .accepts(
                        "ATYP X'01' with the address that the client has sent to. The RFC does not say so; but a client that"
                                + " compares addresses expects what it has written")
                .means("Programs that compare the source of an answer with their destination drop all answers")
                .script(trial -> {
                    DatagramWire origin = trial.datagramOrigin();
                    Answer answer = Association.open(trial).echo(origin, "family");
                    Endpoint named = answer.header().destination();
                    check(
                            named.equals(Endpoint.of(origin.localAddress())),
                            "expected " + Endpoint.of(origin.localAddress())
                                    + " in the header of an answer, but it names " + named);
                });
    }

    private static Case<ServerTrial> answerSource() {
        return udp("udp/answer-source", Level.ROBUSTNESS, "")
                .title("Answers come from the address and port to which the client sends")
                .sends(ASSOCIATE, DATAGRAM)
                .accepts(
                        "The source of the datagram is BND.ADDR and BND.PORT of the reply. The RFC does not say so; but clients"
                                + " that take datagrams from nobody else, and whatever translates addresses on the way, need it")
                .means("Answers do not come through address translation or a careful client")
                .script(trial -> {
                    Association association = Association.open(trial);
                    Answer answer = association.echo(trial.datagramOrigin(), "source");
                    check(
                            answer.from().equals(association.relay()),
                            "expected an answer from " + association.relay() + ", but it came from " + answer.from());
                });
    }

    private static Case<ServerTrial> answerTooLong() {
        return udp("udp/answer-too-long", Level.ROBUSTNESS, "")
                .title("An answer for whose header no room is left is dropped, and the association goes on")
                .sends(ASSOCIATE, DATAGRAM, "(the destination answers with 65,507 bytes, then with 5)", DATAGRAM)
                .accepts("No part of the long answer comes: half a datagram is a damaged one. The short one comes")
                .means(
                        "One destination can end an association, or have the client take half a datagram for a whole one")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    InetSocketAddress from = association.deliver(origin, "long".getBytes(StandardCharsets.US_ASCII));
                    origin.send(Label.RAW, from, new byte[65_507]);
                    association.client().expectSilence("of an answer that does not fit");
                    association.echo(origin, "short");
                });
    }

    private static Case<ServerTrial> severalAnswers() {
        return udp("udp/several-answers", Level.ROBUSTNESS, "")
                .title("A destination may answer several times")
                .sends(
                        ASSOCIATE,
                        DATAGRAM,
                        "(the destination sends 5 datagrams; each is sent when the one before has arrived)")
                .accepts("All 5, each with a header")
                .means("Protocols with more than one answer, such as TFTP, stop after the first")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    InetSocketAddress from = association.deliver(origin, new byte[] {0});
                    for (byte i = 1; i <= 5; i++) {
                        association.answer(origin, from, new byte[] {i});
                    }
                });
    }

    private static Case<ServerTrial> severalOrigins() {
        return udp("udp/several-destinations", Level.MUST, "7")
                .title("One association serves several destinations, and each answer names its own")
                .sends(ASSOCIATE, DATAGRAM, DATAGRAM, DATAGRAM)
                .accepts(
                        "Three payloads at three destinations; three answers, the first destination's last, each with the address"
                                + " and port of the one that has answered")
                .means("Answers are taken for those of another host")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire one = trial.datagramOrigin();
                    DatagramWire two = trial.datagramOrigin();
                    DatagramWire three = trial.datagramOrigin();
                    InetSocketAddress first = association.deliver(one, new byte[] {1});
                    InetSocketAddress second = association.deliver(two, new byte[] {2});
                    InetSocketAddress third = association.deliver(three, new byte[] {3});
                    from(association.answer(three, third, new byte[] {3}), three);
                    from(association.answer(two, second, new byte[] {2}), two);
                    from(association.answer(one, first, new byte[] {1}), one);
                });
    }

    static void from(Answer answer, DatagramWire origin) throws IOException, Violation {
        Endpoint named = answer.header().destination();
        check(
                is(named, origin),
                "expected " + Endpoint.of(origin.localAddress()) + " in the header of an answer, but it names "
                        + named);
    }

    static boolean is(Endpoint named, DatagramWire origin) throws IOException {
        return named.unmapped().equals(Endpoint.of(origin.localAddress()));
    }
}
