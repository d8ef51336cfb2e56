package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.codec.Buffers.Snapshot;
import dev.socks5.codec.GssapiContext.Sequence;
import dev.socks5.testing.FakeContext;
import dev.socks5.testing.OddContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 1961 section 5. */
class ProtectionTest {

    /** What the fake mechanism adds to a token. */
    private static final int OVERHEAD = 10;

    private static final int GREATEST_DATA = 65_535 - OVERHEAD;

    private final FakeContext clientContext = FakeContext.initiator("alice");
    private final FakeContext serverContext = FakeContext.acceptor();
    private final GssapiProtection client;
    private final GssapiProtection server;

    ProtectionTest() throws GssapiException {
        client = new GssapiProtection(clientContext, ProtectionLevel.CONFIDENTIALITY);
        server = new GssapiProtection(serverContext, ProtectionLevel.CONFIDENTIALITY);
    }

    @Test
    void whatIsWrappedIsOneMessage() throws Socks5Exception {
        ByteBuffer message = client.wrap(Buffers.of("0102"));
        // initiator, encrypted, number 0, the octets "encrypted", checksum
        assertThat(Buffers.hex(message))
                .startsWith("0103000C" + "490100000000" + "FEFD")
                .hasSize(2 * 16);
        assertThat(server.unwrap(message)).contains(Buffers.of("0102"));
        assertThat(message.hasRemaining()).isFalse();
    }

    /**
     * Integrity alone goes as it is, everything else encrypted: this library does so at the selective level as well.
     */
    @ParameterizedTest
    @CsvSource({"1, false", "2, true", "3, true"})
    void encryptsUnlessIntegrityIsAll(int code, boolean confidential) throws Socks5Exception {
        ProtectionLevel level = new ProtectionLevel(code);
        GssapiProtection protection = new GssapiProtection(FakeContext.initiator("alice"), level);
        assertThat(protection.level()).isEqualTo(level);
        for (ByteBuffer message :
                List.of(protection.wrap(Buffers.of("0102")), protection.wrapDatagram(Buffers.of("0102")))) {
            assertThat(Buffers.hex(message).substring(20, 24)).isEqualTo(confidential ? "FEFD" : "0102");
            assertThat(message.get(5)).isEqualTo((byte) (confidential ? 1 : 0));
        }
    }

    /** Only where confidentiality was agreed has everything to be encrypted. */
    @ParameterizedTest
    @CsvSource({"1, true", "2, false", "3, true"})
    void whatIsNotEncrypted(int code, boolean taken) throws Socks5Exception {
        GssapiProtection receiver = new GssapiProtection(FakeContext.acceptor(), new ProtectionLevel(code));
        GssapiProtection plain = new GssapiProtection(FakeContext.initiator("alice"), ProtectionLevel.INTEGRITY);
        ByteBuffer message = plain.wrap(Buffers.of("0102"));
        ByteBuffer datagram = plain.wrapDatagram(Buffers.of("0304"));
        if (taken) {
            assertThat(receiver.unwrap(message)).contains(Buffers.of("0102"));
            assertThat(receiver.unwrapDatagram(datagram)).isEqualTo(Buffers.of("0304"));
        } else {
            fails(receiver, message, "a message is not encrypted, though that was agreed");
            datagramFails(receiver, datagram, "a message is not encrypted, though that was agreed");
        }
    }

    @Test
    void anEmptyMessage() throws Socks5Exception {
        assertThat(server.unwrap(client.wrap(ByteBuffer.allocate(0)))).contains(ByteBuffer.allocate(0));
        assertThat(server.unwrapDatagram(client.wrapDatagram(ByteBuffer.allocate(0))))
                .isEqualTo(ByteBuffer.allocate(0));
    }

    @ParameterizedTest
    @CsvSource({"65524, 65524", "65525, 65525", "65526, 65525", "200000, 65525"})
    void takesAsMuchAsOneMessageHolds(int remaining, int taken) throws Socks5Exception {
        for (Buffers kind : Buffers.values()) {
            byte[] octets = new byte[remaining];
            new Random(1).nextBytes(octets);
            ByteBuffer data = kind.holding(octets);
            ByteBuffer expected = data.duplicate().limit(data.position() + taken);
            ByteBuffer message = client.wrap(data);
            assertThat(data.remaining()).isEqualTo(remaining - taken);
            assertThat(message.remaining()).isEqualTo(4 + OVERHEAD + taken);
            assertThat(server.unwrap(message)).contains(expected);
        }
    }

    @Test
    void takesOneMessageAtATime() throws Socks5Exception {
        byte[] octets = joined(client.wrap(Buffers.of("01")), client.wrap(Buffers.of("02")));
        for (Buffers kind : Buffers.values()) {
            GssapiProtection fresh = new GssapiProtection(FakeContext.acceptor(), ProtectionLevel.CONFIDENTIALITY);
            ByteBuffer in = kind.holding(octets);
            int end = in.limit();
            assertThat(fresh.unwrap(in)).contains(Buffers.of("01"));
            assertThat(in.limit(end - 1).remaining()).isEqualTo(14);
            assertThat(fresh.unwrap(in)).isEmpty();
            assertThat(in.remaining()).isEqualTo(14);
            assertThat(fresh.unwrap(in.limit(end))).contains(Buffers.of("02"));
            assertThat(in.hasRemaining()).isFalse();
            assertThat(fresh.unwrap(in)).isEmpty();
        }
    }

    @Test
    void asksForNoMoreThanTheMessage() throws Socks5Exception {
        ByteBuffer message = client.wrap(Buffers.of("010203"));
        int[] missing = {2, 1, 2, 1, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
        for (int arrived = 0; arrived <= message.limit(); arrived++) {
            ByteBuffer in = message.duplicate().limit(arrived);
            assertThat(server.missing(in)).as("after %d", arrived).isEqualTo(missing[arrived]);
            assertThat(in.position()).isZero();
        }
        assertThat(server.missing(Buffers.of("01FF"))).isZero();
        assertThat(server.missing(Buffers.of("01FF00"))).isZero();
        assertThat(server.missing(Buffers.of("0103FFFF"))).isEqualTo(65_535);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "05 00", "01 00", "01 04 0000", "01 01 0000", "01 02 0001 01", "01 FF"})
    void nothingElseMayCome(String hex) {
        for (Buffers kind : Buffers.values()) {
            ByteBuffer in = kind.holding(Buffers.octets(hex));
            Snapshot before = Snapshot.of(in);
            assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> server.unwrap(in));
            assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> server.unwrapDatagram(in));
            assertThat(Snapshot.of(in)).isEqualTo(before);
        }
    }

    @Test
    void namesTheMessageThatMayNotCome() {
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> server.unwrap(Buffers.of("01FF")))
                .withMessage("protected data expected, not Abort");
    }

    @Test
    void tokensThatAreNone() {
        fails(server, Buffers.of("01 03 0000"), "not what the peer has wrapped");
        fails(server, Buffers.of("01 03 0003 010203"), "not what the peer has wrapped");
    }

    /** What a side has wrapped is nothing that it would take. */
    @Test
    void reflection() throws Socks5Exception {
        fails(client, client.wrap(Buffers.of("01")), "not what the peer has wrapped");
        datagramFails(client, client.wrapDatagram(Buffers.of("01")), "not what the peer has wrapped");
    }

    @ParameterizedTest
    @EnumSource
    void sequence(Sequence sequence) throws Socks5Exception {
        GssapiProtection receiver = new GssapiProtection(
                new OddContext(serverContext) {
                    @Override
                    public Unwrapped unwrap(byte[] token) {
                        return new Unwrapped(Buffers.of("01"), true, sequence);
                    }
                },
                ProtectionLevel.CONFIDENTIALITY);
        ByteBuffer message = Buffers.of("01 03 0000");
        if (sequence == Sequence.NEXT) {
            assertThat(receiver.unwrap(message)).contains(Buffers.of("01"));
            assertThat(message.hasRemaining()).isFalse();
        } else {
            fails(receiver, message, "a protected message is out of sequence: " + sequence);
        }
        ByteBuffer datagram = Buffers.of("01 03 0000");
        if (sequence == Sequence.REPLAYED) {
            datagramFails(receiver, datagram, "a protected datagram came before, or is too old");
        } else {
            assertThat(receiver.unwrapDatagram(datagram)).isEqualTo(Buffers.of("01"));
            assertThat(datagram.hasRemaining()).isFalse();
        }
    }

    @Test
    void nothingIsWrappedAfterTheEnd() throws Socks5Exception {
        ByteBuffer message = client.wrap(Buffers.of("01"));
        server.close();
        server.close();
        assertThat(serverContext.isClosed()).isTrue();
        fails(server, message, "the context has ended");
        ByteBuffer data = Buffers.of("01");
        assertThatExceptionOfType(GssapiException.class).isThrownBy(() -> server.wrap(data));
        assertThat(data.position()).isZero();
        assertThat(client.wrap(ByteBuffer.allocate(GREATEST_DATA)).remaining()).isEqualTo(65_539);
    }

    /** The buffer is as it was then. */
    private static void fails(Protection receiver, ByteBuffer in, String message) {
        Snapshot before = Snapshot.of(in);
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(() -> receiver.unwrap(in))
                .withMessage(message);
        assertThat(Snapshot.of(in)).isEqualTo(before);
    }

    private static void datagramFails(Protection receiver, ByteBuffer in, String message) {
        Snapshot before = Snapshot.of(in);
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(() -> receiver.unwrapDatagram(in))
                .withMessage(message);
        assertThat(Snapshot.of(in)).isEqualTo(before);
    }

    private static byte[] joined(ByteBuffer first, ByteBuffer second) {
        byte[] octets = new byte[first.remaining() + second.remaining()];
        int length = first.remaining();
        first.get(octets, 0, length);
        second.get(octets, length, octets.length - length);
        return octets;
    }
}
