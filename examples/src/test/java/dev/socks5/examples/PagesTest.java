package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the pages of the documentation lead to files, headings and tests that exist. */
class PagesTest {

    private static final Path ROOT = Picture.ROOT;
    private static final Pattern CODE = Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern NAMED_PAGE = Pattern.compile("\\bdocs/[\\w/-]+\\.md\\b");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT|Properties))\\.(\\w+)`");

    @Test
    void everyLinkLeadsToAFileAndItsHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(text(page));
            while (link.find()) {
                Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
                String heading = link.group(2);
                if (!Files.exists(target)
                        || (heading != null && !headings(target).contains(heading))) {
                    broken.add(ROOT.relativize(page) + ": " + link.group());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void theIndexListsEveryPage() throws IOException {
        Path docs = ROOT.resolve("docs");
        Set<Path> listed = LINK.matcher(text(docs.resolve("README.md")))
                .results()
                .map(link -> docs.resolve(link.group(1)).normalize())
                .collect(Collectors.toSet());
        assertThat(pages())
                .filteredOn(page -> !page.startsWith(docs.resolve("decisions")))
                .filteredOn(page -> !page.equals(docs.resolve("README.md")))
                .isSubsetOf(listed);
        assertThat(listed).contains(docs.resolve("decisions"));
    }

    @Test
    void everySlowTestThatIsListedExists() throws IOException {
        Map<String, String> sources = testSources();
        assertThat(Files.readAllLines(ROOT.resolve(".mvn/slow-tests")))
                .filteredOn(line -> !line.startsWith("#"))
                .hasSizeGreaterThan(10)
                .allMatch(line -> sources.containsKey(line.replaceAll("^\\*\\*/|\\.java$", "")));
    }

    /** A test that was renamed is easily left behind in text that nothing compiles. */
    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, String> sources = testSources();
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (Path page : pages()) {
            Matcher test = TEST.matcher(text(page));
            while (test.find()) {
                named++;
                if (!sources.getOrDefault(test.group(1), "").contains(" " + test.group(2) + "(")) {
                    missing.add(ROOT.relativize(page) + ": " + test.group());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).isPositive();
    }

    @Test
    void everyPageThatTheCodeNamesExists() throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(ROOT)) {
            sources = files.filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
                    .toList();
        }
        Set<String> named = new TreeSet<>();
        for (Path source : sources) {
            NAMED_PAGE.matcher(read(source)).results().map(MatchResult::group).forEach(named::add);
        }
        assertThat(named).isNotEmpty().allMatch(page -> Files.exists(ROOT.resolve(page)));
    }

    /** Returns the pages in the project's folder and under {@code docs}. */
    static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> projects = Files.walk(ROOT.resolve("examples"), 2)) {
            return Stream.of(top, docs, projects)
                    .flatMap(paths -> paths)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static String text(Path page) throws IOException {
        return CODE.matcher(Files.readString(page)).replaceAll("");
    }

    /** The fragments by which headings are linked to. */
    private static Set<String> headings(Path page) throws IOException {
        return HEADING.matcher(text(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** By the name of the class; interfaces with tests in them have other names, and are not looked for. */
    private static Map<String, String> testSources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().matches(".*/src/test/java/.*(Test|IT|Properties)\\.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            PagesTest::read,
                            (one, other) -> one + other));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
