package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;

/** The group "abuse", continued: what is left of it in the process of the server. */
final class ProcessCases {

    private static final long GROWTH = 64L << 20;
    private static final int SLACK = 16;

    private static final String COME_BACK =
            "At most 16 descriptors more than before, within twice the patience of the suite;"
                    + " before means after a first round, because programs open files when they need them first";
    private static final String MEANS = "The server runs out of descriptors after a time, and serves nobody";

    private ProcessCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(memory(), descriptors(), bindDescriptors(), associationDescriptors());
    }

    private static Case<ServerTrial> memory() {
        return Case.of("abuse/memory", Level.SECURITY, cwe(401, "missing release of memory after effective lifetime"))
                .title("The server does not grow by each thousand connections that have ended")
                .sends(
                        "(500 connections, then up to 3 times 1,000 more: a quarter with 4 KiB of garbage, a quarter with half a"
                                + " request, half with a CONNECT to a port on which nobody listens)")
                .accepts(
                        "One of the three times the resident memory of the process grows by less than 64 MiB: 64 KiB for each"
                                + " connection. Collectors of garbage take their time, but what is lost grows each time")
                .means("The server runs out of memory after a time")
                .needs(Feature.PROCESS)
                .tags(Case.ALONE)
                .script(trial -> {
                    ServerProcess process = ServerProcess.of(trial);
                    flood(trial, 500);
                    long grown = Long.MAX_VALUE;
                    for (int i = 0; i < 3 && grown >= GROWTH; i++) {
                        long before = process.memory();
                        flood(trial, 1000);
                        grown = process.growth(before);
                    }
                    check(
                            grown < GROWTH,
                            "the memory of the process grew by 64 MiB or more by each thousand connections, the last time by "
                                    + grown / 1024 + " KiB");
                });
    }

    private static void flood(ServerTrial trial, int connections) throws IOException, Violation {
        Endpoint nobody = trial.refusing();
        for (int i = 0; i < connections; i++) {
            switch (i % 4) {
                case 0 -> {
                    try (Wire wire = trial.open()) {
                        wire.trySend(Label.RAW, new byte[4096]);
                    }
                }
                case 1 -> {
                    try (Wire wire = trial.negotiated()) {
                        wire.trySend(Label.RAW, new byte[] {5, 1, 0, 1});
                    }
                }
                default -> {
                    try (Wire wire = trial.requested(Request.connect(nobody))) {
                        wire.receiveRest(2);
                    }
                }
            }
        }
    }

    private static Case<ServerTrial> descriptors() {
        return comeBack("abuse/descriptors")
                .title("The descriptors of 200 connections come back when they have ended")
                .sends(
                        "(40 connections in each phase are closed: silent, after half a greeting, after the negotiation, after a"
                                + " request that failed, in a tunnel)")
                .accepts(COME_BACK)
                .means(MEANS)
                .script(trial -> {
                    Endpoint nobody = trial.refusing();
                    comeBack(trial, 40, () -> {
                        trial.open().close();
                        trial.open().send("05 02 00").close();
                        trial.negotiated().close();
                        try (Wire wire = trial.requested(Request.connect(nobody))) {
                            wire.receiveRest(2);
                        }
                        Serving.check(trial, "beside others");
                    });
                });
    }

    private static Case<ServerTrial> bindDescriptors() {
        return comeBack("abuse/bind-descriptors")
                .title("The descriptors of 40 BINDs come back when their clients have left")
                .sends(Binding.BIND, "(40 times, and the client closes)")
                .accepts(COME_BACK)
                .means(MEANS)
                .needs(Feature.BIND)
                .script(trial -> comeBack(trial, 40, () -> {
                    try (SocketChannel peer = Binding.peer(trial)) {
                        Binding.open(trial, peer).control().close();
                    }
                }));
    }

    private static Case<ServerTrial> associationDescriptors() {
        return comeBack("abuse/association-descriptors")
                .title("The descriptors of 40 associations come back when their clients have left")
                .sends(Association.ASSOCIATE, "(40 times, and the client closes)")
                .accepts(COME_BACK)
                .means(MEANS)
                .needs(Feature.UDP)
                .script(trial -> comeBack(trial, 40, () -> {
                    Association association = Association.open(trial);
                    association.client().close();
                    association.control().close();
                }));
    }

    private static Case.Draft comeBack(String id) {
        return Case.of(id, Level.SECURITY, cwe(772, "missing release of resource after effective lifetime"))
                .needs(Feature.PROCESS)
                .tags(Case.ALONE);
    }

    private interface Round {
        void run() throws IOException, Violation;
    }

    private static void comeBack(ServerTrial trial, int times, Round round) throws Exception {
        ServerProcess process = ServerProcess.of(trial);
        round.run();
        int before = process.descriptors();
        for (int i = 0; i < times; i++) {
            round.run();
        }
        process.expectDescriptors(before + SLACK);
    }
}
