package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.server.traffic.Association.ASSOCIATE;
import static dev.socks5.conformance.server.traffic.Association.DATAGRAM;
import static dev.socks5.conformance.server.traffic.UdpCases.udp;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The group "udp", continued: datagrams that cannot be relayed. They are dropped, and the association goes on. */
final class UdpMalformedCases {

    private static final String GOES_ON =
            "The association goes on: the datagram behind is relayed and answered. What is no datagram with a header is dropped"
                    + " silently, so nothing else comes";
    private static final String MEANS = "One damaged datagram ends all the client does by UDP, or the server itself";

    private UdpMalformedCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                malformed(
                        "udp/too-short",
                        "Datagrams that are shorter than any header are dropped",
                        List.of(
                                "",
                                "00",
                                "00 00 00",
                                "00 00 00 01",
                                "00 00 00 01 7F 00 00",
                                "00 00 00 01 7F 00 00 01 00")),
                malformed(
                        "udp/unknown-address-type",
                        "A datagram with an unknown type of address is dropped",
                        List.of("00 00 00 02 7F 00 00 01 00 09 61 62 63", "00 00 00 FF 7F 00 00 01 00 09 61 62 63")),
                malformed(
                        "udp/truncated-ipv6",
                        "A datagram that ends within its IPv6 address is dropped",
                        List.of("00 00 00 04 00 00 00 00 00 00 00 00")),
                malformed(
                        "udp/truncated-name",
                        "A datagram that ends within its name is dropped",
                        List.of(
                                "00 00 00 03",
                                "00 00 00 03 FF 6C 6F 63",
                                "00 00 00 03 09 6C 6F 63 61 6C 68 6F 73 74 00")),
                malformed(
                        "udp/empty-name",
                        "A datagram to a name without a byte is dropped",
                        List.of("00 00 00 03 00 00 09 61 62 63")),
                impossibleName(),
                reserved());
    }

    private static Case<ServerTrial> malformed(String id, String title, List<String> datagrams) {
        return udp(id, Level.ROBUSTNESS, "")
                .title(title + ", and the association goes on")
                .sends(lines(datagrams))
                .accepts(GOES_ON)
                .means(MEANS)
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    for (String datagram : datagrams) {
                        association.send(association.client(), Hex.bytes(datagram));
                    }
                    association.client().expectSilence("after a datagram without a proper header");
                    association.echo(origin, "after");
                });
    }

    private static String[] lines(List<String> datagrams) {
        String[] lines = new String[datagrams.size() + 2];
        lines[0] = ASSOCIATE;
        for (int i = 0; i < datagrams.size(); i++) {
            lines[i + 1] = datagrams.get(i).isEmpty() ? "(an empty datagram)" : datagrams.get(i);
        }
        lines[lines.length - 1] = DATAGRAM;
        return lines;
    }

    private static Case<ServerTrial> impossibleName() {
        return udp("udp/impossible-name", Level.ROBUSTNESS, "")
                .title("A datagram to a name that cannot be looked up is dropped, and the association goes on")
                .sends(ASSOCIATE, "00 00 00 03 FF {255 times the letter a} 00 09 {payload}", DATAGRAM)
                .accepts(GOES_ON + ". No label of a name can be longer than 63 bytes, so nobody has to be asked")
                .means(MEANS)
                .needs(Feature.NAMES)
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    association.send(Endpoint.of("a".repeat(255), 9), new byte[] {1});
                    association.client().expectSilence("after a datagram to nowhere");
                    association.echo(origin, "after");
                });
    }

    private static Case<ServerTrial> reserved() {
        return udp("udp/reserved", Level.ROBUSTNESS, "")
                .title("A datagram whose RSV is not zero is relayed as it is or dropped, and the association goes on")
                .sends(ASSOCIATE, "01 02 00 01 {address} {port} {payload}", DATAGRAM)
                .accepts(
                        "The payload alone, or nothing, at the destination; the RFC does not say what to do with RSV. The datagram"
                                + " behind is relayed and answered")
                .means(MEANS)
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    byte[] payload = "reserved".getBytes(StandardCharsets.US_ASCII);
                    byte[] bytes = Association.datagram(0, Endpoint.of(origin.localAddress()), payload);
                    bytes[0] = 1;
                    bytes[1] = 2;
                    association.send(association.client(), bytes);
                    byte[] after = "after".getBytes(StandardCharsets.US_ASCII);
                    association.echoAfter(payload, origin, after);
                });
    }
}
