package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.GssapiMessage.Abort;
import dev.socks5.codec.GssapiMessage.Authentication;
import dev.socks5.codec.GssapiMessage.Encapsulated;
import dev.socks5.codec.GssapiMessage.LevelNegotiation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 1961 sections 3.4 to 3.8, 4.3 and 5. */
class GssapiMessageTest {

    private static final DecodeContract<GssapiMessage> MESSAGE = new DecodeContract<>(GssapiMessage::decode);

    @TestFactory
    Stream<DynamicTest> vectors() {
        return Stream.of(
                // VER MTYP LEN TOKEN
                MESSAGE.golden("01 01 0000", new Authentication(token(""))),
                MESSAGE.golden("01 01 0001 00", new Authentication(token("00"))),
                MESSAGE.golden("01 01 0005 616C696365", new Authentication(token("616C696365"))),
                MESSAGE.golden("01 02 0000", new LevelNegotiation(token(""))),
                MESSAGE.golden("01 02 0001 02", new LevelNegotiation(token("02"))),
                MESSAGE.golden("01 02 0004 0102FF03", new LevelNegotiation(token("0102FF03"))),
                MESSAGE.golden("01 03 0000", new Encapsulated(token(""))),
                MESSAGE.golden("01 03 0003 80FF7F", new Encapsulated(token("80FF7F"))),
                MESSAGE.golden("01 03 00FF" + "A5".repeat(255), new Encapsulated(token("A5".repeat(255)))),
                MESSAGE.golden("01 03 0100" + "A5".repeat(256), new Encapsulated(token("A5".repeat(256)))),
                // VER and MTYP alone
                MESSAGE.golden("01 FF", new Abort()));
    }

    /** The version is that of the method, not that of SOCKS. */
    @TestFactory
    Stream<DynamicTest> otherVersions() {
        return Stream.of("00", "02", "05", "81", "FF").map(version -> MESSAGE.malformed(version + "01 0001 00", 0));
    }

    @TestFactory
    Stream<DynamicTest> otherTypes() {
        return IntStream.of(0x00, 0x04, 0x05, 0x7F, 0x80, 0x81, 0x83, 0xFE)
                .mapToObj("01 %02X 0001 00"::formatted)
                .map(hex -> MESSAGE.malformed(hex, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {65_534, 65_535})
    void theLongest(int length) throws MalformedMessageException {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) 0xA5);
        for (GssapiMessage message : Stream.of(GssapiToken.of(octets))
                .flatMap(token ->
                        Stream.of(new Authentication(token), new LevelNegotiation(token), new Encapsulated(token)))
                .toList()) {
            byte[] encoded = new byte[message.encodedLength()];
            message.encode().get(encoded);
            assertThat(encoded).hasSize(4 + length);
            assertThat(ByteBuffer.wrap(encoded).getShort(2)).isEqualTo((short) length);
            for (Buffers kind : Buffers.values()) {
                ByteBuffer in = kind.holding(encoded);
                assertThat(GssapiMessage.decode(in)).contains(message);
                assertThat(in.hasRemaining()).isFalse();
                ByteBuffer cut = kind.holding(Arrays.copyOf(encoded, 3 + length));
                assertThat(GssapiMessage.decode(cut)).isEmpty();
                assertThat(cut.remaining()).isEqualTo(3 + length);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'',             2",
        "01,             2",
        "01 FF,          2",
        "01 FF 00,       2",
        "01 01,          4",
        "01 03 FF,       4",
        "01 03 0000,     4",
        "01 02 0001,     5",
        "01 02 00FF,     259",
        "01 02 0100 00,  260",
        "01 03 8000,     32772",
        "01 03 FFFF,     65539",
        "01 03 0001 0000, 5",
    })
    void shortestLength(String hex, int length) {
        for (Buffers kind : Buffers.values()) {
            ByteBuffer in = kind.holding(Buffers.octets(hex));
            Buffers.Snapshot before = Buffers.Snapshot.of(in);
            assertThat(GssapiFrame.shortestLength(in)).isEqualTo(length);
            assertThat(Buffers.Snapshot.of(in)).isEqualTo(before);
        }
    }

    private static GssapiToken token(String hex) {
        return GssapiToken.of(Buffers.octets(hex));
    }
}
