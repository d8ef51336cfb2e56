package dev.socks5.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.client.ClientCases;
import dev.socks5.conformance.server.ServerCases;
import dev.socks5.conformance.suite.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the results that are kept, and the page that is made of them. */
class LeagueFilesTest {

    private static final Path FOLDER = Path.of("league");
    private static final Path PAGE = Path.of("..", "..", "docs", "conformance.md");

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(FOLDER)) {
            return all.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> results() throws IOException {
        List<String> results = new ArrayList<>();
        for (Path file : files()) {
            results.add(Files.readString(file));
        }
        return results;
    }

    @Test
    void thePageIsWhatTheResultsSay() throws IOException {
        assertThat(PAGE).content().isEqualTo(LeaguePage.of(results()));
    }

    @Test
    void theCommandMakesThePageInAnyLocale(@TempDir Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.socks5.conformance.Conformance",
                "table"));
        files().forEach(file -> command.add(file.toString()));
        Path made = folder.resolve("page");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(made.toFile());
        builder.environment().put("LC_ALL", "C");
        assertThat(builder.start().waitFor()).isZero();
        assertThat(made).hasSameBinaryContentAs(PAGE);
    }

    /** An id never changes. A case that is gone takes its results with it, by another run. */
    @Test
    void everyResultIsOfACase() throws IOException {
        Set<String> servers = ids(ServerCases.all());
        Set<String> clients = ids(ClientCases.all());
        assertThat(results()).hasSizeGreaterThan(20);
        for (String result : results()) {
            LeagueEntry entry = LeagueEntry.read(result);
            assertThat(entry.results())
                    .as(entry.program().name())
                    .extracting(LeagueEntry.Result::id)
                    .isSubsetOf(entry.side() == Side.SERVER ? servers : clients);
        }
    }

    /** Those of our own programs are of all cases: whoever adds a case can run them. */
    @Test
    void ourResultsAreComplete() throws IOException {
        for (String file : List.of("server-socks5.json", "client-socks5.json")) {
            LeagueEntry entry = LeagueEntry.read(Files.readString(FOLDER.resolve(file)));
            assertThat(entry.results())
                    .extracting(LeagueEntry.Result::id)
                    .hasSameElementsAs(entry.side() == Side.SERVER ? ids(ServerCases.all()) : ids(ClientCases.all()));
        }
    }

    private static <T> Set<String> ids(List<Case<T>> cases) {
        Set<String> ids = new HashSet<>();
        cases.forEach(one -> ids.add(one.id()));
        return ids;
    }
}
