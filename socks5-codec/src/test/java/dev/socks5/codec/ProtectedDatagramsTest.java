package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.codec.Buffers.Snapshot;
import dev.socks5.testing.FakeContext;
import dev.socks5.testing.OddContext;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 1961 section 5, of datagrams. What they share with streams is in {@link ProtectionTest}. */
class ProtectedDatagramsTest {

    /** What the fake mechanism adds to a token. */
    private static final int OVERHEAD = 10;

    private final FakeContext clientContext = FakeContext.initiator("alice");
    private final GssapiProtection client = new GssapiProtection(clientContext, ProtectionLevel.CONFIDENTIALITY);
    private final GssapiProtection server =
            new GssapiProtection(FakeContext.acceptor(), ProtectionLevel.CONFIDENTIALITY);

    ProtectedDatagramsTest() throws GssapiException {}

    @Test
    void aDatagramIsOneMessageAndNothingElse() throws Socks5Exception {
        ByteBuffer whole = client.wrapDatagram(Buffers.of("0102"));
        byte[] longer = joined(whole.duplicate(), Buffers.of("00"));
        for (ByteBuffer in : List.of(
                ByteBuffer.allocate(0),
                whole.duplicate().limit(1),
                whole.duplicate().limit(3),
                whole.duplicate().limit(whole.limit() - 1),
                ByteBuffer.wrap(longer))) {
            Snapshot before = Snapshot.of(in);
            assertThatExceptionOfType(MalformedMessageException.class)
                    .isThrownBy(() -> server.unwrapDatagram(in))
                    .withMessage("a datagram is one protected message, no less and no more");
            assertThat(Snapshot.of(in)).isEqualTo(before);
        }
        assertThat(server.unwrapDatagram(whole)).isEqualTo(Buffers.of("0102"));
    }

    /** UDP over IPv4 carries 65,507 octets. */
    @Test
    void datagramsThatAreTooLong() throws Socks5Exception {
        int longest = 65_507 - 4 - OVERHEAD;
        ByteBuffer datagram = ByteBuffer.allocate(longest);
        assertThat(client.wrapDatagram(datagram).remaining()).isEqualTo(65_507);
        assertThat(datagram.hasRemaining()).isFalse();
        ByteBuffer tooLong = ByteBuffer.allocate(longest + 1);
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(() -> client.wrapDatagram(tooLong))
                .withMessage("a datagram of %d octets is too long", longest + 1);
        assertThat(tooLong.position()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0",
        "0, 0",
        "3, 0",
        "4, 0",
        "5, 0",
        "14, 0",
        "15, 1",
        "1500, 1486",
        "65539, 65525",
        "65540, 65525",
        "2147483647, 65525",
    })
    void greatestDatagram(int room, int greatest) throws Socks5Exception {
        assertThat(client.greatestDatagram(room)).isEqualTo(greatest);
    }

    @Test
    void aMechanismThatHasNoRoomForADatagram() throws Socks5Exception {
        GssapiContext context = new OddContext(clientContext) {
            @Override
            public int greatestData(int tokenLength, boolean confidential) {
                return tokenLength - 100;
            }
        };
        assertThat(new GssapiProtection(context, ProtectionLevel.INTEGRITY).greatestDatagram(50))
                .isZero();
    }

    /** As if it had a token without octets. */
    @Test
    void aMechanismThatSaysThereIsRoomWhereThereIsNone() throws Socks5Exception {
        GssapiContext context = new OddContext(clientContext) {
            @Override
            public int greatestData(int tokenLength, boolean confidential) {
                return 1;
            }
        };
        assertThat(new GssapiProtection(context, ProtectionLevel.INTEGRITY).greatestDatagram(4))
                .isZero();
    }

    private static byte[] joined(ByteBuffer first, ByteBuffer second) {
        byte[] octets = new byte[first.remaining() + second.remaining()];
        int length = first.remaining();
        first.get(octets, 0, length);
        second.get(octets, length, octets.length - length);
        return octets;
    }
}
