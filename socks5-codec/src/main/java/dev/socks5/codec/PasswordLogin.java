package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/** The client's side of RFC 1929: the login, and the server's verdict. */
final class PasswordLogin implements ClientNegotiation {

    private final PasswordRequest login;
    private Turn turn = Turn.SEND;

    PasswordLogin(PasswordRequest login) {
        this.login = login;
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
    public ByteBuffer send() {
        turn.require(Turn.SEND);
        turn = Turn.RECEIVE;
        return login.encode();
    }

    @Override
    public boolean awaitsVerdict() {
        return turn == Turn.RECEIVE;
    }

    @Override
    public boolean receive(ByteBuffer in) throws Socks5Exception {
        turn.require(Turn.RECEIVE);
        turn = Turn.FAILED; // and stays so if anything below throws
        Optional<PasswordResponse> response = PasswordResponse.decode(in);
        if (response.isPresent() && !response.get().succeeded()) {
            throw new AuthenticationFailedException(response.get());
        }
        turn = response.isPresent() ? Turn.DONE : Turn.RECEIVE;
        return response.isPresent();
    }

    @Override
    public int missing(ByteBuffer in) {
        return Math.max(0, PasswordResponse.LENGTH - in.remaining());
    }
}
