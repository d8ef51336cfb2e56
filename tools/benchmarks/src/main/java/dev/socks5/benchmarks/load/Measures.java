package dev.socks5.benchmarks.load;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All that there is to measure. */
public final class Measures {

    /** For a server on a JVM to be compiled where it matters. */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private static final Pattern KIND_AND_NUMBER = Pattern.compile("(?<kind>[a-z-]+)-(?<number>[1-9][0-9]{0,4})");

    private static final List<String> NAMES = List.of(
            "download-1",
            "download-16",
            "download-64",
            "upload-1",
            "upload-16",
            "upload-64",
            "latency-1",
            "latency-64",
            "connections",
            "idle-1000",
            "idle-10000",
            "idle-active-10000",
            "udp-64",
            "udp-1400");

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
     * One of them, or another of the same kind: {@code idle-500} is as good as {@code idle-1000}.
     *
     * @param name its name
     * @return the measure
     * @throws IllegalArgumentException if there is none of this name
     */
    public static Measure named(String name) {
        return named(name, WARM_UP);
    }

    static Measure named(String name, Duration warmUp) {
        if (name.equals("connections")) {
            return new Connections(warmUp);
        }
        Matcher matcher = KIND_AND_NUMBER.matcher(name);
        if (!matcher.matches()) {
            throw noSuch(name);
        }
        int number = Integer.parseInt(matcher.group("number"));
        return switch (matcher.group("kind")) {
            case "download" -> new Bulk(Bulk.Direction.DOWNLOAD, number, warmUp);
            case "upload" -> new Bulk(Bulk.Direction.UPLOAD, number, warmUp);
            case "latency" -> new Latency(number, warmUp);
            case "idle" -> new Idle(number, warmUp);
            case "idle-active" -> new IdleActive(number, warmUp);
            case "udp" -> new Datagrams(number, warmUp);
            default -> throw noSuch(name);
        };
    }

    private static IllegalArgumentException noSuch(String name) {
        return new IllegalArgumentException("no such measure: " + name);
    }

    static List<Measure> all(Duration warmUp) {
        return NAMES.stream().map(name -> named(name, warmUp)).toList();
    }
}
