package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.load.Measure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A server to compare.
 *
 * @param name its column in the table
 * @param launch how to start it
 * @param versionCommand what tells its version in the first line that it prints; empty if nothing does
 * @param takes which measures it takes part in
 */
public record Server(String name, Launch launch, List<String> versionCommand, Predicate<Measure> takes) {

    /** A command line that starts it and stays in the foreground. */
    @FunctionalInterface
    public interface Launch {

        /**
         * Prepares a start.
         *
         * @param port where it is to listen, on 127.0.0.1
         * @param folder for files that it needs, such as a configuration; deleted at the end
         * @return the command line
         * @throws IOException if such a file cannot be written
         */
        List<String> command(int port, Path folder) throws IOException;
    }

    /**
     * A server that takes part in everything and does not tell its version.
     *
     * @param name its column in the table
     * @param launch how to start it
     */
    public Server(String name, Launch launch) {
        this(name, launch, List.of(), measure -> true);
    }

    /**
     * Our server, open to loopback, where the origins are.
     *
     * @param javaHome the JVM
     * @param jar the runnable server
     * @param options more of its options
     * @return what starts it
     */
    public static Server ours(Path javaHome, Path jar, List<String> options) {
        return new Server(
                KnownServers.OURS,
                (port, folder) -> Stream.of(
                                List.of(javaHome.resolve("bin").resolve("java").toString(), "-jar", jar.toString()),
                                List.of("--listen", "127.0.0.1:" + port, "--allow", "127.0.0.0/8"),
                                options)
                        .flatMap(List::stream)
                        .toList());
    }

    /** From {@code NAME=COMMAND}, where {@code {port}} in the command stands for the port; the shell runs it. */
    static Server parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || !text.substring(equals).contains("{port}")) {
            throw new IllegalArgumentException("not NAME=COMMAND with {port} in it: " + text);
        }
        String command = text.substring(equals + 1);
        // With exec, the process that is measured is the server and not a shell.
        return new Server(
                text.substring(0, equals),
                (port, folder) ->
                        List.of("/bin/sh", "-c", "exec " + command.replace("{port}", Integer.toString(port))));
    }
}
