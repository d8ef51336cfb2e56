package dev.socks5.codec;

import dev.socks5.codec.Generators.Pieces;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server of a {@link GssapiScript}. */
final class GssapiServer extends Party {

    private final GssapiScript script;
    private final GssapiNegotiation negotiation;
    private final ServerHandshake handshake = new ServerHandshake();
    private @Nullable ClientMessage last;
    private int replies;

    GssapiServer(GssapiScript script, Pieces cuts, byte[] tunnel) {
        super(cuts, tunnel);
        this.script = script;
        this.negotiation = GssapiNegotiation.acceptor(FakeContext.acceptor(), script.least(), script.serverInClear());
    }

    @Override
    Turn turn() {
        return handshake.turn();
    }

    @Override
    Optional<Protection> protection() {
        return negotiation.isDone() ? negotiation.protection() : Optional.empty();
    }

    @Override
    ByteBuffer say() {
        if (last instanceof Greeting greeting) {
            boolean offered = greeting.methods().contains(AuthMethod.GSSAPI);
            return handshake.send(new MethodSelection(offered ? AuthMethod.GSSAPI : AuthMethod.NO_ACCEPTABLE));
        }
        if (last instanceof GssapiMessage said) {
            return answer(said);
        }
        return handshake.send(replies++ == 0 ? script.reply() : script.secondReply());
    }

    private ByteBuffer answer(GssapiMessage said) {
        try {
            return handshake.send(negotiation.answer(said));
        } catch (Socks5Exception e) {
            fail(e);
            return handshake.send(new GssapiMessage.Abort());
        }
    }

    @Override
    Optional<? extends Message> hear(ByteBuffer in) throws Socks5Exception {
        Optional<? extends ClientMessage> message = handshake.receive(in);
        message.ifPresent(said -> last = said);
        return message;
    }

    @Override
    boolean hasSaidAll() {
        return handshake.turn() == Turn.DONE;
    }

    String peerName() throws GssapiException {
        return negotiation.peerName();
    }
}
