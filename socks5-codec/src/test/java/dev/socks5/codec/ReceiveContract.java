package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.codec.Buffers.Snapshot;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The contract that {@link Negotiation#receive} and {@link Negotiation#missing} keep, checked on one message at a time:
 * whole, cut short anywhere, and with bytes behind it, in every kind of buffer.
 */
final class ReceiveContract {

    /** Bytes that are no part of the message; they look like the start of one. */
    private static final String BEHIND = "01 01 00";

    /** Brings a new negotiation to where it is the peer's turn. */
    @FunctionalInterface
    interface Stage {
        Negotiation reach() throws Socks5Exception;
    }

    private final Stage stage;

    ReceiveContract(Stage stage) {
        this.stage = stage;
    }

    /** It takes the message, and then it is that turn. */
    void takes(String hex, Turn next) throws Socks5Exception {
        byte[] message = Buffers.octets(hex);
        for (Buffers kind : Buffers.values()) {
            for (int length = 0; length < message.length; length++) {
                isIncomplete(kind.holding(Arrays.copyOf(message, length)), message.length - length);
            }
            for (String behind : new String[] {"", BEHIND, hex}) {
                ByteBuffer in = kind.holding(Buffers.octets(hex + behind));
                int end = in.position() + message.length;
                Negotiation negotiation = stage.reach();
                assertThat(missing(negotiation, in)).isZero();
                assertThat(negotiation.receive(in)).isTrue();
                assertThat(in.position()).isEqualTo(end);
                assertThat(negotiation.turn()).isEqualTo(next);
            }
        }
        whoReadsWhatIsMissingReadsNoMore(message);
    }

    /** It refuses the message with its last byte, leaves the buffer as it was, and then it is that turn. */
    void refuses(String hex, Class<? extends Exception> type, Turn next) throws Socks5Exception {
        byte[] message = Buffers.octets(hex);
        boolean malformed = MalformedMessageException.class.isAssignableFrom(type);
        for (Buffers kind : Buffers.values()) {
            for (int length = 0; length < message.length; length++) {
                // What is no message may have gone on like one that is longer.
                int most = malformed ? Integer.MAX_VALUE : message.length - length;
                isIncomplete(kind.holding(Arrays.copyOf(message, length)), most);
            }
            for (String behind : new String[] {"", BEHIND}) {
                ByteBuffer in = kind.holding(Buffers.octets(hex + behind));
                Snapshot before = Snapshot.of(in);
                Negotiation negotiation = stage.reach();
                assertThat(missing(negotiation, in)).isZero();
                assertThatExceptionOfType(type).isThrownBy(() -> negotiation.receive(in));
                assertThat(negotiation.turn()).isEqualTo(next);
                assertThatIllegalStateException().isThrownBy(() -> negotiation.receive(in));
                if (malformed) {
                    assertThat(Snapshot.of(in)).isEqualTo(before);
                }
            }
        }
    }

    private void isIncomplete(ByteBuffer in, int most) throws Socks5Exception {
        Snapshot before = Snapshot.of(in);
        Negotiation negotiation = stage.reach();
        assertThat(missing(negotiation, in)).isBetween(1, most);
        assertThat(negotiation.receive(in)).isFalse();
        assertThat(Snapshot.of(in)).isEqualTo(before);
        assertThat(negotiation.turn()).isEqualTo(Turn.RECEIVE);
    }

    private static int missing(Negotiation negotiation, ByteBuffer in) {
        Snapshot before = Snapshot.of(in);
        int missing = negotiation.missing(in);
        assertThat(Snapshot.of(in)).isEqualTo(before);
        return missing;
    }

    private void whoReadsWhatIsMissingReadsNoMore(byte[] message) throws Socks5Exception {
        Negotiation negotiation = stage.reach();
        ByteBuffer in = ByteBuffer.wrap(message).limit(0);
        do {
            in.limit(in.limit() + negotiation.missing(in));
        } while (!negotiation.receive(in));
        assertThat(in.limit()).isEqualTo(message.length);
    }
}
