package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The options of docs/operations.md and its files exist. In the package of the command, which no other one sees. */
class OperationsOptionsTest {

    private static final Path DOCS = Path.of("..", "..", "docs");

    /** Two dashes, where no dash, letter or digit stands before: not those of other programs, which have their own. */
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--([a-z][a-z0-9-]+)");

    private static final Set<String> OF_OTHERS =
            Set.of("--system", "--shell", "--now", "--from-file", "--socks5-hostname", "--proxy-user", "--file");

    @Test
    void everyOptionThatIsNamedExists() throws IOException {
        Set<String> known = ServerCommand.commandLine().getCommandSpec().options().stream()
                .flatMap(option -> Stream.of(option.names()))
                .collect(Collectors.toSet());
        List<Path> files;
        try (Stream<Path> operations = Files.list(DOCS.resolve("operations"))) {
            files = Stream.concat(operations, Stream.of(DOCS.resolve("operations.md")))
                    .toList();
        }
        Set<String> named = new TreeSet<>();
        for (Path file : files) {
            OPTION.matcher(Files.readString(file))
                    .results()
                    .map(option -> option.group())
                    .forEach(named::add);
        }
        named.removeAll(OF_OTHERS);
        assertThat(named).contains("--listen", "--status-listen", "--rules-file");
        assertThat(known).containsAll(named);
    }

    /** Each line of the file of options is one, with its value: nothing is left over, and nothing is missing. */
    @Test
    void theFileOfOptionsIsTaken() throws IOException {
        List<String> arguments = Files.readAllLines(DOCS.resolve("operations/options")).stream()
                .filter(line -> !line.startsWith("#"))
                .flatMap(line -> Stream.of(line.split(" ", -1)))
                .toList();
        assertThat(ServerCommand.commandLine()
                        .parseArgs(arguments.toArray(String[]::new))
                        .unmatched())
                .isEmpty();
    }

    @Test
    void theArgumentsOfTheImageAreTaken() throws IOException {
        List<String> arguments = Files.readAllLines(DOCS.resolve("operations/kubernetes.yaml")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("- --"))
                .map(line -> line.substring(2))
                .toList();
        assertThat(arguments).hasSizeGreaterThan(5);
        assertThat(ServerCommand.commandLine()
                        .parseArgs(arguments.toArray(String[]::new))
                        .unmatched())
                .isEmpty();
    }
}
