package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The code that docs/recipes.md shows is the code that is tested: what stands in a test, or in an example that has a
 * test, between "// recipe: SECTION" and "// end of recipe" is the Java of that section, except for its indentation.
 */
class RecipesTest {

    private static final Path DOCUMENT = Path.of("..", "..", "docs", "recipes.md");
    private static final List<Path> TESTS = List.of(Path.of("src", "test"), Path.of("..", "..", "examples", "src"));

    private static final Pattern MARKED =
            Pattern.compile("^ *// recipe: (.*)\\n((?:.*\\n)*?) *// end of recipe$", Pattern.MULTILINE);
    private static final Pattern SECTION = Pattern.compile("^## (.*)\\n((?:(?!## ).*\\n)*)", Pattern.MULTILINE);
    private static final Pattern SHOWN = Pattern.compile("^```java\\n((?:.*\\n)*?)```$", Pattern.MULTILINE);

    @Test
    void showsWhatIsTested() throws IOException {
        assertThat(shown()).isEqualTo(tested());
    }

    @Test
    void isSorted() throws IOException {
        assertThat(sections().map(section -> section.group(1))).isSortedAccordingTo(String.CASE_INSENSITIVE_ORDER);
    }

    /** The code of each section that has some. */
    private static Map<String, String> shown() throws IOException {
        return byName(sections()
                .flatMap(section -> SHOWN.matcher(section.group(2))
                        .results()
                        .map(code -> Map.entry(section.group(1), code.group(1)))));
    }

    private static Stream<MatchResult> sections() throws IOException {
        return SECTION.matcher(Files.readString(DOCUMENT)).results();
    }

    private static Map<String, String> tested() throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (Path root : TESTS) {
            try (Stream<Path> files = Files.walk(root)) {
                all.putAll(byName(files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.endsWith(RecipesTest.class.getSimpleName() + ".java"))
                        .flatMap(file -> MARKED.matcher(read(file)).results())
                        .map(code -> Map.entry(code.group(1), code.group(2)))));
            }
        }
        return all;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String code(Map.Entry<String, String> named) {
        return named.getValue().stripTrailing().stripIndent();
    }

    /** Sorted; several pieces of one section become one. */
    private static Map<String, String> byName(Stream<Map.Entry<String, String>> code) {
        return code.collect(Collectors.groupingBy(
                Map.Entry::getKey, TreeMap::new, Collectors.mapping(RecipesTest::code, Collectors.joining("\n"))));
    }
}
