package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Optional;

/** The method that has no messages, on both sides (RFC 1928 section 3). */
final class NoAuthentication implements ClientNegotiation, ServerNegotiation {

    static final NoAuthentication INSTANCE = new NoAuthentication();

    private NoAuthentication() {}

    @Override
    public AuthMethod method() {
        return AuthMethod.NO_AUTHENTICATION;
    }

    @Override
    public Turn turn() {
        return Turn.DONE;
    }

    @Override
    public ByteBuffer send() {
        throw new IllegalStateException("no authentication has no messages");
    }

    @Override
    public boolean receive(ByteBuffer in) {
        throw new IllegalStateException("no authentication has no messages");
    }

    @Override
    public int missing(ByteBuffer in) {
        return 0;
    }

    @Override
    public Optional<Principal> principal() {
        return Optional.empty();
    }
}
