package dev.socks5.proxy.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.RequestPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTest {

    @Test
    void aFileHasARuleOnEachLine() {
        assertThat(Rule.parseAll("# staff\n\nallow *.example.com:443 user=alice\r\n  deny\t * \n  # all else\n"))
                .containsExactly(
                        new Rule(true, RequestPattern.parse("*.example.com:443 user=alice")),
                        new Rule(false, RequestPattern.any()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow", "deny ", "permit *", "Allow *", "--allow *", "allow* x", "*"})
    void aLineThatIsNoRuleIsRefused(String line) {
        assertThatThrownBy(() -> Rule.parseAll("deny *\n" + line + "\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("line 2: allow or deny expected, and a pattern behind it");
    }

    @Test
    void aPatternThatIsNoneIsRefusedWithItsLine() {
        assertThatThrownBy(() -> Rule.parseAll("deny *\n\ndeny 10.0.0.0/33\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 3: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# deny *\n"})
    void aFileWithoutRulesIsRefused(String text) {
        assertThatThrownBy(() -> Rule.parseAll(text)).hasMessage("no rules in it");
    }
}
