package dev.socks5.benchmarks.startup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The library's jars, as they were built.
 *
 * @param files one for each published module, in the order of their names
 */
record Jars(List<Path> files) {

    /** The jar of a published module. Those of sources and of documentation have a word behind the version. */
    private static final Pattern NAME =
            Pattern.compile("(socks5-(?:codec|client|server|gssapi|http-bridge))-\\d[\\d.]*(?:-SNAPSHOT)?\\.jar");

    private static final int DEPTH = 4; // extensions/MODULE/target/JAR
    private static final double KILO = 1e3;

    /** Finds the jars in the folders {@code target} below the project's. */
    static Jars below(Path project) throws IOException {
        try (Stream<Path> files = Files.walk(project, DEPTH)) {
            return new Jars(files.filter(file -> file.resolveSibling("").endsWith("target"))
                    .filter(file -> NAME.matcher(name(file)).matches())
                    .sorted()
                    .toList());
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** The class path of a program that connects: the codec and the client. */
    String classPath() throws IOException {
        List<Path> needed = files.stream()
                .filter(file -> name(file).matches("socks5-(codec|client)-.*"))
                .toList();
        if (needed.size() != 2) {
            throw new IOException("not one codec and one client: " + needed);
        }
        return needed.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** The sizes as a table in Markdown. */
    String markdown() throws IOException {
        StringBuilder text = new StringBuilder("| jar | KB |\n|---|---|\n");
        for (Path file : files) {
            String module = NAME.matcher(name(file)).replaceAll("$1");
            text.append(String.format(Locale.ROOT, "| `%s` | %.0f |%n", module, Files.size(file) / KILO));
        }
        return text.toString();
    }
}
