package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Protection;
import dev.socks5.codec.Turn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A private method in which client and proxy say one byte each, in turns, until the proxy says 0. */
final class PrivateMethod implements ClientNegotiation.Factory {

    private final int code;
    private final @Nullable Protection protection;
    private final List<String> made = new ArrayList<>();
    private int open;

    PrivateMethod(int code) {
        this(code, null);
    }

    PrivateMethod(int code, @Nullable Protection protection) {
        this.code = code;
        this.protection = protection;
    }

    /** What negotiations were made for. */
    List<String> made() {
        return made;
    }

    void assertClosed() {
        assertThat(open).isZero();
    }

    @Override
    public ClientNegotiation begin(Endpoint proxy, Command command, Endpoint destination) {
        made.add("%s of %d to %s".formatted(command, proxy.port(), destination));
        open++;
        return new Negotiation();
    }

    private final class Negotiation implements ClientNegotiation {

        private Turn turn = Turn.SEND;
        private int said;
        private boolean closed;

        @Override
        public AuthMethod method() {
            return AuthMethod.of(code);
        }

        @Override
        public Turn turn() {
            return turn;
        }

        @Override
        public ByteBuffer send() {
            turn = Turn.RECEIVE;
            said++;
            return ByteBuffer.wrap(new byte[] {(byte) said});
        }

        @Override
        public boolean receive(ByteBuffer in) throws AuthenticationFailedException {
            if (!in.hasRemaining()) {
                return false;
            }
            byte answer = in.get();
            if (answer < 0) {
                throw new AuthenticationFailedException("the proxy says no", answer & 0xFF);
            }
            turn = answer == 0 ? Turn.DONE : Turn.SEND;
            return true;
        }

        @Override
        public int missing(ByteBuffer in) {
            return in.hasRemaining() ? 0 : 1;
        }

        @Override
        public Optional<Protection> protection() {
            return turn == Turn.DONE ? Optional.ofNullable(protection) : Optional.empty();
        }

        @Override
        public void close() {
            open -= closed ? 0 : 1;
            closed = true;
        }
    }
}
