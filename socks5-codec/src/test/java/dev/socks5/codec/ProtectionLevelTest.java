package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 1961 section 4.3. */
class ProtectionLevelTest {

    private static final Map<Integer, String> NAMES = Map.of(
            0x00, "no protection",
            0x01, "integrity",
            0x02, "integrity and confidentiality",
            0x03, "selective protection");

    /** The least first. */
    private static final List<ProtectionLevel> ORDER = List.of(
            ProtectionLevel.NONE,
            ProtectionLevel.INTEGRITY,
            ProtectionLevel.SELECTIVE,
            ProtectionLevel.CONFIDENTIALITY);

    @Test
    void constantsAreThoseOfTheRfcAndOfCurl() {
        assertThat(ProtectionLevel.NONE.code()).isEqualTo(0x00);
        assertThat(ProtectionLevel.INTEGRITY.code()).isEqualTo(0x01);
        assertThat(ProtectionLevel.CONFIDENTIALITY.code()).isEqualTo(0x02);
        assertThat(ProtectionLevel.SELECTIVE.code()).isEqualTo(0x03);
    }

    @Test
    void everyOctetIsALevelAndShownByNameAndHexadecimalCode() {
        IntStream.rangeClosed(0x00, 0xFF)
                .forEach(code -> assertThat(new ProtectionLevel(code))
                        .hasToString(NAMES.getOrDefault(code, "protection level") + " (0x%02X)".formatted(code)));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256, 0x101, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void nothingElseIs(int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProtectionLevel(code))
                .withMessage("a protection level is one octet, 0 to 255: " + code);
    }

    @Test
    void promisesAllThatTheLesserOnesDo() {
        for (ProtectionLevel level : ORDER) {
            for (ProtectionLevel other : ORDER) {
                assertThat(level.isAtLeast(other))
                        .as("%s, %s", level, other)
                        .isEqualTo(ORDER.indexOf(level) >= ORDER.indexOf(other));
            }
        }
    }

    @Test
    void anUnknownLevelPromisesNothingAndNothingStandsInForIt() {
        for (int code = 0x04; code <= 0xFF; code++) {
            ProtectionLevel unknown = new ProtectionLevel(code);
            assertThat(unknown.isKnown()).isFalse();
            assertThat(unknown.isAtLeast(unknown)).isFalse();
            for (ProtectionLevel level : ORDER) {
                assertThat(level.isKnown()).isTrue();
                assertThat(level.isAtLeast(unknown)).isFalse();
                assertThat(unknown.isAtLeast(level)).isFalse();
            }
        }
    }
}
