package dev.socks5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Message;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.UdpHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The contract of every decoder: all of a message or nothing, as soon as the bytes prove it, and what was decoded is
 * written as it was read.
 */
class MessagesFuzzTest {

    private interface Decode {
        Optional<? extends Message> decode(ByteBuffer in) throws MalformedMessageException;
    }

    /**
     * A decoder.
     *
     * @param free which bytes may be written otherwise than they were read
     */
    private record Decoder(Decode decode, Set<Integer> free) {

        /** What comes of bytes: a message, nothing or an exception; the buffer is as the contract has it. */
        Object outcome(ByteBuffer in) {
            int start = in.position();
            int limit = in.limit();
            ByteOrder order = in.order();
            Object outcome;
            try {
                outcome = decode.decode(in);
            } catch (MalformedMessageException e) {
                outcome = MalformedMessageException.class;
            }
            if (!(outcome instanceof Optional<?> message) || message.isEmpty()) {
                assertThat(in.position()).isEqualTo(start);
            }
            assertThat(in.limit()).isEqualTo(limit);
            assertThat(in.order()).isEqualTo(order);
            return outcome;
        }
    }

    private static final Decoder REPLY = new Decoder(Reply::decode, Set.of(2)); // RSV
    private static final List<Decoder> DECODERS = List.of(
            new Decoder(Greeting::decode, Set.of()),
            new Decoder(MethodSelection::decode, Set.of()),
            new Decoder(PasswordRequest::decode, Set.of()),
            new Decoder(PasswordResponse::decode, Set.of(0)), // some servers write 5
            new Decoder(Request::decode, Set.of(2)),
            REPLY,
            new Decoder(UdpHeader::decode, Set.of(0, 1)),
            new Decoder(GssapiMessage::decode, Set.of()));

    /** The first byte says which decoder, and which kind of buffer. */
    @FuzzTest
    void message(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int choice = data[0] & 0xFF;
        Decoder decoder = DECODERS.get(choice % DECODERS.size());
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        ByteBuffer in = buffer(choice / DECODERS.size(), bytes);
        int start = in.position();
        Object outcome = decoder.outcome(in);
        int taken = in.position() - start;
        if (outcome instanceof Optional<?> decoded && decoded.isPresent()) {
            isWrittenAsRead(decoder, (Message) decoded.get(), Arrays.copyOf(bytes, taken));
        }
        for (int length = 0; length < bytes.length; length++) {
            isConsistent(decoder, outcome, taken, bytes, length);
        }
        if (outcome == MalformedMessageException.class) {
            assertThat(decoder.outcome(ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 300))))
                    .isEqualTo(outcome);
        }
    }

    private static void isWrittenAsRead(Decoder decoder, Message message, byte[] read) {
        byte[] written = message.encode().array();
        assertThat(written).hasSize(message.encodedLength());
        assertThat(decoder.outcome(ByteBuffer.wrap(written))).isEqualTo(Optional.of(message));
        assertThat(message.toString()).matches("\\p{Print}*");
        if (decoder.equals(REPLY) && read[3] == 3 && read[4] == 0) {
            return; // a name of no bytes, which some servers write, is read as 0.0.0.0
        }
        byte[] same = read.clone();
        for (int free : decoder.free) {
            same[free] = written[free];
        }
        assertThat(written).isEqualTo(same);
    }

    /** With fewer bytes there is nothing, or already the same. */
    private static void isConsistent(Decoder decoder, Object outcome, int taken, byte[] bytes, int length) {
        Object earlier = decoder.outcome(ByteBuffer.wrap(bytes, 0, length));
        boolean isMessage = outcome instanceof Optional<?> decoded && decoded.isPresent();
        if (isMessage ? length < taken : outcome.equals(Optional.empty())) {
            assertThat(earlier).isEqualTo(Optional.empty());
        } else if (isMessage) {
            assertThat(earlier).isEqualTo(outcome);
        } else {
            assertThat(earlier).isIn(Optional.empty(), outcome);
        }
    }

    private static ByteBuffer buffer(int kind, byte[] bytes) {
        return switch (kind % 4) {
            case 0 -> ByteBuffer.wrap(bytes);
            case 1 -> ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            case 2 ->
                ByteBuffer.allocate(bytes.length + 9)
                        .put(3, bytes)
                        .position(3)
                        .limit(3 + bytes.length)
                        .slice()
                        .asReadOnlyBuffer();
            default ->
                ByteBuffer.allocate(bytes.length + 9)
                        .put(3, bytes)
                        .position(3)
                        .limit(3 + bytes.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        };
    }
}
