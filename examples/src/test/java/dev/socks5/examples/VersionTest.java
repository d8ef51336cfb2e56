package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the version which pages and projects tell others to take is the one that this build makes. */
class VersionTest {

    private static final Path ROOT = Picture.ROOT;
    private static final Pattern OURS = Pattern.compile(
            "<revision>([^<]+)</revision>|<artifactId>socks5-parent</artifactId>\\s*<version>([^<$]+)</version>");
    private static final Pattern TOLD = Pattern.compile("dev\\.socks5:socks5-[a-z-]+:(?!jar\\b)([\\w.-]+)"
            + "|<groupId>dev\\.socks5</groupId>\\s*<artifactId>[\\w-]+</artifactId>\\s*<version>([^<$]+)</version>"
            + "|<socks5\\.version>([^<]+)</socks5\\.version>"
            + "|The version is (\\w[\\w.-]*\\w)"
            + "|\\bmain \\((\\d[^)]*)\\)");

    @Test
    void everybodyIsToldTheVersionOfThisBuild() throws IOException {
        Matcher pom = OURS.matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertThat(pom.find()).isTrue();
        List<String> told = told();
        assertThat(told).hasSizeGreaterThanOrEqualTo(7).containsOnly(version(pom));
    }

    private static List<String> told() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> projects = Files.walk(ROOT.resolve("examples"), 2)) {
            StringBuilder text = new StringBuilder(Files.readString(ROOT.resolve("testing/consumer/pom.xml")));
            List<Path> files = Stream.of(top, docs, projects)
                    .flatMap(paths -> paths)
                    .filter(path -> path.toString().matches(".*\\.md|.*/(examples/[\\w-]+|docs/api)/pom\\.xml"))
                    .toList();
            for (Path file : files) {
                text.append(Files.readString(file));
            }
            return TOLD.matcher(text).results().map(VersionTest::version).toList();
        }
    }

    /** Whichever form it was in. */
    private static String version(MatchResult found) {
        return IntStream.rangeClosed(1, found.groupCount())
                .mapToObj(found::group)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }
}
