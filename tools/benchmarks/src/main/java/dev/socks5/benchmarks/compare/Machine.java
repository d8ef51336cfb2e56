package dev.socks5.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the figures depend on besides the load, a line each. */
public final class Machine {

    private static final Path PROC = Path.of("/proc");

    private Machine() {}

    /**
     * Tells what is known about this machine and the servers.
     *
     * @param javaHome the JVM of the servers in Java
     * @param servers those whose version counts
     * @return lines without an end
     */
    public static List<String> facts(Path javaHome, List<Server> servers) {
        List<String> facts = new ArrayList<>();
        facts.add("cores: " + Runtime.getRuntime().availableProcessors()
                + proc("cpuinfo", "model name").map(model -> ", " + model).orElse(""));
        facts.add("system: " + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        proc("meminfo", "MemTotal").ifPresent(total -> facts.add("memory: " + total));
        proc("self/limits", "Max open files").ifPresent(limits -> facts.add("open files (soft and hard): " + limits));
        facts.add("load generator on Java " + Runtime.version());
        firstLine(List.of(javaHome.resolve("bin/java").toString(), "-version"))
                .ifPresent(version -> facts.add("servers on " + version));
        for (Server server : servers) {
            firstLine(server.versionCommand()).ifPresent(version -> facts.add(server.name() + ": " + version));
        }
        return facts;
    }

    /** What Linux says about something; other systems say nothing. */
    private static Optional<String> proc(String file, String key) {
        try (Stream<String> lines = Files.lines(PROC.resolve(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length())
                            .replaceFirst("^[\\s:]+", "")
                            .replaceAll("\\s+", " ")
                            .strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> firstLine(List<String> command) {
        if (command.isEmpty()) {
            return Optional.empty();
        }
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return output.lines().findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
