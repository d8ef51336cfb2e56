package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Level;
import java.util.ArrayList;
import java.util.List;

/** The group "relay", continued: many tunnels, and readers that do not read. */
final class RelayFlowCases {

    private static final long MEBIBYTE = 1 << 20;

    /** More than the buffers of two systems hold by far. */
    private static final long TOO_MUCH = 64 * MEBIBYTE;

    private static final String BUFFERS =
            "Less than 64 MiB are taken. What is taken lies in the buffers of the system, of"
                    + " which there are four on the way, and in that of the server; the RFC says nothing of their sizes";

    private RelayFlowCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                manyTunnels(),
                slowReader(),
                stoppedReader(),
                otherDirection(),
                otherTunnel(),
                pressureByMemory(),
                pressureToDestination(),
                pressureToClient());
    }

    private static Case<ServerTrial> manyTunnels() {
        return Case.of("relay/many-tunnels", Level.ROBUSTNESS, ROBUSTNESS)
                .title("Fifty tunnels at once keep their bytes apart")
                .sends(Tunnel.CONNECT, "(50 times; then 64 KiB each way in all of them at once, different in each)")
                .accepts("All bytes, each in its own tunnel")
                .means("Users get other users' data")
                .tags(Case.ALONE)
                .script(trial -> {
                    List<Flow> flows = new ArrayList<>();
                    for (int i = 0; i < 50; i++) {
                        Tunnel tunnel = Tunnel.open(trial);
                        flows.add(new Flow(tunnel.client(), tunnel.origin(), 64 * 1024));
                        flows.add(new Flow(tunnel.origin(), tunnel.client(), 64 * 1024));
                    }
                    Flow.run(trial.patience(), flows);
                });
    }

    private static Case<ServerTrial> slowReader() {
        return Case.of("relay/slow-reader", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A client that reads after a while gets all that was sent, in order")
                .sends(
                        Tunnel.CONNECT,
                        "(the destination sends as much as is taken, at most 32 MiB; then the client reads)")
                .accepts("All bytes that were taken, in order")
                .means("Players and slow lines lose data")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    slow(trial, new Flow(tunnel.origin(), tunnel.client(), 32 * MEBIBYTE));
                });
    }

    private static Case<ServerTrial> stoppedReader() {
        return Case.of("relay/slow-destination", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A destination that reads after a while gets all that was sent, in order")
                .sends(
                        Tunnel.CONNECT,
                        "(the client sends as much as is taken, at most 32 MiB; then the destination reads)")
                .accepts("All bytes that were taken, in order")
                .means("Uploads to slow servers are damaged")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    slow(trial, new Flow(tunnel.client(), tunnel.origin(), 32 * MEBIBYTE));
                });
    }

    private static Case<ServerTrial> otherDirection() {
        return Case.of("relay/other-direction-flows", Level.ROBUSTNESS, ROBUSTNESS)
                .title("While one direction is stopped by its reader, the other goes on")
                .sends(
                        Tunnel.CONNECT,
                        "(the client sends as much as is taken, and nobody reads; 256 KiB the other way)")
                .accepts("The 256 KiB arrive")
                .means(
                        "Two programs that both send before they read stop for ever, although they would not without the proxy")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    new Flow(tunnel.client(), tunnel.origin(), 32 * MEBIBYTE)
                            .fill(trial.patience().silence());
                    Flow.run(trial.patience(), new Flow(tunnel.origin(), tunnel.client(), 256 * 1024));
                });
    }

    private static Case<ServerTrial> otherTunnel() {
        return Case.of("relay/other-tunnel-flows", Level.ROBUSTNESS, ROBUSTNESS)
                .title("While one tunnel is stopped by its reader, another one goes on and a new one can be made")
                .sends(Tunnel.CONNECT, "(two tunnels; in one the client sends as much as is taken, and nobody reads)")
                .accepts("256 KiB each way in the other tunnel, and a third tunnel")
                .means("One user with a slow line stops all the others")
                .script(trial -> {
                    Tunnel stopped = Tunnel.open(trial);
                    Tunnel other = Tunnel.open(trial);
                    new Flow(stopped.client(), stopped.origin(), 32 * MEBIBYTE)
                            .fill(trial.patience().silence());
                    Flow there = new Flow(other.client(), other.origin(), 256 * 1024);
                    Flow back = new Flow(other.origin(), other.client(), 256 * 1024);
                    Flow.run(trial.patience(), List.of(there, back));
                    Serving.check(trial, "while a tunnel is stopped");
                });
    }

    private static Case<ServerTrial> pressureToDestination() {
        return Case.of(
                        "relay/back-pressure-from-destination",
                        Level.SECURITY,
                        cwe(770, "allocation of resources without limits"))
                .title("A destination that does not read stops the client")
                .sends(
                        Tunnel.CONNECT,
                        "(the client sends as much as is taken, at most 64 MiB; the destination reads nothing)")
                .accepts(BUFFERS)
                .means("One client can fill the memory of the server")
                .tags(Case.ALONE)
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    pressure(trial, new Flow(tunnel.client(), tunnel.origin(), TOO_MUCH));
                });
    }

    private static Case<ServerTrial> pressureToClient() {
        return Case.of(
                        "relay/back-pressure-from-client",
                        Level.SECURITY,
                        cwe(770, "allocation of resources without limits"))
                .title("A client that does not read stops the destination")
                .sends(
                        Tunnel.CONNECT,
                        "(the destination sends as much as is taken, at most 64 MiB; the client reads nothing)")
                .accepts(BUFFERS)
                .means("One client that downloads and does not read can fill the memory of the server")
                .tags(Case.ALONE)
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    pressure(trial, new Flow(tunnel.origin(), tunnel.client(), TOO_MUCH));
                });
    }

    private static Case<ServerTrial> pressureByMemory() {
        return Case.of("relay/back-pressure-memory", Level.SECURITY, cwe(770, "allocation of resources without limits"))
                .title("Tunnels whose readers do not read do not make the server grow")
                .sends(Tunnel.CONNECT, "(2 tunnels; in each the client sends as much as is taken, at most 48 MiB)")
                .accepts(
                        "The resident memory of the process grows by less than 64 MiB: 32 MiB for each tunnel, much more than"
                                + " any buffer needs, and much less than what was sent if all was taken")
                .means("A few clients can fill the memory of the server")
                .needs(Feature.PROCESS)
                .tags(Case.ALONE)
                .script(trial -> {
                    ServerProcess process = ServerProcess.of(trial);
                    long before = process.memory();
                    for (int i = 0; i < 2; i++) {
                        Tunnel tunnel = Tunnel.open(trial);
                        new Flow(tunnel.client(), tunnel.origin(), 48 * MEBIBYTE)
                                .fill(trial.patience().silence());
                    }
                    process.expectGrowth(before, 64 * MEBIBYTE);
                });
    }

    private static void slow(ServerTrial trial, Flow flow) throws Exception {
        flow.cut(flow.fill(trial.patience().silence()));
        Flow.run(trial.patience(), flow);
    }

    private static void pressure(ServerTrial trial, Flow flow) throws Exception {
        long taken = flow.fill(trial.patience().silence());
        trial.transcript().note("suite", taken / 1024 + " KiB were taken");
        check(
                taken < TOO_MUCH,
                "the server took " + TOO_MUCH / MEBIBYTE + " MiB, although the other side of the tunnel read nothing");
    }
}
