package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Carries the messages of a {@link GssapiNegotiation} as bytes: what both sides have in common. */
abstract class GssapiExchange implements Negotiation {

    final GssapiNegotiation negotiation;
    Turn turn;

    GssapiExchange(GssapiNegotiation negotiation, Turn first) {
        this.negotiation = negotiation;
        this.turn = first;
    }

    @Override
    public final AuthMethod method() {
        return AuthMethod.GSSAPI;
    }

    @Override
    public final Turn turn() {
        return turn;
    }

    @Override
    public final boolean receive(ByteBuffer in) throws Socks5Exception {
        turn.require(Turn.RECEIVE);
        turn = afterFailure(); // and stays so if anything below throws
        Optional<GssapiMessage> message = GssapiMessage.decode(in);
        turn = message.isPresent() ? prepare(negotiation.answer(message.get())) : Turn.RECEIVE;
        return message.isPresent();
    }

    /** Gives the turn after an exception. */
    abstract Turn afterFailure();

    /** Takes what is to be said to a message, and gives the turn after it. */
    abstract Turn prepare(List<GssapiMessage> answers) throws Socks5Exception;

    @Override
    public final int missing(ByteBuffer in) {
        return Math.max(0, GssapiFrame.shortestLength(in) - in.remaining());
    }

    @Override
    public final Optional<Protection> protection() {
        return turn == Turn.DONE ? negotiation.protection() : Optional.empty();
    }

    @Override
    public final void close() {
        negotiation.close();
    }
}
