package dev.socks5.proxy.users;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BcryptTest {

    private static final String A_72 = "a".repeat(72);

    /** Made by htpasswd -nbB -C 4, of 72 bytes. */
    private static final String HASH_OF_A_72 = "$2y$04$hT8/ZcTq40CNLz6oDqt24uhG8ev6QfMOugtsC9Ueo30haupPmK0Oq";

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** The hashes were made by htpasswd -nbB -C 4. */
    @ParameterizedTest
    @CsvSource({
        "secret, $2y$04$Oprdt1LhcItThHpQ5USyluZo9PabbLGyPEZcHfpRpss4pa0TulR1u",
        "pä ss:, $2y$04$yTTMRyoASIYHav6IkC.Np.OgmT8f/I/xyV7mshoRDRJOASxjPDjx2"
    })
    void whatHtpasswdMakesIsChecked(String password, String hash) {
        assertThat(Bcrypt.matches(bytes(password), hash)).isTrue();
        assertThat(Bcrypt.matches(bytes(password + "x"), hash)).isFalse();
        assertThat(Bcrypt.matches(bytes(password.substring(1)), hash)).isFalse();
    }

    @Test
    void whatItMakesIsChecked() {
        String hash = Bcrypt.hash(bytes("secret"), 4);
        assertThat(hash).startsWith("$2y$04$");
        assertThat(Bcrypt.isHash(hash)).isTrue();
        assertThat(Bcrypt.cost(hash)).isEqualTo(4);
        assertThat(Bcrypt.matches(bytes("secret"), hash)).isTrue();
        assertThat(Bcrypt.hash(bytes("secret"), 4)).as("another salt").isNotEqualTo(hash);
    }

    /** bcrypt would drop the end, and many passwords would do. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "a", "aaaaaaaa"})
    void theEndOfALongPasswordIsNotDropped(String end) {
        assertThat(Bcrypt.matches(bytes(A_72), HASH_OF_A_72)).isTrue();
        assertThat(Bcrypt.matches(bytes(A_72 + end), HASH_OF_A_72)).isFalse();
        assertThatThrownBy(() -> Bcrypt.hash(bytes(A_72 + end), 4))
                .hasMessage("a password that is hashed has at most 72 bytes, in UTF-8: " + (72 + end.length()));
        assertThatThrownBy(() -> Bcrypt.hash(bytes("\u00fc".repeat(37)), 4)).hasMessageEndingWith(": 74");
    }

    /** For bcrypt, a password repeats with a NUL in between: "a" and "a NUL a" would be the same. */
    @Test
    void nulIsInNoPassword() {
        String hash = Bcrypt.hash(bytes("a"), 4);
        assertThat(Bcrypt.matches(bytes("a"), hash)).isTrue();
        assertThat(Bcrypt.matches(bytes("a\0a"), hash)).isFalse();
        assertThatThrownBy(() -> Bcrypt.hash(bytes("a\0a"), 4)).hasMessageContaining("NUL");
    }

    @Test
    void anEmptyPasswordIsNone() {
        assertThatThrownBy(() -> Bcrypt.hash(new byte[0], 4)).hasMessage("a password has at least one byte");
        assertThat(Bcrypt.matches(new byte[0], HASH_OF_A_72)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3, 17})
    void theCostHasLimits(int cost) {
        assertThatThrownBy(() -> Bcrypt.hash(bytes("secret"), cost)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void workCanBeSpentOnNothing() {
        for (int cost = Bcrypt.CHEAPEST; cost < 7; cost++) {
            Bcrypt.spend(cost); // Throws if its own hash were wrong.
        }
    }
}
