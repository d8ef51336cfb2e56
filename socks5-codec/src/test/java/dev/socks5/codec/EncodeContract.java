package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.codec.Buffers.Snapshot;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;

/** All of a message or nothing, into every kind of buffer. */
final class EncodeContract {

    private EncodeContract() {}

    static void encodes(Message message, byte[] octets) {
        assertThat(message.encodedLength()).isEqualTo(octets.length);
        assertThat(Buffers.hex(message.encode())).isEqualTo(Buffers.hex(ByteBuffer.wrap(octets)));
        assertThat(message.encode().position()).isZero();
        for (Buffers kind : Buffers.values()) {
            ByteBuffer exact = kind.holding(new byte[octets.length]);
            if (exact.isReadOnly()) {
                isRefused(ReadOnlyBufferException.class, message, exact);
                isRefused(ReadOnlyBufferException.class, message, kind.holding(new byte[0]));
            } else {
                isWritten(message, exact, kind.holding(octets));
                ByteBuffer roomy = kind.holding(new byte[octets.length + 2]);
                isWritten(
                        message,
                        roomy,
                        kind.holding(ByteBuffer.allocate(octets.length + 2)
                                .put(octets)
                                .array()));
                isRefused(BufferOverflowException.class, message, kind.holding(new byte[octets.length - 1]));
                isRefused(BufferOverflowException.class, message, kind.holding(new byte[0]));
            }
        }
    }

    private static void isWritten(Message message, ByteBuffer out, ByteBuffer expected) {
        int start = out.position();
        message.encode(out);
        assertThat(out.position()).isEqualTo(start + message.encodedLength());
        assertThat(Snapshot.of(out.position(start))).isEqualTo(Snapshot.of(expected));
    }

    private static void isRefused(Class<? extends Exception> type, Message message, ByteBuffer out) {
        Snapshot before = Snapshot.of(out);
        assertThatExceptionOfType(type).isThrownBy(() -> message.encode(out));
        assertThat(Snapshot.of(out)).isEqualTo(before);
    }
}
