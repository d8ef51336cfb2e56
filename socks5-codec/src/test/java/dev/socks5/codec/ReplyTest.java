package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** RFC 1928 section 6. */
class ReplyTest {

    private static final DecodeContract<Reply> REPLY = new DecodeContract<>(Reply::decode);

    /** Every octet is a code. */
    @TestFactory
    Stream<DynamicTest> codes() {
        return IntStream.rangeClosed(0x00, 0xFF)
                // VER REP RSV ATYP BND.ADDR BND.PORT
                .mapToObj(code -> REPLY.golden(
                        "05 %02X 00 01 00000000 0000".formatted(code),
                        new Reply(ReplyCode.of(code), Endpoint.UNSPECIFIED)));
    }

    @TestFactory
    Stream<DynamicTest> bound() {
        return Stream.of(
                success("01 0A000001 0438", new Ipv4Address(0x0A000001), 1080),
                success(
                        "04 FE800000 00000000 00000000 00000001 FFFF",
                        new Ipv6Address(0xFE80_0000_0000_0000L, 1),
                        65535),
                success("04 00000000 00000000 0000FFFF 0A000001 0438", new Ipv6Address(0, 0xFFFF_0A000001L), 1080),
                // some servers send a name
                success("03 09 6C6F63616C686F7374 0438", new DomainName("localhost"), 1080),
                success("03 01 00 0000", new DomainName("\0"), 0),
                success("03 FF " + "FF".repeat(255) + " 0438", new DomainName("\u00FF".repeat(255)), 1080),
                // some have nothing to say, and write a name of no octets
                REPLY.tolerated("05 00 00 03 00 0000", Reply.success(Endpoint.UNSPECIFIED)),
                REPLY.tolerated("05 02 00 03 00 0050", new Reply(ReplyCode.NOT_ALLOWED, Endpoint.of("0.0.0.0", 80))),
                // RSV is ignored
                REPLY.tolerated("05 00 05 01 00000000 0000", Reply.success(Endpoint.UNSPECIFIED)),
                REPLY.tolerated("05 01 FF 01 00000000 0000", Reply.failure(ReplyCode.GENERAL_FAILURE)));
    }

    private static DynamicTest success(String hex, Address address, int port) {
        return REPLY.golden("05 00 00 " + hex, Reply.success(new Endpoint(address, port)));
    }

    @TestFactory
    Stream<DynamicTest> malformed() {
        return Stream.of(
                REPLY.malformed("00 5A 00 00 00000000", 0), // a SOCKS4 server's grant
                REPLY.malformed("04 00 00 01 00000000 0000", 0),
                REPLY.malformed("05 00 00 00 00000000 0000", 3),
                REPLY.malformed("05 00 00 02 00000000 0000", 3),
                REPLY.malformed("05 01 00 00 00000000 0000", 3), // of a failure too
                REPLY.malformed("05 00 00 84 00000000 0000", 3));
    }

    @Test
    void onlyZeroIsSuccess() {
        assertThat(Reply.success(Endpoint.UNSPECIFIED).succeeded()).isTrue();
        for (int code = 1; code <= 0xFF; code++) {
            assertThat(Reply.failure(ReplyCode.of(code)).succeeded()).isFalse();
        }
        assertThat(new Reply(ReplyCode.of(0x77), Endpoint.of("192.0.2.1", 80)).succeeded())
                .isFalse();
    }

    @Test
    void aFailureIsTenOctetsAndNeverASuccess() {
        assertThat(Buffers.hex(Reply.failure(ReplyCode.NOT_ALLOWED).encode())).isEqualTo("05020001000000000000");
        assertThatIllegalArgumentException().isThrownBy(() -> Reply.failure(ReplyCode.SUCCEEDED));
    }

    @Test
    void isEqualByValue() {
        assertThat(Reply.success(Endpoint.of("0.0.0.0", 0)))
                .isEqualTo(Reply.success(Endpoint.UNSPECIFIED))
                .hasSameHashCodeAs(Reply.success(Endpoint.UNSPECIFIED))
                .isNotEqualTo(Reply.success(Endpoint.of("0.0.0.0", 1)))
                .isNotEqualTo(Reply.success(Endpoint.of("::", 0)))
                .isNotEqualTo(Reply.failure(ReplyCode.GENERAL_FAILURE));
    }
}
