package dev.socks5.server.internal.command;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Protection;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The client's side of a private method: 07 and the number of the round, which the server answers by a length of one
 * byte and so many bytes, of which the first is 0 if it is content. Calls a hook first in each method.
 */
class PrivateLogin implements ClientNegotiation {

    static final AuthMethod METHOD = new AuthMethod(0x80);

    /** Is called by each method, with its name. */
    @FunctionalInterface
    interface Hook {
        void called(String method);
    }

    private final int rounds;
    private final Hook hook;
    private final AtomicInteger closed = new AtomicInteger();
    private int round;
    private Turn turn = Turn.SEND;

    PrivateLogin(int rounds, Hook hook) {
        this.rounds = rounds;
        this.hook = hook;
    }

    @Override
    public AuthMethod method() {
        hook.called("method");
        return METHOD;
    }

    @Override
    public Turn turn() {
        hook.called("turn");
        return turn;
    }

    @Override
    public ByteBuffer send() {
        hook.called("send");
        turn = Turn.RECEIVE;
        return ByteBuffer.wrap(new byte[] {7, (byte) ++round});
    }

    @Override
    public boolean awaitsVerdict() {
        hook.called("awaitsVerdict");
        return round == rounds;
    }

    @Override
    public boolean receive(ByteBuffer in) throws Socks5Exception {
        hook.called("receive");
        if (lacking(in) > 0) {
            return false;
        }
        byte[] answer = new byte[in.get()];
        in.get(answer);
        if (answer[0] != 0) {
            throw new AuthenticationFailedException("refused in round " + round, answer[0]);
        }
        turn = round < rounds ? Turn.SEND : Turn.DONE;
        return true;
    }

    @Override
    public int missing(ByteBuffer in) {
        hook.called("missing");
        return lacking(in);
    }

    private static int lacking(ByteBuffer in) {
        return in.hasRemaining() ? 1 + in.get(in.position()) - in.remaining() : 1;
    }

    @Override
    public Optional<Protection> protection() {
        hook.called("protection");
        return Optional.empty();
    }

    boolean isClosed() {
        return closed.get() > 0;
    }

    @Override
    public void close() {
        closed.incrementAndGet();
        hook.called("close");
    }
}
