package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The server's side of RFC 1961. Whatever fails, the client is told by an abort (section 3.8). */
final class GssapiAcceptance extends GssapiExchange implements ServerNegotiation {

    private static final List<GssapiMessage> ABORT = List.of(new GssapiMessage.Abort());

    private final Function<? super String, ? extends Optional<? extends Principal>> users;
    private List<GssapiMessage> prepared = ABORT;
    private @Nullable Principal user;

    GssapiAcceptance(
            GssapiNegotiation negotiation, Function<? super String, ? extends Optional<? extends Principal>> users) {
        super(negotiation, Turn.RECEIVE);
        this.users = users;
    }

    @Override
    Turn afterFailure() {
        prepared = ABORT;
        return Turn.SEND;
    }

    @Override
    Turn prepare(List<GssapiMessage> answers) throws Socks5Exception {
        if (negotiation.isDone()) {
            String name = negotiation.peerName();
            user = users.apply(name).orElse(null);
            if (user == null) {
                throw new AuthenticationFailedException(
                        "no user is known by the name " + Text.escape(name), GssapiFrame.ABORT);
            }
        }
        prepared = answers;
        return answers.isEmpty() ? Turn.RECEIVE : Turn.SEND;
    }

    @Override
    public ByteBuffer send() {
        turn.require(Turn.SEND);
        if (prepared.equals(ABORT)) {
            turn = Turn.FAILED;
        } else {
            turn = negotiation.isDone() ? Turn.DONE : Turn.RECEIVE;
        }
        return Wire.encode(prepared);
    }

    @Override
    public Optional<Principal> principal() {
        return turn == Turn.DONE ? Optional.ofNullable(user) : Optional.empty();
    }
}
