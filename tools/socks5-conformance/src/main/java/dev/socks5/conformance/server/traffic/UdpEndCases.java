package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.server.traffic.Association.ASSOCIATE;
import static dev.socks5.conformance.server.traffic.Association.DATAGRAM;
import static dev.socks5.conformance.server.traffic.UdpCases.udp;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The group "udp", continued: how long an association lasts. */
final class UdpEndCases {

    private static final Duration LOOK = Duration.ofMillis(50);

    private UdpEndCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(stays(), endsWithTcp(), endsWithReset(), halfClose());
    }

    private static Case<ServerTrial> stays() {
        return udp("udp/stays", Level.ROBUSTNESS, "")
                .title(
                        "An association in which nothing moves for two seconds is kept, and its TCP connection is silent")
                .sends(ASSOCIATE, DATAGRAM, "(nothing for two seconds)", DATAGRAM)
                .accepts(
                        "Both payloads are answered, and nothing comes by TCP. The RFC names no limit; people pause for longer")
                .means("Calls and games break off when nobody speaks")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    Wire.Rest rest = association.control().receiveRest(1, Duration.ofSeconds(2));
                    check(
                            rest.end() == Wire.End.OPEN && rest.bytes().length == 0,
                            "the TCP connection of the association was ended, or a byte came by it");
                    association.echo(origin, "after");
                });
    }

    private static Case<ServerTrial> endsWithTcp() {
        return udp("udp/ends-with-tcp", Level.MUST, "6")
                .title("The association ends when the TCP connection of its request ends")
                .sends(ASSOCIATE, DATAGRAM, "(the TCP connection is closed; then datagrams, again and again)")
                .accepts("Within the patience of the suite a datagram is not relayed any more")
                .means("Sockets pile up in the server, and it relays for clients that are gone")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    association.control().close();
                    stops(association, origin);
                });
    }

    private static Case<ServerTrial> endsWithReset() {
        return udp("udp/ends-with-reset", Level.MUST, "6")
                .title("The association ends when the TCP connection of its request is reset")
                .sends(ASSOCIATE, DATAGRAM, "(the TCP connection is reset; then datagrams, again and again)")
                .accepts("Within the patience of the suite a datagram is not relayed any more")
                .means("Sockets pile up in the server when clients crash")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    association.control().reset();
                    stops(association, origin);
                });
    }

    private static Case<ServerTrial> halfClose() {
        return udp("udp/half-close", Level.ROBUSTNESS, "")
                .title(
                        "When the client ends its output by TCP, the association goes on or ends, and the client can see which")
                .sends(
                        ASSOCIATE,
                        DATAGRAM,
                        "(the end of the client's output by TCP; another datagram, if TCP stays open)")
                .accepts(
                        "The server ends the TCP connection, or relays on: the RFC does not say whether half an end is one")
                .means("A client sends into nowhere and does not know it")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    association.echo(origin, "before");
                    association.control().finish();
                    // Time to notice, so that what is relayed now is not relayed by chance.
                    if (association
                                    .control()
                                    .receiveRest(1, trial.patience().silence())
                                    .end()
                            != Wire.End.OPEN) {
                        return;
                    }
                    long deadline =
                            System.nanoTime() + trial.patience().answer().toNanos();
                    byte[] payload = "after".getBytes(StandardCharsets.US_ASCII);
                    do {
                        association.send(Endpoint.of(origin.localAddress()), payload);
                        if (origin.poll(Label.RAW, LOOK) != null
                                || association.control().receiveRest(1, LOOK).end() != Wire.End.OPEN) {
                            return;
                        }
                    } while (System.nanoTime() < deadline);
                    throw new Violation(
                            "the client had ended its output by TCP; after that its datagrams were not relayed,"
                                    + " and its TCP connection was not ended");
                });
    }

    private static void stops(Association association, DatagramWire origin) throws IOException, Violation {
        long deadline =
                System.nanoTime() + association.trial().patience().answer().toNanos();
        do {
            association.send(Endpoint.of(origin.localAddress()), "after".getBytes(StandardCharsets.US_ASCII));
            if (origin.poll(Label.RAW, association.trial().patience().silence()) == null) {
                return;
            }
        } while (System.nanoTime() < deadline);
        throw new Violation("the TCP connection had ended, but datagrams were relayed for "
                + association.trial().patience().answer().toMillis() + " ms more");
    }
}
