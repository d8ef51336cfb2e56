package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.server.traffic.Association.ASSOCIATE;
import static dev.socks5.conformance.server.traffic.Association.DATAGRAM;
import static dev.socks5.conformance.server.traffic.UdpCases.udp;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.DatagramWire.Datagram;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The group "udp", continued: fragments. A server that does not do them MUST drop them all; one that does has to keep
 * them until the last has come. So each case has two outcomes that pass.
 */
final class UdpFragmentCases {

    private static final String LOST = "The destination gets parts of datagrams as if they were whole";

    private UdpFragmentCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(first(), last(), sequence(), interrupted(), begunAgain(), survived());
    }

    private static Case<ServerTrial> first() {
        return udp("udp/fragment", Level.MUST, "7")
                .title("A fragment is not relayed as if it were a whole datagram")
                .sends(ASSOCIATE, "00 00 01 01 {address} {port} {payload}", DATAGRAM)
                .accepts(
                        "Nothing at the destination: without fragmentation the datagram MUST be dropped, with it the rest is waited"
                                + " for. The datagram behind, which is no fragment, may come; that it does is for udp/fragment-survived to judge")
                .means(LOST)
                .script(trial -> fragments(trial, List.of(1, 0), List.of(List.of("0"))));
    }

    private static Case<ServerTrial> last() {
        return udp("udp/fragment-alone", Level.MUST, "7")
                .title("A sequence of one fragment is dropped, or relayed as the whole that it is")
                .sends(ASSOCIATE, "00 00 81 01 {address} {port} {payload}", DATAGRAM)
                .accepts(
                        "Nothing, without fragmentation; the payload, with it: position 1, and the high bit ends the sequence. The"
                                + " datagram behind may come")
                .means(LOST)
                .script(trial -> fragments(trial, List.of(0x81, 0), List.of(List.of("0"), List.of("129", "0"))));
    }

    private static Case<ServerTrial> sequence() {
        return udp("udp/fragments", Level.MAY, "7")
                .title("A sequence of fragments is dropped, or put together in order")
                .sends(
                        ASSOCIATE,
                        "00 00 01 01 {address} {port} {payload}",
                        "00 00 02 01 {address} {port} {payload}",
                        "00 00 83 01 {address} {port} {payload}",
                        DATAGRAM)
                .accepts(
                        "Nothing, without fragmentation; the three payloads in one datagram, with it. The datagram behind is"
                                + " relayed")
                .means(LOST)
                .script(trial ->
                        fragments(trial, List.of(1, 2, 0x83, 0), List.of(List.of("0"), List.of("12131", "0"))));
    }

    private static Case<ServerTrial> interrupted() {
        return udp("udp/fragments-interrupted", Level.MAY, "7")
                .title("A whole datagram between fragments is relayed by itself, and the fragments are given up")
                .sends(
                        ASSOCIATE,
                        "00 00 01 01 {address} {port} {payload}",
                        DATAGRAM,
                        "00 00 82 01 {address} {port} {payload}",
                        DATAGRAM)
                .accepts(
                        "The two whole datagrams, each by itself, and nothing of the fragments: a FRAG less than the highest so far"
                                + " abandons the sequence")
                .means(LOST)
                .script(trial -> fragments(trial, List.of(1, 0, 0x82, 0), List.of(List.of("0", "0"))));
    }

    private static Case<ServerTrial> begunAgain() {
        return udp("udp/fragments-begun-again", Level.MAY, "7")
                .title("A sequence that begins again is dropped, or put together without what came before")
                .sends(
                        ASSOCIATE,
                        "00 00 01 01 {address} {port} {payload}",
                        "00 00 02 01 {address} {port} {payload}",
                        "00 00 01 01 {address} {port} {payload}",
                        "00 00 82 01 {address} {port} {payload}",
                        DATAGRAM)
                .accepts(
                        "Nothing of the fragments, without fragmentation; the third and the fourth in one datagram, with it: a FRAG"
                                + " less than the highest so far abandons the sequence. The datagram behind is relayed")
                .means(LOST)
                .script(trial ->
                        fragments(trial, List.of(1, 2, 1, 0x82, 0), List.of(List.of("0"), List.of("1130", "0"))));
    }

    private static Case<ServerTrial> survived() {
        return udp("udp/fragment-survived", Level.ROBUSTNESS, "")
                .title("A fragment is dropped, or waits for the rest, and the association goes on")
                .sends(ASSOCIATE, "00 00 01 01 {address} {port} {payload}", DATAGRAM)
                .accepts("The datagram behind the fragment is relayed and answered, whatever became of the fragment")
                .means("One fragment ends all that the client does by UDP")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    byte[] fragment = "fragment".getBytes(StandardCharsets.US_ASCII);
                    Endpoint destination = Endpoint.of(origin.localAddress());
                    association.send(association.client(), Association.datagram(1, destination, fragment));
                    association.echoAfter(fragment, origin, "after".getBytes(StandardCharsets.US_ASCII));
                });
    }

    /**
     * Sends a datagram for each FRAG, whose payload is that number in decimal, and compares what arrives.
     *
     * @param accepted each of them is a list of payloads that passes
     */
    private static void fragments(ServerTrial trial, List<Integer> frags, List<List<String>> accepted)
            throws Exception {
        Association association = Association.open(trial);
        DatagramWire origin = trial.datagramOrigin();
        association.echo(origin, "before");
        Endpoint destination = Endpoint.of(origin.localAddress());
        for (int frag : frags) {
            byte[] payload = Integer.toString(frag).getBytes(StandardCharsets.US_ASCII);
            association.send(association.client(), Association.datagram(frag, destination, payload));
        }
        List<String> came = new ArrayList<>();
        // The last datagram is a whole one, and what is relayed keeps its order.
        Datagram datagram = origin.poll(Label.RAW, trial.patience().answer());
        while (datagram != null) {
            came.add(new String(datagram.bytes(), StandardCharsets.US_ASCII));
            datagram = origin.poll(Label.RAW, trial.patience().silence());
        }
        // Nothing at all: the association has ended, which is for udp/fragment-survived to judge.
        if (!came.isEmpty() && !accepted.contains(came)) {
            throw new Violation(
                    "expected the payloads " + text(accepted) + " at the destination, but " + came + " came");
        }
    }

    private static String text(List<List<String>> accepted) {
        return String.join(" or ", accepted.stream().map(List::toString).toList());
    }
}
