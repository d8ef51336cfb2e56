package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.RawClient;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of both versions, octet by octet. */
class ProxyHeaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    /** Port 40000 of 192.0.2.1, to port 1080 of 192.0.2.2; the others are alike. */
    private static final String IPV4_BLOCK = "c0000201 c0000202 9c40 0438";

    private static final String IPV6_BLOCK =
            "20010db8000000000000000000000001 20010db8000000000000000000000002 9c40 0438";
    private static final String MAPPED_BLOCK =
            "00000000000000000000ffffc0000201 00000000000000000000ffffc0000202 9c40 0438";

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] line(String line) {
        return ascii(line + "\r\n");
    }

    private static byte[] block(String commandAndTransport, String block) {
        int length = RawClient.bytes(block).length;
        return RawClient.bytes(SIGNATURE + commandAndTransport + "%04x".formatted(length) + block);
    }

    /** Whole, with octets behind it, and not before it is whole. */
    private static void decodes(byte[] octets, @Nullable String source) throws ProtocolException {
        for (int behind = 0; behind <= 3; behind++) {
            ByteBuffer in = ByteBuffer.allocateDirect(2 + octets.length + behind)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .position(2)
                    .put(octets)
                    .position(2);
            assertThat(ProxyHeader.decode(in))
                    .contains(new ProxyHeader(source == null ? null : Endpoint.parse(source)));
            assertThat(in.remaining()).isEqualTo(behind);
        }
        for (int length = 0; length < octets.length; length++) {
            ByteBuffer in = ByteBuffer.wrap(octets, 0, length);
            assertThat(ProxyHeader.decode(in)).isEmpty();
            assertThat(in.position()).isZero();
        }
    }

    /** Malformed with the octet at an index, and merely incomplete before. */
    private static void malformed(byte[] octets, int provenBy) throws ProtocolException {
        for (int length = 0; length <= octets.length; length++) {
            ByteBuffer in = ByteBuffer.wrap(octets, 0, length);
            if (length <= provenBy) {
                assertThat(ProxyHeader.decode(in)).isEmpty();
            } else {
                assertThatThrownBy(() -> ProxyHeader.decode(in)).isInstanceOf(ProtocolException.class);
            }
            assertThat(in.position()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.1 192.0.2.2 40000 1080, 192.0.2.1:40000",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255:65535",
        "PROXY TCP4 0.0.0.0 0.0.0.0 0 0, 0.0.0.0:0",
        "PROXY TCP6 2001:db8::1 2001:DB8::2 1 1080, [2001:db8::1]:1",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ::1 65535 65535, [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
        "PROXY TCP6 ::ffff:192.0.2.1 ::ffff:192.0.2.2 40000 1080, 192.0.2.1:40000",
        "PROXY TCP6 ::ffff:c000:201 ::1 40000 1080, 192.0.2.1:40000"
    })
    void lines(String line, String source) throws ProtocolException {
        decodes(line(line), source);
    }

    @Test
    void linesThatNameNobody() throws ProtocolException {
        decodes(line("PROXY UNKNOWN"), null);
        decodes(line("PROXY UNKNOWN 192.0.2.1 192.0.2.2 40000 1080"), null);
        decodes(line("PROXY UNKNOWN \0 what\u007fever"), null);
        String longest = "PROXY UNKNOWN " + "f".repeat(107 - 16);
        assertThat(line(longest)).hasSize(107);
        decodes(line(longest), null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY ",
                "PROXY TCP4",
                "PROXY TCP4 192.0.2.1 192.0.2.2 40000",
                "PROXY TCP4 192.0.2.1 192.0.2.2 40000 1080 ",
                "PROXY TCP4  192.0.2.1 192.0.2.2 40000 1080",
                "PROXY TCP4 192.0.2.1\t192.0.2.2 40000 1080",
                "PROXY TCP4 192.0.2.01 192.0.2.2 40000 1080",
                "PROXY TCP4 192.0.2.256 192.0.2.2 40000 1080",
                "PROXY TCP4 192.0.2 192.0.2.2 40000 1080",
                "PROXY TCP4 192.0.2.1 192.0.2.0x2 40000 1080",
                "PROXY TCP4 localhost 192.0.2.2 40000 1080",
                "PROXY TCP4 2001:db8::1 2001:db8::2 40000 1080",
                "PROXY TCP4 192.0.2.1 2001:db8::2 40000 1080",
                "PROXY TCP6 192.0.2.1 192.0.2.2 40000 1080",
                "PROXY TCP6 2001:db8::1 192.0.2.2 40000 1080",
                "PROXY TCP6 [2001:db8::1] ::1 40000 1080",
                "PROXY TCP6 fe80::1%eth0 ::1 40000 1080",
                "PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 40000 1080",
                "PROXY TCP6 ::1::2 ::1 40000 1080",
                "PROXY TCP4 192.0.2.1 192.0.2.2 65536 1080",
                "PROXY TCP4 192.0.2.1 192.0.2.2 40000 65536",
                "PROXY TCP4 192.0.2.1 192.0.2.2 040 1080",
                "PROXY TCP4 192.0.2.1 192.0.2.2 40000 01080",
                "PROXY TCP4 192.0.2.1 192.0.2.2 +4000 1080",
                "PROXY TCP4 192.0.2.1 192.0.2.2 -1 1080",
                "PROXY TCP4 192.0.2.1 192.0.2.2  1080",
                "PROXY UDP4 192.0.2.1 192.0.2.2 40000 1080",
                "PROXY tcp4 192.0.2.1 192.0.2.2 40000 1080",
                "PROXY UNKNOWNS",
                "PROXY unknown"
            })
    void linesOfTheWrongForm(String line) throws ProtocolException {
        byte[] octets = line(line);
        malformed(octets, octets.length - 1);
    }

    @Test
    void otherDigitsAreNoDigits() throws ProtocolException {
        byte[] octets = "PROXY TCP4 192.0.2.1 192.0.2.2 4000\u0660 1080\r\n".getBytes(StandardCharsets.UTF_8);
        malformed(octets, octets.length - 1);
    }

    @Test
    void bothOctetsEndALineAndNeitherAlone() throws ProtocolException {
        malformed(ascii("PROXY UNKNOWN\n"), 13);
        malformed(ascii("PROXY UNKNOWN\r "), 14);
        malformed(ascii("PROXY UNKNOWN\r\r\n"), 14);
        malformed(ascii("PROXY UNKNOWN a\nb\r\n"), 15);
    }

    @Test
    void aLineThatIsTooLong() throws ProtocolException {
        malformed(line("PROXY UNKNOWN " + "f".repeat(107 - 15)), 105);
        malformed(ascii("PROXY UNKNOWN " + "f".repeat(10_000)), 105);
    }

    @ParameterizedTest
    @CsvSource({
        "05 01 00, 0",
        "04 01, 0",
        "47 45 54 20, 0",
        "16 03 01, 0",
        "00, 0",
        "50 52 4f 58 58, 4", // PROXX
        "50 52 4f 58 59 0d 0a, 5", // no blank behind it
        "70 72 6f 78 79 20, 0", // proxy
        "0d 0a 0d 0a 01, 4",
        "0d 0a 0d 0a 00 0d 0a 51 55 49 54 0d, 11"
    })
    void somethingElse(String octets, int provenBy) throws ProtocolException {
        malformed(RawClient.bytes(octets), provenBy);
    }

    @Test
    void blocks() throws ProtocolException {
        decodes(block("21 11", IPV4_BLOCK), "192.0.2.1:40000");
        decodes(block("21 21", IPV6_BLOCK), "[2001:db8::1]:40000");
        decodes(block("21 21", MAPPED_BLOCK), "192.0.2.1:40000");
        decodes(block("21 11", "ffffffff 00000000 ffff 0000"), "255.255.255.255:65535");
    }

    @Test
    void extensionsAreSkipped() throws ProtocolException {
        decodes(block("21 11", IPV4_BLOCK + "04 0001 00"), "192.0.2.1:40000");
        decodes(block("21 21", IPV6_BLOCK + "e0 0002 0501"), "[2001:db8::1]:40000");
        decodes(block("21 11", IPV4_BLOCK + "ff".repeat(4095 - 12)), "192.0.2.1:40000");
    }

    @Test
    void blocksThatNameNobody() throws ProtocolException {
        decodes(block("20 00", ""), null); // LOCAL
        decodes(block("20 11", IPV4_BLOCK), null); // of which everything else is to be ignored,
        decodes(block("20 11", "00"), null); // the length excepted
        decodes(block("20 ff", "05 01 00"), null);
        decodes(block("21 00", ""), null); // unspecified
        decodes(block("21 00", IPV4_BLOCK), null);
        decodes(block("21 10", IPV4_BLOCK), null);
        decodes(block("21 01", IPV4_BLOCK), null);
        decodes(block("21 12", IPV4_BLOCK), null); // UDP
        decodes(block("21 22", IPV6_BLOCK), null);
        decodes(block("21 31", "2f".repeat(216)), null); // a Unix socket
    }

    @ParameterizedTest
    @CsvSource({
        "11 11, 12", // version 1
        "31 11, 12", // version 3
        "01 11, 12",
        "22 11, 12", // neither LOCAL nor PROXY
        "2f 11, 12",
        "21 41, 13", // no family
        "21 f0, 13",
        "21 13, 13", // no protocol
        "21 1f, 13",
        "21 11 0000, 15", // too short for its addresses
        "21 11 000b, 15",
        "21 21 0023, 15",
        "21 21 000c, 15",
        "21 11 1000, 14", // too long
        "20 00 ffff, 14"
    })
    void blocksOfTheWrongForm(String rest, int provenBy) throws ProtocolException {
        malformed(RawClient.bytes(SIGNATURE + rest + "00".repeat(40)), provenBy);
    }

    @Test
    void onlyOneHeaderIsRead() throws ProtocolException {
        ByteBuffer in = ByteBuffer.wrap(ascii("PROXY UNKNOWN\r\nPROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\n"));
        assertThat(ProxyHeader.decode(in)).contains(new ProxyHeader(null));
        assertThat(in.position()).isEqualTo(15);
    }

    @Test
    void thePeerStandsForAClientThatIsNotNamed() {
        ClientAddress peer = ClientAddress.of(new InetSocketAddress("127.0.0.1", 5));
        assertThat(new ProxyHeader(null).client(peer)).isEqualTo(peer);
        assertThat(new ProxyHeader(Endpoint.of("192.0.2.1", 6)).client(peer))
                .isEqualTo(ClientAddress.of(new InetSocketAddress("192.0.2.1", 6)));
    }

    @Test
    void theComplaintHasNothingOfWhatCame() {
        ByteBuffer in = ByteBuffer.wrap(line("PROXY TCP4 secret 1.2.3.4 1 1"));
        assertThatThrownBy(() -> ProxyHeader.decode(in))
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }
}
