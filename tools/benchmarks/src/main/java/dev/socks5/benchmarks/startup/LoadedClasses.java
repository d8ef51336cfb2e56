package dev.socks5.benchmarks.startup;

import java.util.List;
import java.util.function.Predicate;

/**
 * How many classes a program loaded.
 *
 * @param all all of them, those that the JVM made itself included
 * @param archived those from the JDK's archive (CDS), which cost little
 * @param ours those of the library
 */
record LoadedClasses(long all, long archived, long ours) {

    private static final String LIBRARY = "dev.socks5.";
    private static final String PROGRAMS = "dev.socks5.benchmarks.";

    /**
     * Counts them.
     *
     * @param log what {@code -Xlog:class+load} writes without decorations: a class and its source in each line
     */
    static LoadedClasses of(List<String> log) {
        List<String> loaded =
                log.stream().filter(line -> line.contains(" source: ")).toList();
        Predicate<String> ours = line -> line.startsWith(LIBRARY) && !line.startsWith(PROGRAMS);
        return new LoadedClasses(
                loaded.size(),
                loaded.stream()
                        .filter(line -> line.contains(" source: shared objects file"))
                        .count(),
                loaded.stream().filter(ours).count());
    }

    /** How many did not come from the archive. */
    long parsed() {
        return all - archived;
    }
}
