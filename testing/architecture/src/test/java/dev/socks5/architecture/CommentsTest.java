package dev.socks5.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The formatter leaves comments as they are: this sees to it that their lines are no longer than those of code. */
class CommentsTest {

    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final int COLUMNS = 120;

    /** A line of a comment, or code with a comment behind it; a string may have two slashes as well. */
    private static final Pattern COMMENT = Pattern.compile("\\s*(/\\*|\\*|//).*|[^\"]*//.*");

    @Test
    void noLineOfACommentIsTooLong() throws IOException {
        List<String> tooLong = new ArrayList<>();
        List<Path> sources;
        try (Stream<Path> files = Files.walk(ROOT)) {
            sources = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !ROOT.relativize(file).toString().matches("(.*/)?(target|node_modules)/.*"))
                    .toList();
        }
        for (Path source : sources) {
            List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.codePointCount(0, line.length()) > COLUMNS
                        && COMMENT.matcher(line).matches()) {
                    tooLong.add(ROOT.relativize(source) + ":" + (i + 1));
                }
            }
        }
        assertThat(sources).hasSizeGreaterThan(100);
        assertThat(tooLong).isEmpty();
    }
}
