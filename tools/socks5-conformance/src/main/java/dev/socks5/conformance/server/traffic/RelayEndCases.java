package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.List;

/** The group "relay", continued: how tunnels end. The RFC is silent about all of it. */
final class RelayEndCases {

    private static final String EITHER_END = "An end or a reset, because the RFC speaks of neither";

    private RelayEndCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                clientHalfClose(),
                originHalfClose(),
                largeAfterHalfClose(),
                noEndInvented(),
                lastBytesToDestination(),
                lastBytesToClient(),
                clientCloses(),
                originCloses());
    }

    private static Case<ServerTrial> clientHalfClose() {
        return Case.of("relay/half-close-by-client", Level.ROBUSTNESS, ROBUSTNESS)
                .title("When the client has ended its output, the destination learns it and can still answer")
                .sends(Tunnel.CONNECT, "(a question, then the end of the client's output; the answer after that)")
                .accepts("The question and an end at the destination, then the answer and an end at the client")
                .means("Programs that mark the end of a question by the end of their output get no answer")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    tunnel.toOrigin(Tunnel.everyByte());
                    tunnel.client().finish();
                    finished(tunnel.origin(), "the client had ended its output");
                    tunnel.toClient(Tunnel.everyByte());
                    tunnel.origin().finish();
                    finished(tunnel.client(), "both sides had ended their output");
                });
    }

    private static Case<ServerTrial> originHalfClose() {
        return Case.of("relay/half-close-by-destination", Level.ROBUSTNESS, ROBUSTNESS)
                .title("When the destination has ended its output, the client learns it and can still send")
                .sends(Tunnel.CONNECT, "(the destination ends its output; the client sends after that)")
                .accepts("An end at the client; then the client's bytes and its end at the destination")
                .means("Uploads are cut off by a destination that has said all it has to say")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    tunnel.toClient(Tunnel.everyByte());
                    tunnel.origin().finish();
                    finished(tunnel.client(), "the destination had ended its output");
                    tunnel.toOrigin(Tunnel.everyByte());
                    tunnel.client().finish();
                    finished(tunnel.origin(), "both sides had ended their output");
                });
    }

    private static Case<ServerTrial> largeAfterHalfClose() {
        return Case.of("relay/large-after-half-close", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A long answer arrives complete after the client has ended its output")
                .sends(Tunnel.CONNECT, "(the end of the client's output; then the destination sends 4 MiB)")
                .accepts("All 4 MiB, and the end behind them. No time counts as long as something moves")
                .means("Long answers are cut off without an error")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    tunnel.client().finish();
                    finished(tunnel.origin(), "the client had ended its output");
                    Flow.run(trial.patience(), new Flow(tunnel.origin(), tunnel.client(), 4 << 20));
                    tunnel.origin().close();
                    ended(tunnel.client(), "the destination had closed");
                });
    }

    private static Case<ServerTrial> noEndInvented() {
        return Case.of("relay/no-end-invented", Level.ROBUSTNESS, ROBUSTNESS)
                .title("The server ends no direction that nobody has ended")
                .sends(Tunnel.CONNECT, "(a byte each way, a pause, then the end of the client's output, a pause)")
                .accepts(
                        "No end at either side in the first pause, none at the client in the second. A server that cannot"
                                + " do half of a connection fails the cases of half-close as well")
                .means("A client takes a document that was cut off for a complete one")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    tunnel.toOrigin(new byte[] {1});
                    tunnel.toClient(new byte[] {2});
                    tunnel.client().expectSilence("while both sides are quiet");
                    tunnel.origin().expectSilence("while both sides are quiet");
                    tunnel.client().finish();
                    tunnel.client().expectSilence("before the destination sends or ends");
                });
    }

    private static Case<ServerTrial> lastBytesToDestination() {
        return Case.of("relay/last-bytes-to-destination", Level.ROBUSTNESS, ROBUSTNESS)
                .title("What the client sent before it closed reaches the destination, and the end behind it")
                .sends(Tunnel.CONNECT, "(64 KiB, and at once the connection is closed)")
                .accepts("All 64 KiB, then an end")
                .means("The last part of an upload is lost")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    lastBytes(trial, tunnel.client(), tunnel.origin());
                });
    }

    private static Case<ServerTrial> lastBytesToClient() {
        return Case.of("relay/last-bytes-to-client", Level.ROBUSTNESS, ROBUSTNESS)
                .title("What the destination sent before it closed reaches the client, and the end behind it")
                .sends(Tunnel.CONNECT, "(the destination sends 64 KiB, and closes at once)")
                .accepts("All 64 KiB, then an end")
                .means("The last part of a download is lost")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    lastBytes(trial, tunnel.origin(), tunnel.client());
                });
    }

    private static Case<ServerTrial> clientCloses() {
        return Case.of("relay/client-closes", Level.ROBUSTNESS, ROBUSTNESS)
                .title("When the client closes, the connection to the destination is ended")
                .sends(Tunnel.CONNECT, "(a byte each way; then the client closes)")
                .accepts(EITHER_END)
                .means("Connections pile up at destinations")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    tunnel.toOrigin(new byte[] {1});
                    tunnel.toClient(new byte[] {2});
                    tunnel.client().close();
                    ended(tunnel.origin(), "the client had closed");
                });
    }

    private static Case<ServerTrial> originCloses() {
        return Case.of("relay/destination-closes", Level.ROBUSTNESS, ROBUSTNESS)
                .title("When the destination closes, the client's connection is ended")
                .sends(Tunnel.CONNECT, "(a byte each way; then the destination closes)")
                .accepts(EITHER_END)
                .means("Clients wait for ever for the end of a document")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    tunnel.toOrigin(new byte[] {1});
                    tunnel.toClient(new byte[] {2});
                    tunnel.origin().close();
                    ended(tunnel.client(), "the destination had closed");
                });
    }

    private static void lastBytes(ServerTrial trial, Wire from, Wire to) throws IOException, Violation {
        int length = 64 * 1024;
        Flow flow = new Flow(from, to, length);
        check(flow.fill(trial.patience().answer()) == length, "the server does not take 64 KiB");
        from.close();
        Flow.run(trial.patience(), flow);
        ended(to, "the other side had closed");
    }

    /** The other side ends its output properly. */
    private static void finished(Wire wire, String after) throws IOException, Violation {
        Wire.End end = end(wire, after);
        check(
                end == Wire.End.FINISHED,
                "expected an end at the " + wire.name() + " after " + after + ", but it was reset");
    }

    /** The other side ends the connection in any way. */
    static void ended(Wire wire, String after) throws IOException, Violation {
        end(wire, after);
    }

    private static Wire.End end(Wire wire, String after) throws IOException, Violation {
        Wire.Rest rest = wire.receiveRest(1);
        check(
                rest.bytes().length == 0,
                "expected an end at the " + wire.name() + " after " + after + ", but bytes came");
        check(
                rest.end() != Wire.End.OPEN,
                "expected an end at the " + wire.name() + " after " + after + ", but none came");
        return rest.end();
    }
}
