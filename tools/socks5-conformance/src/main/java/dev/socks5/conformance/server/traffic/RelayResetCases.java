package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The group "relay", continued: connections that break. The RFC is silent about all of it. */
final class RelayResetCases {

    private RelayResetCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(clientResets(), originResets(), clientGoneWhileSending(), originGoneWhileSending());
    }

    private static Case<ServerTrial> clientResets() {
        return Case.of("relay/client-resets", Level.ROBUSTNESS, ROBUSTNESS)
                .title("When the client resets its connection, that to the destination is ended")
                .sends(Tunnel.CONNECT, "(a byte each way; then the client resets)")
                .accepts("A reset, or at least an end")
                .means("Destinations keep connections of clients that are gone")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    tunnel.toOrigin(new byte[] {1});
                    tunnel.toClient(new byte[] {2});
                    tunnel.client().reset();
                    RelayEndCases.ended(tunnel.origin(), "the client had reset its connection");
                });
    }

    private static Case<ServerTrial> originResets() {
        return Case.of("relay/destination-resets", Level.ROBUSTNESS, ROBUSTNESS)
                .title("When the destination resets its connection, the client's is ended")
                .sends(Tunnel.CONNECT, "(a byte each way; then the destination resets)")
                .accepts("A reset, or at least an end")
                .means("Clients wait for ever for a destination that is gone")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    tunnel.toOrigin(new byte[] {1});
                    tunnel.toClient(new byte[] {2});
                    tunnel.origin().reset();
                    RelayEndCases.ended(tunnel.client(), "the destination had reset its connection");
                });
    }

    private static Case<ServerTrial> clientGoneWhileSending() {
        return Case.of("relay/client-gone-while-destination-sends", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A destination that goes on sending to a client that has reset is told so")
                .sends(
                        Tunnel.CONNECT,
                        "(the destination sends without a pause; the client resets, unread bytes waiting)")
                .accepts("The destination cannot send any more, sooner or later within the patience of the suite")
                .means("Downloads that were given up go on, at the server's expense")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    goneWhileSending(trial, tunnel.origin(), tunnel.client());
                });
    }

    private static Case<ServerTrial> originGoneWhileSending() {
        return Case.of("relay/destination-gone-while-client-sends", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A client that goes on sending to a destination that has reset is told so")
                .sends(
                        Tunnel.CONNECT,
                        "(the client sends without a pause; the destination resets, unread bytes waiting)")
                .accepts("The client cannot send any more, sooner or later within the patience of the suite")
                .means("Uploads go on into nowhere")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    goneWhileSending(trial, tunnel.client(), tunnel.origin());
                });
    }

    private static void goneWhileSending(ServerTrial trial, Wire from, Wire to) throws IOException, Violation {
        new Flow(from, to, 1 << 20).fill(trial.patience().silence());
        to.reset();
        ByteBuffer more = ByteBuffer.allocate(64 * 1024);
        long deadline = System.nanoTime() + trial.patience().answer().toNanos();
        int count;
        do {
            count = from.push(more.clear(), trial.patience().silence());
        } while (count >= 0 && System.nanoTime() < deadline);
        check(
                count < 0,
                "the other side had reset, but the " + from.name() + " could go on sending, or was left waiting");
    }
}
