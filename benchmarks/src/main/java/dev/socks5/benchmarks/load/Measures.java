package dev.socks5.benchmarks.load;

import java.time.Duration;
import java.util.List;

/** All that there is to measure. */
public final class Measures {

    /** For a server on a JVM to be compiled where it matters. */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private Measures() {}

    /**
     * The measures that are compared.
     *
     * @return each once, in the order of a report
     */
    public static List<Measure> all() {
        return all(WARM_UP);
    }

    /**
     * One of them.
     *
     * @param name its name
     * @return the measure
     * @throws IllegalArgumentException if there is none of this name
     */
    public static Measure named(String name) {
        return all().stream()
                .filter(measure -> measure.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such measure: " + name));
    }

    static List<Measure> all(Duration warmUp) {
        return List.of(
                new Bulk(Bulk.Direction.DOWNLOAD, 1, warmUp),
                new Bulk(Bulk.Direction.DOWNLOAD, 16, warmUp),
                new Bulk(Bulk.Direction.DOWNLOAD, 64, warmUp),
                new Bulk(Bulk.Direction.UPLOAD, 1, warmUp),
                new Bulk(Bulk.Direction.UPLOAD, 16, warmUp),
                new Bulk(Bulk.Direction.UPLOAD, 64, warmUp),
                new Connections(warmUp));
    }
}
