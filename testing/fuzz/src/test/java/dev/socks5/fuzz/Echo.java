package dev.socks5.fuzz;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Turn;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Optional;

/** A private method: the client says one byte, AA, and the server answers with another one, BB. */
final class Echo implements ClientNegotiation, ServerNegotiation {

    static final int METHOD = 0x80;
    static final byte QUESTION = (byte) 0xAA;
    static final byte ANSWER = (byte) 0xBB;

    private final boolean client;
    private Turn turn;

    Echo(boolean client) {
        this.client = client;
        this.turn = client ? Turn.SEND : Turn.RECEIVE;
    }

    @Override
    public AuthMethod method() {
        return AuthMethod.of(METHOD);
    }

    @Override
    public Turn turn() {
        return turn;
    }

    @Override
    public ByteBuffer send() {
        require(Turn.SEND);
        turn = client ? Turn.RECEIVE : Turn.DONE;
        return ByteBuffer.wrap(new byte[] {client ? QUESTION : ANSWER});
    }

    @Override
    public boolean receive(ByteBuffer in) throws MalformedMessageException {
        require(Turn.RECEIVE);
        if (!in.hasRemaining()) {
            return false;
        }
        if (in.get(in.position()) != (client ? ANSWER : QUESTION)) {
            turn = Turn.FAILED;
            throw new MalformedMessageException("not the byte of this method");
        }
        in.get();
        turn = client ? Turn.DONE : Turn.SEND;
        return true;
    }

    private void require(Turn expected) {
        if (turn != expected) {
            throw new IllegalStateException("not now: " + turn);
        }
    }

    @Override
    public int missing(ByteBuffer in) {
        return in.hasRemaining() ? 0 : 1;
    }

    @Override
    public Optional<Principal> principal() {
        return Optional.empty();
    }
}
