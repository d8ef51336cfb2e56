package dev.socks5.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What a server costs, from Linux's {@code /proc}: of its process and of all that descend from it. Not counted is the
 * CPU time of a process that has ended without its parent waiting for it.
 *
 * @param pid the process that was started
 */
public record ServerProcess(long pid) {

    /** USER_HZ, which is 100 on every architecture that a JDK runs on. */
    private static final long TICKS_PER_SECOND = 100;

    /** The fields of /proc/PID/stat that count, from the one after the name on, where a name may have any character. */
    private static final int UTIME = 11;

    private static final int CSTIME = 14;

    /**
     * Checks that there is such a process.
     *
     * @param pid the process that was started
     * @throws IllegalArgumentException if there is none
     */
    public ServerProcess {
        if (!Files.isReadable(Path.of("/proc", Long.toString(pid), "stat"))) {
            throw new IllegalArgumentException("no process to be measured: " + pid);
        }
    }

    /**
     * The CPU time so far, of user and system, to 10 ms; that of children which have ended included.
     *
     * @return the sum over all processes
     * @throws IOException if the first of them has ended
     */
    public Duration cpu() throws IOException {
        long ticks = sum(ServerProcess::ticks);
        return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
    }

    /**
     * The resident memory, VmRSS. Pages that several processes share count for each of them.
     *
     * @return the sum over all processes in octets
     * @throws IOException if the first of them has ended
     */
    public long residentOctets() throws IOException {
        return sum(process -> kilobytes(process, "status", "VmRSS:")) * 1024;
    }

    /**
     * The resident memory, Pss: pages that several processes share count once.
     *
     * @return the sum over all processes in octets
     * @throws IOException if the first of them has ended, or belongs to somebody else
     */
    public long proportionalOctets() throws IOException {
        return sum(process -> kilobytes(process, "smaps_rollup", "Pss:")) * 1024;
    }

    private long sum(ToLongFunction<ProcessHandle> value) throws IOException {
        ProcessHandle first =
                ProcessHandle.of(pid).orElseThrow(() -> new IOException("the server's process has ended"));
        try (Stream<ProcessHandle> others = first.descendants()) {
            return value.applyAsLong(first)
                    + others.mapToLong(other -> orNothing(other, value)).sum();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A child may end at any time. */
    private static long orNothing(ProcessHandle process, ToLongFunction<ProcessHandle> value) {
        try {
            return value.applyAsLong(process);
        } catch (UncheckedIOException e) {
            if (process.isAlive()) {
                throw e;
            }
            return 0;
        }
    }

    private static long ticks(ProcessHandle process) {
        String stat = lines(process, "stat").get(0);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int i = UTIME; i <= CSTIME; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks;
    }

    private static long kilobytes(ProcessHandle process, String file, String field) {
        return lines(process, file).stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> gone(process));
    }

    /** What has ended and not been waited for has a status, but no memory. */
    private static UncheckedIOException gone(ProcessHandle process) {
        return new UncheckedIOException(new NoSuchFileException("/proc/" + process.pid()));
    }

    private static List<String> lines(ProcessHandle process, String file) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
