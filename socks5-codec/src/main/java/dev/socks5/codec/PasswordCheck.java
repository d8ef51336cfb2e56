package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The server's side of RFC 1929: the login, and the verdict on it. */
final class PasswordCheck implements ServerNegotiation {

    private final Function<? super PasswordRequest, ? extends Optional<? extends Principal>> users;
    private Turn turn = Turn.RECEIVE;
    private @Nullable Principal user;

    PasswordCheck(Function<? super PasswordRequest, ? extends Optional<? extends Principal>> users) {
        this.users = users;
    }

    @Override
    public AuthMethod method() {
        return AuthMethod.USERNAME_PASSWORD;
    }

    @Override
    public Turn turn() {
        return turn;
    }

    @Override
    public boolean receive(ByteBuffer in) throws Socks5Exception {
        turn.require(Turn.RECEIVE);
        turn = Turn.FAILED; // and stays so if decoding throws
        Optional<PasswordRequest> login = PasswordRequest.decode(in);
        turn = login.isPresent() ? Turn.SEND : Turn.RECEIVE;
        if (login.isPresent()) {
            user = users.apply(login.get()).orElse(null);
        }
        return login.isPresent();
    }

    @Override
    public ByteBuffer send() {
        turn.require(Turn.SEND);
        turn = user == null ? Turn.FAILED : Turn.DONE;
        return (user == null ? PasswordResponse.FAILURE : PasswordResponse.SUCCESS).encode();
    }

    @Override
    public int missing(ByteBuffer in) {
        return Math.max(0, PasswordRequest.shortestLength(in) - in.remaining());
    }

    @Override
    public Optional<Principal> principal() {
        return turn == Turn.DONE ? Optional.ofNullable(user) : Optional.empty();
    }
}
