package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.server.traffic.AbuseCases.abuse;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Violation;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The group "abuse", continued: BIND and UDP. */
final class AbuseCommandCases {

    private AbuseCommandCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(binds(), associations(), datagrams());
    }

    private static Case<ServerTrial> binds() {
        return abuse("abuse/binds")
                .title("A BIND is carried out after 100 were given up")
                .sends("(100 times: a BIND, and the client closes after the first reply)", Binding.BIND)
                .accepts("The last BIND is carried out. A server may refuse some of the 100, if it limits their number")
                .means("A hundred crashed clients leave no ports for the others")
                .needs(Feature.BIND)
                .script(trial -> {
                    for (int i = 0; i < 100; i++) {
                        try (SocketChannel peer = Binding.peer(trial)) {
                            Binding.open(trial, peer).control().close();
                        } catch (Violation refused) {
                            trial.transcript().note("suite", "BIND " + i + " was refused: " + refused.getMessage());
                        }
                    }
                    SocketChannel peer = Binding.peer(trial);
                    again(trial, () -> Binding.open(trial, peer)).accepted(peer).toClient(Tunnel.everyByte());
                });
    }

    private static Case<ServerTrial> associations() {
        return abuse("abuse/associations")
                .title("An association is made after 200 were opened and closed")
                .sends("(200 times: an association, and the client closes)", Association.ASSOCIATE)
                .accepts("The last association relays. A server may refuse some of the 200, if it limits their number")
                .means("Two hundred crashed clients leave no ports for the others")
                .needs(Feature.UDP)
                .script(trial -> {
                    for (int i = 0; i < 200; i++) {
                        try {
                            Association association = Association.open(trial);
                            association.client().close();
                            association.control().close();
                        } catch (Violation refused) {
                            trial.transcript().note("suite", "association " + i + " was refused");
                        }
                    }
                    again(trial, () -> Association.open(trial)).echo(trial.datagramOrigin(), "after");
                });
    }

    private static Case<ServerTrial> datagrams() {
        return abuse("abuse/datagrams")
                .title("An association relays after a flood of 2,000 datagrams without a header")
                .sends(
                        Association.ASSOCIATE,
                        "(2,000 datagrams of 3 bytes, as fast as can be; then one with a header, again and again)")
                .accepts(
                        "A datagram arrives within the patience of the suite. It is sent again and again, because the system drops"
                                + " datagrams while its buffers are full")
                .means("A faulty program ends all that its user does by UDP")
                .needs(Feature.UDP)
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    for (int i = 0; i < 2000; i++) {
                        association.send(association.client(), new byte[3]);
                    }
                    byte[] payload = "after".getBytes(StandardCharsets.US_ASCII);
                    Duration pause = trial.patience().silence();
                    long deadline =
                            System.nanoTime() + trial.patience().answer().toNanos();
                    boolean arrived = false;
                    while (!arrived && System.nanoTime() < deadline) {
                        association.send(Endpoint.of(origin.localAddress()), payload);
                        arrived = origin.poll(Label.RAW, pause) != null;
                    }
                    check(arrived, "after a flood of datagrams without a header nothing was relayed any more");
                });
    }

    private interface Attempt<T> {
        T get() throws IOException, Violation;
    }

    /** Tries until it succeeds or the time is up: what was closed a moment ago may still count. */
    private static <T> T again(ServerTrial trial, Attempt<T> attempt) throws Exception {
        long deadline = System.nanoTime() + trial.patience().answer().toNanos();
        while (true) {
            try {
                return attempt.get();
            } catch (Violation e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(trial.patience().silence().toMillis());
            }
        }
    }
}
