package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 1928 section 7. */
class UdpHeaderTest {

    private static final DecodeContract<UdpHeader> HEADER = new DecodeContract<>(UdpHeader::decode);

    private static final Endpoint DNS = new Endpoint(new Ipv4Address(0xC0000235), 53);

    @TestFactory
    Stream<DynamicTest> vectors() {
        return Stream.of(
                // RSV FRAG ATYP DST.ADDR DST.PORT
                HEADER.golden("0000 00 01 C0000235 0035", UdpHeader.of(DNS)),
                HEADER.golden("0000 00 01 00000000 0000", UdpHeader.of(Endpoint.UNSPECIFIED)),
                HEADER.golden("0000 01 01 C0000235 0035", new UdpHeader(0x01, DNS)),
                HEADER.golden("0000 7F 01 C0000235 0035", new UdpHeader(0x7F, DNS)),
                // the high bit: the last fragment of a sequence
                HEADER.golden("0000 80 01 C0000235 0035", new UdpHeader(0x80, DNS)),
                HEADER.golden("0000 82 01 C0000235 0035", new UdpHeader(0x82, DNS)),
                HEADER.golden("0000 FF 01 C0000235 0035", new UdpHeader(0xFF, DNS)),
                HEADER.golden(
                        "0000 00 04 20010DB8 00000000 00000000 00000001 FFFF",
                        UdpHeader.of(new Endpoint(new Ipv6Address(0x20010DB8_00000000L, 1), 65535))),
                HEADER.golden(
                        "0000 00 04 00000000 00000000 0000FFFF C0000235 0035",
                        UdpHeader.of(new Endpoint(new Ipv6Address(0, 0xFFFF_C0000235L), 53))),
                HEADER.golden("0000 00 03 01 61 0035", UdpHeader.of(new Endpoint(new DomainName("a"), 53))),
                HEADER.golden(
                        "0000 00 03 FF " + "00".repeat(255) + " 0035",
                        UdpHeader.of(new Endpoint(new DomainName("\0".repeat(255)), 53))),
                // RSV is ignored
                HEADER.tolerated("0001 00 01 C0000235 0035", UdpHeader.of(DNS)),
                HEADER.tolerated("FF00 00 01 C0000235 0035", UdpHeader.of(DNS)));
    }

    @TestFactory
    Stream<DynamicTest> malformed() {
        return Stream.of(
                HEADER.malformed("0000 00 00 C0000235 0035", 3),
                HEADER.malformed("0000 00 02 C0000235 0035", 3),
                HEADER.malformed("0000 01 83 C0000235 0035", 3),
                HEADER.malformed("0000 00 03 00 0035", 4));
    }

    @Test
    void thePayloadIsWhatRemains() throws MalformedMessageException {
        ByteBuffer datagram = Buffers.of("0000 00 01 C0000235 0035 CAFE");
        assertThat(UdpHeader.decode(datagram)).contains(UdpHeader.of(DNS));
        assertThat(Buffers.hex(datagram)).isEqualTo("CAFE");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void fragmentIsOneOctet(int fragment) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UdpHeader(fragment, DNS))
                .withMessage("a fragment number is one octet, 0 to 255: " + fragment);
    }
}
