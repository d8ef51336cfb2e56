package dev.socks5.benchmarks.startup;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs programs, each in a JVM of its own.
 *
 * @param javaHome the JVM
 * @param classPath where the programs and the library are
 * @param proxy the proxy
 * @param origin a {@link Greeter}
 */
record FreshJvm(Path javaHome, String classPath, InetSocketAddress proxy, InetSocketAddress origin) {

    private static final int PATIENCE_SECONDS = 60;

    /**
     * What a run took.
     *
     * @param process nanoseconds from before the process is started until it has ended
     * @param main nanoseconds that the program's own code took, as it says
     */
    record Nanos(long process, long main) {}

    /** Runs a program once. */
    Nanos run(Program program) throws IOException {
        long start = System.nanoTime();
        String said = output(program, List.of());
        long process = System.nanoTime() - start;
        try {
            return new Nanos(process, Long.parseLong(said.strip()));
        } catch (NumberFormatException e) {
            throw new IOException(program.mainClass() + " said: " + said.strip(), e);
        }
    }

    /** Runs a program once, and gives a line for each class that it loads: its name, and its source. */
    List<String> loaded(Program program) throws IOException {
        Path log = Files.createTempFile("classes", ".log");
        try {
            output(program, List.of("-Xlog:class+load:file=" + log + ":none:filecount=0"));
            return Files.readAllLines(log);
        } finally {
            Files.delete(log);
        }
    }

    private String output(Program program, List<String> options) throws IOException {
        Process process = new ProcessBuilder(command(program, options))
                .redirectErrorStream(true)
                .start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(program.mainClass() + " failed: " + said.strip());
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(Program program, List<String> options) {
        return Stream.of(
                        List.of(javaHome.resolve("bin").resolve("java").toString()),
                        options,
                        List.of("-cp", classPath, program.mainClass()),
                        List.of(proxy.getHostString(), Integer.toString(proxy.getPort())),
                        List.of(origin.getHostString(), Integer.toString(origin.getPort())))
                .flatMap(List::stream)
                .toList();
    }
}
