package dev.socks5.codec;

import dev.socks5.codec.Generators.Pieces;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The client of a {@link GssapiScript}. In a hurry: it sends its first data right behind its request. */
final class GssapiClient extends Party {

    private final ClientNegotiation negotiation;
    private final ClientHandshake handshake;
    private boolean requested;

    GssapiClient(GssapiScript script, Pieces cuts, byte[] tunnel) {
        super(cuts, tunnel);
        this.negotiation =
                ClientNegotiation.gssapi(FakeContext.initiator(script.name()), script.asked(), script.clientInClear());
        this.handshake = new ClientHandshake(script.request(), List.of(negotiation), null);
    }

    @Override
    Turn turn() {
        return handshake.turn();
    }

    @Override
    Optional<Protection> protection() {
        return handshake.protection();
    }

    @Override
    ByteBuffer say() throws Socks5Exception {
        requested = negotiation.turn() == Turn.DONE;
        return handshake.send();
    }

    @Override
    boolean hear(ByteBuffer in) throws Socks5Exception {
        return handshake.receive(in);
    }

    @Override
    boolean hasSaidAll() {
        return requested;
    }
}
