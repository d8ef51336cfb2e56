package dev.socks5.codec;

import dev.socks5.codec.Generators.Pieces;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server of a {@link GssapiScript}. */
final class GssapiServer extends Party {

    private final GssapiScript script;
    private final ServerNegotiation negotiation;
    private final ServerHandshake handshake = new ServerHandshake();
    private @Nullable ClientMessage last;
    private boolean selected;
    private int replies;

    GssapiServer(GssapiScript script, Pieces cuts, byte[] tunnel) {
        super(cuts, tunnel);
        this.script = script;
        this.negotiation = ServerNegotiation.gssapi(
                FakeContext.acceptor(),
                script.least(),
                ProtectionLevel.CONFIDENTIALITY,
                script.serverInClear(),
                name -> Optional.of(() -> name));
    }

    @Override
    Turn turn() {
        return handshake.turn();
    }

    @Override
    Optional<Protection> protection() {
        return negotiation.protection();
    }

    private boolean isNegotiating() {
        return selected && negotiation.turn() != Turn.DONE && negotiation.turn() != Turn.FAILED;
    }

    @Override
    ByteBuffer say() throws Socks5Exception {
        if (last instanceof Greeting greeting) {
            last = null;
            selected = greeting.methods().contains(AuthMethod.GSSAPI);
            return selected ? handshake.select(negotiation) : handshake.refuse();
        }
        if (isNegotiating()) {
            return negotiation.send();
        }
        return handshake.send(replies++ == 0 ? script.reply() : script.secondReply());
    }

    @Override
    boolean hear(ByteBuffer in) throws Socks5Exception {
        if (isNegotiating()) {
            return negotiation.receive(in);
        }
        Optional<? extends ClientMessage> message = handshake.receive(in);
        message.ifPresent(said -> last = said);
        return message.isPresent();
    }

    @Override
    boolean hasLastWord() {
        return selected && negotiation.turn() == Turn.SEND;
    }

    @Override
    boolean hasSaidAll() {
        return handshake.turn() == Turn.DONE;
    }

    String peerName() {
        return negotiation.principal().map(Principal::getName).orElseThrow();
    }
}
