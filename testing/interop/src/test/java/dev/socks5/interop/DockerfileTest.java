package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Dockerfile, by a linter and by rules of our own. What it builds is tested by ImageIT of socks5-proxy. */
class DockerfileTest {

    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

    private static String dockerfile() throws IOException {
        return Files.readString(ROOT.resolve("Dockerfile")).replace("\\\n", "");
    }

    private static List<String> instructions(String name) throws IOException {
        return dockerfile()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1).strip())
                .toList();
    }

    @Test
    void theLinterFindsNothing() throws Exception {
        Path linter = Path.of("node_modules", "dockerfile-utils", "bin", "dockerfile-utils");
        if (!Files.exists(linter)) {
            Program.missing("dockerfile-utils is not installed ('npm ci' in testing/interop does it)");
        }
        Run run = Run.of(Program.NODE.with(
                linter.toString(), "lint", ROOT.resolve("Dockerfile").toString()));
        assertThat(run).isEqualTo(new Run(0, "", ""));
    }

    /** Down to the third number: what is built tomorrow is what was tested today. */
    @Test
    void basesHaveTheirVersions() throws Exception {
        assertThat(instructions("FROM"))
                .hasSize(3)
                .allSatisfy(from -> assertThat(from)
                        .matches(
                                "(maven:\\d+\\.\\d+\\.\\d+-.*|eclipse-temurin:\\d+\\.\\d+\\.\\d+_\\d+-.*|debian:\\d+\\.\\d+-slim)"
                                        + "( AS [a-z]+)?"));
    }

    @Test
    void theServerIsNobodyAndGetsItsSignals() throws Exception {
        String last = dockerfile().substring(dockerfile().lastIndexOf("FROM "));
        assertThat(last)
                .containsPattern("(?m)^USER [1-9]\\d*:[1-9]\\d*$")
                .doesNotContain("\nRUN ", "\nADD ", "chmod=777");
        for (String name : List.of("ENTRYPOINT", "CMD")) {
            assertThat(instructions(name))
                    .singleElement()
                    .asString()
                    .startsWith("[")
                    .endsWith("]");
        }
        assertThat(instructions("HEALTHCHECK")).singleElement().asString().contains("--timeout=", "CMD [");
    }

    /** Whatever is copied has to be there, and let through to the build. */
    @Test
    void whatIsCopiedIsThere() throws Exception {
        List<String> let = Files.readAllLines(ROOT.resolve(".dockerignore"));
        Pattern module = Pattern.compile("<module>([^<]+)</module>");
        List<String> needed = module.matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(found -> found.group(1).replaceFirst("/.*", ""))
                .distinct()
                .toList();
        assertThat(let)
                .startsWith(
                        "# What the build needs, and nothing else: no history, nothing that was built, no keys.", "*");
        assertThat(needed)
                .isNotEmpty()
                .allSatisfy(folder -> assertThat(let)
                        .anyMatch(line -> line.equals("!" + folder)
                                || (line.equals("!socks5-*") && folder.startsWith("socks5-"))));
        assertThat(dockerfile()).contains("tools/socks5-proxy/image/runtime", "tools/socks5-proxy/image/healthcheck");
        for (String script : List.of("runtime", "healthcheck")) {
            assertThat(ROOT.resolve("tools/socks5-proxy/image").resolve(script)).isExecutable();
        }
    }
}
