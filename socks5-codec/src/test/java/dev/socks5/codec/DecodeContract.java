package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.socks5.codec.Buffers.Snapshot;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;

/**
 * The contract that every decoder keeps, checked on one vector at a time: whole, cut short anywhere, octet by octet,
 * and with octets behind it, in every kind of buffer.
 */
final class DecodeContract<M extends Message> {

    @FunctionalInterface
    interface Decoder<M> {
        Optional<M> decode(ByteBuffer in) throws MalformedMessageException;
    }

    /** Octets that are no part of the message; they look like the start of one. */
    private static final byte[] BEHIND = Buffers.octets("05 01 00");

    private final Decoder<M> decoder;

    DecodeContract(Decoder<M> decoder) {
        this.decoder = decoder;
    }

    /** Octets and message are each other's only form. */
    DynamicTest golden(String hex, M message) {
        byte[] octets = Buffers.octets(hex);
        return dynamicTest(name(hex), () -> {
            decodes(octets, message);
            EncodeContract.encodes(message, octets);
        });
    }

    /** Octets that are read as the message, which is written in another way. */
    DynamicTest tolerated(String hex, M message) {
        byte[] octets = Buffers.octets(hex);
        return dynamicTest(name(hex), () -> {
            decodes(octets, message);
            assertThat(message.encode()).isNotEqualTo(ByteBuffer.wrap(octets));
        });
    }

    /** Octets that are no message, which the one at an index proves: anything shorter is merely incomplete. */
    DynamicTest malformed(String hex, int provenBy) {
        byte[] octets = Buffers.octets(hex);
        return dynamicTest(name(hex), () -> {
            for (Buffers kind : Buffers.values()) {
                for (int length = 0; length <= octets.length; length++) {
                    ByteBuffer in = kind.holding(Arrays.copyOf(octets, length));
                    if (length <= provenBy) {
                        isIncomplete(in);
                    } else {
                        isMalformed(in);
                    }
                }
            }
        });
    }

    private static String name(String hex) {
        return hex.length() <= 60 ? hex : hex.substring(0, 60) + "...";
    }

    private void decodes(byte[] octets, M message) throws MalformedMessageException {
        for (Buffers kind : Buffers.values()) {
            isComplete(kind.holding(octets), octets.length, message);
            isComplete(kind.holding(joined(octets, BEHIND)), octets.length, message);
            isComplete(kind.holding(joined(octets, octets)), octets.length, message);
            for (int length = 0; length < octets.length; length++) {
                isIncomplete(kind.holding(Arrays.copyOf(octets, length)));
            }
            arrivesOctetByOctet(kind.holding(octets), octets.length, message);
        }
    }

    private void isComplete(ByteBuffer in, int length, M message) throws MalformedMessageException {
        Snapshot before = Snapshot.of(in);
        in.mark();
        assertThat(decoder.decode(in)).contains(message);
        assertThat(in.position()).isEqualTo(before.position() + length);
        in.reset();
        assertThat(Snapshot.of(in)).isEqualTo(before);
    }

    private void isIncomplete(ByteBuffer in) throws MalformedMessageException {
        Snapshot before = Snapshot.of(in);
        assertThat(decoder.decode(in)).isEmpty();
        assertThat(Snapshot.of(in)).isEqualTo(before);
    }

    private void isMalformed(ByteBuffer in) {
        Snapshot before = Snapshot.of(in);
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> decoder.decode(in));
        assertThat(Snapshot.of(in)).isEqualTo(before);
    }

    private void arrivesOctetByOctet(ByteBuffer in, int length, M message) throws MalformedMessageException {
        int start = in.position();
        for (int arrived = 0; arrived < length; arrived++) {
            assertThat(decoder.decode(in.limit(start + arrived))).isEmpty();
        }
        assertThat(decoder.decode(in.limit(start + length))).contains(message);
        assertThat(in.remaining()).isZero();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
