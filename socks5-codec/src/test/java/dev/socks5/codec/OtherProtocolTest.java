package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer of another protocol says first, or when it gets a greeting. */
class OtherProtocolTest {

    private static ByteBuffer octets(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @CsvSource({
        "485454502f312e31, HTTP",
        "4854, HTTP",
        "48, HTTP",
        "15030100020246, TLS",
        "160303007a, TLS",
        "15, TLS",
        "16, TLS",
        "5353482d322e30, SSH",
        "53, SSH",
        "005b000000000000, SOCKS4",
        "005a, SOCKS4",
        "005d, SOCKS4",
        "00, SOCKS4",
        "0400, SOCKS4",
        "04, SOCKS4"
    })
    void aServersIsNamed(String hex, String protocol) {
        assertThatThrownBy(() -> MethodSelection.decode(octets(hex)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "method selection: version 0x%s instead of 0x05, which looks like %s",
                        hex.substring(0, 2).toUpperCase(Locale.ROOT), protocol);
    }

    @ParameterizedTest
    @CsvSource({
        "474554202f, HTTP",
        "434f4e4e454354, HTTP",
        "1603010200, TLS",
        "5353482d322e30, SSH",
        "04010050c0000201, SOCKS4"
    })
    void aClientsIsNamed(String hex, String protocol) {
        assertThatThrownBy(() -> Greeting.decode(octets(hex)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageEndingWith("instead of 0x05, which looks like " + protocol);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4858", "1600", "1704", "5354", "0001", "0059", "005e", "0100", "3232", "ff00", "47", "ff"})
    void nothingIsGuessedOfWhatLooksLikeNone(String hex) {
        assertThatThrownBy(() -> MethodSelection.decode(octets(hex)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageEndingWith("instead of 0x05");
    }

    /** Past the first message, it is SOCKS5 gone wrong. */
    @ParameterizedTest
    @ValueSource(strings = {"4854", "0400", "1603"})
    void nothingIsGuessedOfALaterMessage(String hex) {
        assertThatThrownBy(() -> Reply.decode(octets(hex))).hasMessageEndingWith("instead of 0x05");
    }
}
