package dev.socks5.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** How many channels this process may have open. */
final class Descriptors {

    /** What the JVM and the loops have open besides tunnels. */
    private static final long OTHERS = 64;

    private Descriptors() {}

    /**
     * Checks that there is room for both ends of some tunnels. A JVM raises its limit to the hard one at its start.
     *
     * @param tunnels how many
     * @throws IOException if the limit is too low
     */
    static void requireFor(int tunnels) throws IOException {
        requireFor(tunnels, limit());
    }

    static void requireFor(int tunnels, long limit) throws IOException {
        long needed = 2L * tunnels + OTHERS;
        if (needed > limit) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%d tunnels need %d file descriptors here, and as many in the server: the limit is %d (ulimit -Hn)",
                    tunnels,
                    needed,
                    limit));
        }
    }

    private static long limit() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+", -1)[3])
                .mapToLong(soft -> "unlimited".equals(soft) ? Long.MAX_VALUE : Long.parseLong(soft))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
