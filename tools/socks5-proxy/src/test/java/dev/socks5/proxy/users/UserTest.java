package dev.socks5.proxy.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.proxy.users.Password.Hash;
import dev.socks5.proxy.users.Password.Plain;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserTest {

    private static final String REST = "GmDzj9DPyqi9tuJC5XBXzuFVfZLTtM7NnJUB29N8Div380Um60.UK";

    @Test
    void aFileHasAUserOnEachLine() {
        String text = "# staff\n\n  # more: staff\nalice:se:cret\r\n bob:pässword \ncarol:$2y$05$" + REST + "\n";
        assertThat(User.parseAll(text))
                .containsExactly(
                        new User("alice", new Plain("se:cret")),
                        new User("bob", new Plain("pässword")),
                        new User("carol", new Hash("$2y$05$" + REST)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$2y$05$", "$2b$04$", "$2a$16$"})
    void hashesOfBcryptAreKnown(String beginning) {
        assertThat(Password.parse(beginning + REST)).isEqualTo(new Hash(beginning + REST));
    }

    /** Else the hash itself would be the password, for whoever has read the file. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$2y$05$GmDzj9DPyqi9tuJC5XBXzuFVfZLTtM7NnJUB29N8Div380Um60.U",
                "$2x$05$" + REST,
                "$2$05$" + REST,
                "$apr1$k0JqPH5R$6rB0d1x6VPSD9Zfnj5Mcs1",
                "$1$abc$def",
                "$5$rounds=5000$abc$def",
                "$6$abc$def",
                "$y$j9T$abc$def",
                "$argon2id$v=19$m=65536$abc",
                "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
                "{SSHA512}abc",
                "$pbkdf2-sha256$29000$abc$def",
                "$bcrypt-sha256$v=2,t=2b,r=12$abc$def",
                "$abc$def",
                "{CRYPT}$2y$05$" + REST,
                "{bcrypt}$2a$05$" + REST
            })
    void aHashThatCannotBeCheckedIsNoPassword(String hash) {
        assertThatThrownBy(() -> User.parse("alice:" + hash))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of another kind than bcrypt")
                .hasMessageNotContaining(hash);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$",
                "$3cret",
                "$2fast",
                "2y$05$x",
                "{x}",
                "SHA",
                "$$",
                "$a b$c",
                "{a b}c",
                "{}x",
                "rqXexS6ZhobKA"
            })
    void aPasswordThatLooksLikeNoHashIsPlain(String password) {
        assertThat(Password.parse(password)).isEqualTo(new Plain(password));
    }

    @ParameterizedTest
    @CsvSource({"03", "17", "31"})
    void aHashThatNobodyCouldWaitForIsRefused(String cost) {
        assertThatThrownBy(() -> User.parse("alice:$2y$" + cost + "$" + REST))
                .hasMessageStartingWith("the cost of a bcrypt hash is from 4 to 16: ");
    }

    @Test
    void secretsDoNotShow() {
        List<User> users = User.parseAll("alice:secret\nbob:$2y$05$" + REST);
        assertThat(users.toString() + users.get(0).password() + users.get(1).password())
                .doesNotContain("secret", REST);
    }
}
