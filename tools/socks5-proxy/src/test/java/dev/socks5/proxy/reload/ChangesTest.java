package dev.socks5.proxy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.proxy.users.Password;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangesTest {

    /** As in "alice:a bob:b / deny *; allow x". */
    private static UsersAndRules state(String text) {
        String[] halves = text.split("/", 2);
        Map<String, Password> users = new LinkedHashMap<>();
        Arrays.stream(halves[0].strip().split(" ", -1))
                .filter(user -> !user.isEmpty())
                .forEach(user -> {
                    String[] parts = user.split(":", -1);
                    users.put(parts[0], Password.parse(parts[1]));
                });
        List<Rule> rules = Arrays.stream(halves[1].split(",", -1))
                .map(String::strip)
                .filter(rule -> !rule.isEmpty())
                .map(Rule::parse)
                .toList();
        return new UsersAndRules(users, rules);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a:1 / deny x | a:1 / deny x | ''",
                "a:1 b:2 / | b:2 a:1 / | ''",
                "a:1 b:2 / | a:9 c:3 d:4 / | 2 users added, 1 removed, 1 password changed",
                "a:1 / | a:1 b:2 / | 1 user added",
                "a:1 b:2 c:3 / | a:1 / | 2 users removed",
                "a:1 b:2 / | a:3 b:4 / | 2 passwords changed",
                "/ deny x | / deny y, deny z, allow x | 3 rules added, 1 removed",
                "/ deny x, deny x | / deny x | 1 rule removed",
                "/ deny x, allow * | / allow *, deny x | the order of rules changed",
                "/ deny x, allow * | / allow *, deny x, deny y | 1 rule added",
                "a:1 / deny x | b:2 / | 1 user added, 1 removed; 1 rule removed"
            })
    void whatChangesIsCounted(String before, String now, String text) {
        assertThat(Changes.between(state(before), state(now))).isEqualTo(text);
    }
}
