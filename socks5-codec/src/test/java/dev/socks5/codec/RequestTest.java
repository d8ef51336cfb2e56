package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 1928 sections 4 and 5. */
class RequestTest {

    private static final DecodeContract<Request> REQUEST = new DecodeContract<>(Request::decode);

    private static final Endpoint V4 = new Endpoint(new Ipv4Address(0xC0000201), 443);

    private static final String HEX_01_TO_FF = IntStream.rangeClosed(0x01, 0xFF)
            .mapToObj(octet -> HexFormat.of().toHexDigits((byte) octet))
            .collect(Collectors.joining());

    private static final String CHARACTERS_01_TO_FF =
            IntStream.rangeClosed(0x01, 0xFF).mapToObj(Character::toString).collect(Collectors.joining());

    @TestFactory
    Stream<DynamicTest> commands() {
        return Stream.of(
                // VER CMD RSV ATYP DST.ADDR DST.PORT
                REQUEST.golden("05 01 00 01 C0000201 01BB", Request.connect(V4)),
                REQUEST.golden("05 02 00 01 C0000201 01BB", new Request(Command.BIND, V4)),
                REQUEST.golden("05 03 00 01 00000000 0000", new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED)),
                REQUEST.golden("05 F0 00 01 C0000201 01BB", new Request(Command.RESOLVE, V4)),
                REQUEST.golden("05 F1 00 01 C0000201 01BB", new Request(Command.RESOLVE_PTR, V4)),
                // unknown commands do not change how the rest is read
                REQUEST.golden("05 00 00 01 C0000201 01BB", new Request(Command.of(0x00), V4)),
                REQUEST.golden("05 7F 00 01 C0000201 01BB", new Request(Command.of(0x7F), V4)),
                REQUEST.golden("05 FF 00 01 C0000201 01BB", new Request(Command.of(0xFF), V4)),
                // RSV is ignored
                REQUEST.tolerated("05 01 01 01 C0000201 01BB", Request.connect(V4)),
                REQUEST.tolerated("05 01 FF 01 C0000201 01BB", Request.connect(V4)));
    }

    @TestFactory
    Stream<DynamicTest> destinations() {
        return Stream.of(
                connect("01 FFFFFFFF FFFF", new Ipv4Address(-1), 0xFFFF),
                connect("01 7F000001 0000", new Ipv4Address(0x7F000001), 0),
                connect("01 01020304 8001", new Ipv4Address(0x01020304), 0x8001),
                connect(
                        "04 20010DB8 89ABCDEF 01234567 FEDCBA98 01BB",
                        new Ipv6Address(0x20010DB8_89ABCDEFL, 0x01234567_FEDCBA98L),
                        443),
                connect("04 00000000 00000000 00000000 00000001 0050", new Ipv6Address(0, 1), 80),
                connect("04 FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFF", new Ipv6Address(-1, -1), 0xFFFF),
                // an IPv4-mapped address stays sixteen octets
                connect("04 00000000 00000000 0000FFFF C0000201 0050", new Ipv6Address(0, 0xFFFF_C0000201L), 80),
                connect("03 0B 6578616D706C652E636F6D 01BB", new DomainName("example.com"), 443),
                connect("03 01 61 0000", new DomainName("a"), 0),
                // any octet is kept, whether or not it is fit for a name
                connect("03 01 00 FFFF", new DomainName("\0"), 0xFFFF),
                connect("03 05 0A 20 80 C3 FF 0050", new DomainName("\n \u0080\u00C3\u00FF"), 80),
                connect("03 09 3132372E302E302E31 0050", new DomainName("127.0.0.1"), 80),
                connect("03 FF " + "61".repeat(255) + " 01BB", new DomainName("a".repeat(255)), 443),
                connect("03 FF " + HEX_01_TO_FF + " 01BB", new DomainName(CHARACTERS_01_TO_FF), 443));
    }

    private static DynamicTest connect(String hex, Address address, int port) {
        return REQUEST.golden("05 01 00 " + hex, Request.connect(new Endpoint(address, port)));
    }

    @TestFactory
    Stream<DynamicTest> malformed() {
        return Stream.of(
                REQUEST.malformed("04 01 00 01 C0000201 01BB", 0),
                REQUEST.malformed("00 01 00 01 C0000201 01BB", 0),
                REQUEST.malformed("01 01 00 01 C0000201 01BB", 0),
                // after an unknown ATYP nothing more can be read
                REQUEST.malformed("05 01 00 00 C0000201 01BB", 3),
                REQUEST.malformed("05 01 00 02 C0000201 01BB", 3),
                REQUEST.malformed("05 01 00 05 C0000201 01BB", 3),
                REQUEST.malformed("05 01 00 81 C0000201 01BB", 3),
                REQUEST.malformed("05 01 00 FF C0000201 01BB", 3),
                // a name of no octets
                REQUEST.malformed("05 01 00 03 00 01BB", 4));
    }

    @ParameterizedTest
    @CsvSource({
        "04 01 00 01,    0x01",
        "05 01 00 03 00, 0x01",
        "05 01 00 02,    0x08",
        "05 7F 00 02,    0x08",
        "05 01 00 84,    0x08",
    })
    void malformedRequestsHaveAnAnswer(String hex, String code) {
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> Request.decode(Buffers.of(hex)))
                .satisfies(e -> assertThat(e.replyCode()).isEqualTo(ReplyCode.of(Integer.decode(code))));
    }

    @Test
    void isEqualByValue() {
        assertThat(Request.connect(Endpoint.of("192.0.2.1", 443)))
                .isEqualTo(Request.connect(V4))
                .hasSameHashCodeAs(Request.connect(V4))
                .isNotEqualTo(new Request(Command.BIND, V4))
                .isNotEqualTo(Request.connect(Endpoint.of("192.0.2.1", 444)))
                .isNotEqualTo(Request.connect(Endpoint.of("192.0.2.2", 443)));
    }
}
