package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.codec.DatagramPath.Received;
import dev.socks5.codec.DatagramPath.Relay;
import dev.socks5.testing.FakeContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatagramPathTest {

    /** What the fake mechanism and its message add to a datagram. */
    private static final int OVERHEAD = 4 + 10;

    private static final Endpoint DESTINATION = Endpoint.of("192.0.2.9", 53);
    private static final Relay FIRST = relay("192.0.2.1", 1081);
    private static final Relay SECOND = relay("192.0.2.2", 1082);
    private static final Relay NAMED = relay("relay.example", 1083);

    private static final String TO_SECOND = "0000 00 01 C0000202 043A";
    private static final String TO_DESTINATION = "0000 00 01 C0000209 0035";

    private static Relay relay(String host, int port) {
        return new Relay(Endpoint.of(host, port), Optional.empty());
    }

    @Test
    void oneRelay() throws IOException {
        DatagramPath path = DatagramPath.of(List.of(FIRST));
        ByteBuffer data = Buffers.of("CAFE");
        assertThat(path.wrap(DESTINATION, data)).isEqualTo(Buffers.of(TO_DESTINATION + "CAFE"));
        assertThat(data.hasRemaining()).isFalse();
        assertThat(path.unwrap(Buffers.of(TO_DESTINATION + "CAFE")))
                .contains(new Received(DESTINATION, Buffers.of("CAFE"), Buffers.of(TO_DESTINATION + "CAFE")));
    }

    @Test
    void theOutermostHeaderIsForTheFirstRelay() throws IOException {
        DatagramPath path = DatagramPath.of(List.of(FIRST, SECOND, NAMED));
        String toNamed = "0000 00 03 0D 72656C61792E6578616D706C65 043B";
        ByteBuffer whole = Buffers.of(TO_SECOND + toNamed + TO_DESTINATION + "CAFE");
        assertThat(path.wrap(DESTINATION, Buffers.of("CAFE"))).isEqualTo(whole);
        Received received = path.unwrap(whole).orElseThrow();
        assertThat(received.source()).isEqualTo(DESTINATION);
        assertThat(received.data()).isEqualTo(Buffers.of("CAFE"));
        assertThat(received.whole()).isEqualTo(Buffers.of(TO_DESTINATION + "CAFE"));
    }

    /** Anybody may send to the socket of a relay. */
    @ParameterizedTest
    @CsvSource({
        "192.0.2.2, 1082, true",
        "::ffff:192.0.2.2, 1082, true",
        "192.0.2.2, 1083, false",
        "192.0.2.3, 1082, false",
        "relay.example, 1082, false",
    })
    void whatIsNotFromTheNextRelayIsDropped(String host, int port, boolean taken) throws IOException {
        DatagramPath path = DatagramPath.of(List.of(FIRST, SECOND));
        assertThat(path.unwrap(from(host, port)).isPresent()).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.2, 1083, true", "other.example, 1083, true", "192.0.2.2, 1082, false"})
    void ofARelayThatIsKnownByNameOnlyThePortIsCompared(String host, int port, boolean taken) throws IOException {
        DatagramPath path = DatagramPath.of(List.of(FIRST, NAMED));
        assertThat(path.unwrap(from(host, port)).isPresent()).isEqualTo(taken);
    }

    private static ByteBuffer from(String host, int port) {
        ByteBuffer datagram = ByteBuffer.allocate(100);
        UdpHeader.of(Endpoint.of(host, port)).encode(datagram);
        UdpHeader.of(DESTINATION).encode(datagram);
        return datagram.flip();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0000 00 01 C0000209 00",
                "0000 01 01 C0000209 0035 CAFE",
                "0000 00 09 C0000209 0035 CAFE",
                TO_SECOND,
                TO_SECOND + "0000 00 01 C0000209 00",
                TO_SECOND + "0000 80 01 C0000209 0035 CAFE",
                TO_SECOND + "0000 00 09 C0000209 0035 CAFE",
                "0000 01 01 C0000202 043A" + TO_DESTINATION,
            })
    void whatIsMalformedOrAFragmentIsDropped(String hex) throws IOException {
        DatagramPath path = DatagramPath.of(List.of(FIRST, SECOND));
        assertThat(path.unwrap(Buffers.of(hex))).isEmpty();
        assertThat(DatagramPath.of(List.of(FIRST)).unwrap(Buffers.of(hex.replace(TO_SECOND, ""))))
                .isEmpty();
    }

    @Test
    void headersInFrontOfTheDataAreWhatIsWrapped() throws IOException {
        DatagramPath path = DatagramPath.of(List.of(FIRST, SECOND));
        assertThat(path.headers(DESTINATION)).isEqualTo(Buffers.of(TO_SECOND + TO_DESTINATION));
        assertThat(path.headers(DESTINATION)).isEqualTo(path.wrap(DESTINATION, ByteBuffer.allocate(0)));
        assertThat(path.headers(DESTINATION).capacity())
                .as("they may be kept for each of many destinations")
                .isEqualTo(20);
    }

    @Test
    void headersOfTheLongestNames() throws IOException {
        Endpoint longest = new Endpoint(new DomainName("a".repeat(255)), 53);
        Relay far = new Relay(longest, Optional.empty());
        assertThat(DatagramPath.of(List.of(FIRST, far, far)).headers(longest).remaining())
                .isEqualTo(3 * UdpHeader.MAX_LENGTH);
    }

    @Test
    void aProtectionIsAroundTheHeaderForItsRelayAndAllThatFollows() throws IOException {
        Protection proxys = new GssapiProtection(FakeContext.acceptor(), ProtectionLevel.CONFIDENTIALITY);
        Relay isProtected = new Relay(SECOND.address(), Optional.of(protection()));
        DatagramPath path = DatagramPath.of(List.of(FIRST, isProtected));
        ByteBuffer sent = path.wrap(DESTINATION, Buffers.of("CAFE"));
        assertThat(sent.slice().limit(10)).isEqualTo(Buffers.of(TO_SECOND));
        assertThat(proxys.unwrapDatagram(sent.position(10))).isEqualTo(Buffers.of(TO_DESTINATION + "CAFE"));

        ByteBuffer back = ByteBuffer.allocate(100).put(Buffers.of(TO_SECOND));
        back.put(proxys.wrapDatagram(Buffers.of(TO_DESTINATION + "BABE"))).flip();
        ByteBuffer again = ByteBuffer.allocate(100).put(back.duplicate()).flip();
        Received received = path.unwrap(back).orElseThrow();
        assertThat(received.data()).isEqualTo(Buffers.of("BABE"));
        assertThat(received.whole()).isEqualTo(Buffers.of(TO_DESTINATION + "BABE"));
        assertThat(path.unwrap(again)).as("once only").isEmpty();
        assertThat(path.unwrap(Buffers.of(TO_SECOND + TO_DESTINATION + "BABE")))
                .as("in clear")
                .isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> path.headers(DESTINATION));
    }

    private static GssapiProtection protection() throws GssapiException {
        return new GssapiProtection(FakeContext.initiator("alice"), ProtectionLevel.CONFIDENTIALITY);
    }

    @Test
    void whatFits() throws IOException {
        assertThat(DatagramPath.of(List.of(FIRST)).greatestPayload(DESTINATION)).isEqualTo(65_507 - 10);
        DatagramPath two = DatagramPath.of(List.of(FIRST, SECOND));
        assertThat(two.greatestPayload(DESTINATION)).isEqualTo(65_507 - 20);
        assertThat(two.wrap(DESTINATION, ByteBuffer.allocate(65_507 - 20)).remaining())
                .isEqualTo(65_507);
        Relay outer = new Relay(FIRST.address(), Optional.of(protection()));
        Relay inner = new Relay(SECOND.address(), Optional.of(protection()));
        DatagramPath isProtected = DatagramPath.of(List.of(outer, inner));
        int greatest = 65_507 - 20 - 2 * OVERHEAD;
        assertThat(isProtected.greatestPayload(DESTINATION)).isEqualTo(greatest);
        assertThat(isProtected.wrap(DESTINATION, ByteBuffer.allocate(greatest)).remaining())
                .isEqualTo(65_507);
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(() -> isProtected.wrap(DESTINATION, ByteBuffer.allocate(65_507)));
    }

    @Test
    void whereNothingFits() throws IOException {
        Protection small = mock(Protection.class);
        when(small.greatestDatagram(65_507)).thenReturn(9);
        DatagramPath path = DatagramPath.of(List.of(new Relay(FIRST.address(), Optional.of(small))));
        assertThat(path.greatestPayload(DESTINATION)).isZero();
    }

    @Test
    void howMuchToReceive() throws IOException {
        assertThat(DatagramPath.of(List.of(FIRST)).greatestReceived(100)).isEqualTo(362);
        assertThat(DatagramPath.of(List.of(FIRST, SECOND)).greatestReceived(0)).isEqualTo(524);
        assertThat(DatagramPath.of(List.of(FIRST)).greatestReceived(Integer.MAX_VALUE))
                .isEqualTo(65_535);
        DatagramPath isProtected =
                DatagramPath.of(List.of(FIRST, new Relay(SECOND.address(), Optional.of(protection()))));
        assertThat(isProtected.greatestReceived(1)).isEqualTo(65_535);
    }

    /** A mechanism that says so drops the datagram; whoever closes his own path is told. */
    @Test
    void aProtectionThatHasEnded() throws IOException {
        GssapiProtection ended = protection();
        DatagramPath path = DatagramPath.of(List.of(new Relay(FIRST.address(), Optional.of(ended))));
        ended.close();
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(() -> path.wrap(DESTINATION, ByteBuffer.allocate(1)));
        assertThat(path.unwrap(Buffers.of("01 03 0001 00"))).isEmpty();

        Protection closed = mock(Protection.class);
        when(closed.greatestDatagram(65_507)).thenReturn(1000);
        when(closed.unwrapDatagram(Buffers.of("00"))).thenThrow(new IOException("closed"));
        DatagramPath other = DatagramPath.of(List.of(new Relay(FIRST.address(), Optional.of(closed))));
        assertThatIOException().isThrownBy(() -> other.unwrap(Buffers.of("00"))).withMessage("closed");
    }

    @Test
    void noRelayAtAll() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DatagramPath.of(List.of()))
                .withMessage("a path has at least one relay");
    }
}
