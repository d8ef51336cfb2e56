package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 1929 section 2. */
class PasswordResponseTest {

    private static final DecodeContract<PasswordResponse> RESPONSE = new DecodeContract<>(PasswordResponse::decode);

    @TestFactory
    Stream<DynamicTest> vectors() {
        return Stream.of(
                // VER STATUS
                RESPONSE.golden("01 00", PasswordResponse.SUCCESS),
                RESPONSE.golden("01 01", PasswordResponse.FAILURE),
                RESPONSE.golden("01 7F", new PasswordResponse(0x7F)),
                RESPONSE.golden("01 80", new PasswordResponse(0x80)),
                RESPONSE.golden("01 FF", new PasswordResponse(0xFF)),
                // some servers answer with SOCKS's version
                RESPONSE.tolerated("05 00", PasswordResponse.SUCCESS),
                RESPONSE.tolerated("05 01", PasswordResponse.FAILURE),
                RESPONSE.tolerated("05 FF", new PasswordResponse(0xFF)));
    }

    @TestFactory
    Stream<DynamicTest> otherVersions() {
        return Stream.of(
                RESPONSE.malformed("00 00", 0),
                RESPONSE.malformed("02 00", 0),
                RESPONSE.malformed("04 00", 0),
                RESPONSE.malformed("81 00", 0),
                RESPONSE.malformed("FF 00", 0));
    }

    @Test
    void succeedsOnlyWithStatusZero() {
        assertThat(PasswordResponse.SUCCESS.succeeded()).isTrue();
        for (int status = 1; status <= 0xFF; status++) {
            assertThat(new PasswordResponse(status).succeeded()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void statusIsOneOctet(int status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PasswordResponse(status))
                .withMessage("a status is one octet, 0 to 255: " + status);
    }
}
