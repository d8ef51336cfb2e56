package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionFileTest {

    private static List<String> arguments(String text) {
        return new OptionFile(text).arguments();
    }

    @Test
    void blanksAndLineEndsSeparate() {
        assertThat(arguments("-v\t--user a:b\r\n  --listen\r[::1]:0\n\n"))
                .containsExactly("-v", "--user", "a:b", "--listen", "[::1]:0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t", "# nothing", "#\n # 'nothing\n#"})
    void nothingIsNothing(String text) {
        assertThat(arguments(text)).isEmpty();
    }

    @Test
    void commentsBeginWhereAnArgumentCould() {
        assertThat(arguments("#one\na #two \"x\n'#b' c#d#\r# three\re")).containsExactly("a", "#b", "c#d#", "e");
    }

    @Test
    void quotesKeepBlanksAndTheOtherQuotes() {
        assertThat(arguments("'user=\"John Doe\" *:25' \"it's\" '' \"two\nlines\""))
                .containsExactly("user=\"John Doe\" *:25", "it's", "", "two\nlines");
    }

    @Test
    void backslashesAreThemselvesExceptInQuotes() {
        assertThat(arguments("C:\\users \"C:\\\\a b\" '\\'\\\"'")).containsExactly("C:\\users", "C:\\a b", "'\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'a | without an end",
                "\"a' | without an end",
                "'a\\' | without an end",
                "'a\\ | a backslash",
                "'a\\n' | a backslash",
                "a:b'c | put the whole argument in quotes",
                "--user='a:b' | put the whole argument in quotes",
                "'a'b | put the whole argument in quotes",
                "'a''b' | put the whole argument in quotes",
            })
    void whatCouldBeReadInTwoWaysIsRefused(String text, String part) {
        assertThatThrownBy(() -> arguments("x\n# y\n" + text + " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 3: ")
                .hasMessageContaining(part);
    }
}
