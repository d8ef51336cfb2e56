package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.compare.Results.Failure;
import dev.socks5.benchmarks.load.Figure;
import dev.socks5.benchmarks.load.Measure;
import dev.socks5.benchmarks.load.UnsupportedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The same measures on every server, in rounds. Within a round the servers take turns at each measure, so that all of
 * them meet the same weather; and each round begins with another one.
 */
final class Comparison {

    /** What is told while it goes on. */
    interface Listener {

        /** One measure gave one figure. */
        void measured(int round, String server, String measure, Figure figure);

        /** One measure gave none. */
        void failed(int round, Failure failure);
    }

    private final List<Server> servers;
    private final List<Measure> measures;
    private final Duration length;
    private final Listener listener;
    private final Results results;

    /**
     * A comparison.
     *
     * @param servers the servers
     * @param measures what to do with each
     * @param length how long each measure takes
     * @param listener who is told
     */
    Comparison(List<Server> servers, List<Measure> measures, Duration length, Listener listener) {
        this.servers = servers;
        this.measures = measures;
        this.length = length;
        this.listener = listener;
        this.results = new Results(measures.stream().map(Measure::name).toList());
    }

    /** Runs it; what a server does not do is in the results. */
    Results run(Fleet fleet, int rounds) {
        List<Measure> ofMemory =
                measures.stream().filter(Comparison::isOfMemory).toList();
        eachTurn(ofMemory, rounds, (round, measure, server) -> {
            Subject subject = Subject.start(fleet, server);
            measure(fleet, subject, server, measure, round);
            subject.stop(fleet);
        });
        List<Measure> lasting =
                measures.stream().filter(measure -> !isOfMemory(measure)).toList();
        Map<Server, Subject> subjects = new HashMap<>();
        eachTurn(lasting, rounds, (round, measure, server) -> {
            Subject subject = subjects.computeIfAbsent(server, absent -> Subject.start(fleet, absent));
            measure(fleet, subject, server, measure, round);
        });
        subjects.values().forEach(subject -> subject.stop(fleet));
        return results;
    }

    /**
     * Whether a measure asks for a process of its own: one that has grown under another load and kept the memory would
     * seem to need none for this one.
     */
    static boolean isOfMemory(Measure measure) {
        return measure instanceof StartMemory || measure.name().matches("idle-\\d+");
    }

    private interface Turn {
        void take(int round, Measure measure, Server server);
    }

    private void eachTurn(List<Measure> measures, int rounds, Turn turn) {
        for (int round = 1; round <= rounds; round++) {
            List<Server> order = new ArrayList<>(servers);
            Collections.rotate(order, 1 - round);
            for (Measure measure : measures) {
                for (Server server : order) {
                    if (server.takes().test(measure)) {
                        turn.take(round, measure, server);
                    }
                }
            }
        }
    }

    private void measure(Fleet fleet, Subject subject, Server server, Measure measure, int round) {
        try {
            for (Figure figure : subject.measure(measure, length)) {
                results.add(server.name(), measure.name(), figure);
                listener.measured(round, server.name(), measure.name(), figure);
            }
        } catch (IOException | RuntimeException e) {
            fleet.requireOpen();
            Failure failure =
                    new Failure(server.name(), measure.name(), !(e instanceof UnsupportedException), describe(e));
            results.add(failure);
            listener.failed(round, failure);
        }
    }

    private static String describe(Exception e) {
        String message = e.getMessage();
        return message == null || e instanceof RuntimeException ? e.toString() : message;
    }

    /** A server that was to be started, and came up or did not. */
    private record Subject(Optional<RunningServer> running, String problem) {

        static Subject start(Fleet fleet, Server server) {
            try {
                return new Subject(Optional.of(fleet.start(server)), "");
            } catch (IOException e) {
                return new Subject(Optional.empty(), describe(e));
            }
        }

        List<Figure> measure(Measure measure, Duration length) throws IOException {
            RunningServer server = running.orElseThrow(() -> new IOException(problem));
            server.requireAlive();
            try {
                return measure.run(server.target(), length);
            } catch (IOException e) {
                // That it ended says more than that the load met a closed connection.
                server.requireAlive(Duration.ofSeconds(1));
                throw e;
            }
        }

        void stop(Fleet fleet) {
            running.ifPresent(fleet::stop);
        }
    }
}
