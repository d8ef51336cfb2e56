package dev.socks5.conformance.server.traffic;

import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.NotOffered;
import dev.socks5.conformance.suite.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The process of the server and those that it has started, as Linux shows them. */
final class ServerProcess {

    private static final Path PROC = Path.of("/proc");
    private static final long PAUSE_MILLIS = 50;

    private final ServerTrial trial;
    private final ProcessHandle process;

    private ServerProcess(ServerTrial trial, ProcessHandle process) {
        this.trial = trial;
        this.process = process;
    }

    /**
     * Finds the process that the user has named.
     *
     * @throws NotOffered if it cannot be looked into
     */
    static ServerProcess of(ServerTrial trial) throws NotOffered {
        long pid = Objects.requireNonNull(trial.server().process());
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow(() -> new NotOffered("there is no process " + pid));
        if (!Files.isReadable(PROC.resolve(pid + "/fd"))) {
            throw new NotOffered("process " + pid + " cannot be looked into: that takes Linux, and its user's rights");
        }
        return new ServerProcess(trial, process);
    }

    /** Returns the resident memory in bytes. */
    long memory() throws IOException {
        long bytes = 0;
        for (ProcessHandle one : all()) {
            for (String line : lines(PROC.resolve(one.pid() + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    bytes += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        }
        return bytes;
    }

    /** Returns how many descriptors are open. */
    int descriptors() throws IOException {
        int count = 0;
        for (ProcessHandle one : all()) {
            try (Stream<Path> open = Files.list(PROC.resolve(one.pid() + "/fd"))) {
                count += (int) open.count();
            } catch (NoSuchFileException e) {
                // It has ended meanwhile.
            }
        }
        return count;
    }

    /** Returns by how much the resident memory has grown, in bytes. */
    long growth(long before) throws IOException {
        long grown = memory() - before;
        trial.transcript().note("process", "the resident memory has grown by " + grown / 1024 + " KiB");
        return grown;
    }

    /**
     * Compares the resident memory with what it was.
     *
     * @throws Violation if it has grown by as much as that
     */
    void expectGrowth(long before, long limit) throws IOException, Violation {
        long grown = growth(before);
        ServerTrial.check(
                grown < limit,
                String.format(
                        "the memory of the process grew by %,d KiB, expected less than %,d",
                        grown / 1024, limit / 1024));
    }

    /**
     * Waits until there are no more descriptors than so many.
     *
     * @throws Violation if there are within patience
     */
    void expectDescriptors(int most) throws IOException, InterruptedException, Violation {
        long deadline = System.nanoTime() + 2 * trial.patience().answer().toNanos();
        int open = descriptors();
        while (open > most && System.nanoTime() < deadline) {
            Thread.sleep(PAUSE_MILLIS);
            open = descriptors();
        }
        ServerTrial.check(
                open <= most, "expected at most " + most + " open descriptors, as before, but there are " + open);
    }

    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(process), process.descendants()).toList();
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
