package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** RFC 1929 section 2. */
class PasswordRequestTest {

    private static final DecodeContract<PasswordRequest> LOGIN = new DecodeContract<>(PasswordRequest::decode);

    /** U+0000 to U+007F and U+0080 to U+00FF. */
    private static final String LOWER_HALF = characters(0x00, 0x80);

    private static final String UPPER_HALF = characters(0x80, 0x100);

    @TestFactory
    Stream<DynamicTest> vectors() {
        return Stream.of(
                // VER ULEN UNAME PLEN PASSWD: the RFC wants 1 to 255 octets, the one who checks them decides
                LOGIN.golden("01 00 00", new PasswordRequest("", "")),
                LOGIN.golden("01 01 75 00", new PasswordRequest("u", "")),
                LOGIN.golden("01 00 01 70", new PasswordRequest("", "p")),
                LOGIN.golden("01 01 75 01 70", new PasswordRequest("u", "p")),
                LOGIN.golden("01 04 75736572 06 736563726574", new PasswordRequest("user", "secret")),
                LOGIN.golden("01 06 757365720078 01 00", new PasswordRequest("user\0x", "\0")),
                LOGIN.golden(
                        "01 80 " + hex(LOWER_HALF) + " 80 " + hex(UPPER_HALF),
                        new PasswordRequest(LOWER_HALF, UPPER_HALF)),
                LOGIN.golden(
                        "01 FF " + "75".repeat(255) + " FF " + "70".repeat(255),
                        new PasswordRequest("u".repeat(255), "p".repeat(255))));
    }

    @TestFactory
    Stream<DynamicTest> otherVersions() {
        return Stream.of(
                LOGIN.malformed("05 01 75 01 70", 0),
                LOGIN.malformed("00 00 00", 0),
                LOGIN.malformed("02 00 00", 0),
                LOGIN.malformed("81 00 00", 0));
    }

    @Test
    void encodesTextAsUtf8() {
        PasswordRequest login = PasswordRequest.of("müller", "пароль");
        assertThat(Buffers.hex(login.encode()))
                .isEqualTo("0107" + "6DC3BC6C6C6572" + "0C" + "D0BFD0B0D180D0BED0BBD18C");
        assertThat(login.username(StandardCharsets.UTF_8)).isEqualTo("müller");
        assertThat(login.password(StandardCharsets.UTF_8)).isEqualTo("пароль");
        assertThat(login.username()).isEqualTo("m\u00C3\u00BCller");
        assertThat(new PasswordRequest("m\u00FCller", "").username(StandardCharsets.ISO_8859_1))
                .isEqualTo("müller");
    }

    @Test
    void countsOctetsNotCharacters() {
        assertThat(PasswordRequest.of("ü".repeat(127), "ü".repeat(127)).encodedLength())
                .isEqualTo(3 + 254 + 254);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PasswordRequest.of("ü".repeat(128), ""))
                .withMessageContaining("a user name has at most 255 octets, not 256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PasswordRequest.of("", "ü".repeat(128)))
                .withMessageContaining("a password has at most 255 octets, not 256");
        assertThatIllegalArgumentException().isThrownBy(() -> new PasswordRequest("u".repeat(256), ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new PasswordRequest("", "p".repeat(256)));
    }

    @Test
    void takesNoCharacterThatIsNoOctet() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PasswordRequest("\u0100", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new PasswordRequest("", "\u20AC"));
        assertThat(new PasswordRequest("\u00FF", "\u00FF").username()).isEqualTo("\u00FF");
    }

    @Test
    void takesNoHalfOfASurrogatePair() {
        assertThatIllegalArgumentException().isThrownBy(() -> PasswordRequest.of("\ud83d", "secret"));
        assertThatIllegalArgumentException().isThrownBy(() -> PasswordRequest.of("user", "\ude00"));
    }

    @Test
    void neverShowsWhatItHolds() {
        assertThat(PasswordRequest.of("alice", "hunter2")).hasToString("PasswordRequest[hidden]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PasswordRequest("alice\u0100", "hunter2"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("alice", "hunter2"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PasswordRequest("alice", "hunter2".repeat(100)))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("alice", "hunter2"));
    }

    @Test
    void isEqualByValue() {
        assertThat(PasswordRequest.of("u", "p"))
                .isEqualTo(new PasswordRequest("u", "p"))
                .hasSameHashCodeAs(new PasswordRequest("u", "p"))
                .isNotEqualTo(PasswordRequest.of("u", "q"))
                .isNotEqualTo(PasswordRequest.of("U", "p"))
                .isNotEqualTo(PasswordRequest.of("u\0", "p"));
    }

    private static String characters(int from, int to) {
        StringBuilder characters = new StringBuilder();
        for (int c = from; c < to; c++) {
            characters.append((char) c);
        }
        return characters.toString();
    }

    private static String hex(String characters) {
        return HexFormat.of().formatHex(characters.getBytes(StandardCharsets.ISO_8859_1));
    }
}
