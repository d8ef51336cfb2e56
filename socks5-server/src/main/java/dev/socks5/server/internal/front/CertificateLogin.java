package dev.socks5.server.internal.front;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Turn;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.MethodAuthenticator;
import dev.socks5.server.internal.policy.LoginMethod;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Optional;

/** The method without messages, selected by a client whom its certificate has made known already. */
record CertificateLogin(Principal user) implements ServerNegotiation {

    /** Makes the method for one client. */
    static LoginMethod of(Principal user) {
        return new LoginMethod(AuthMethod.NO_AUTHENTICATION, new MethodAuthenticator() {
            @Override
            public ServerNegotiation begin(ClientAddress client) {
                return new CertificateLogin(user);
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        });
    }

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
        throw new IllegalStateException("there are no messages");
    }

    @Override
    public boolean receive(ByteBuffer in) {
        throw new IllegalStateException("there are no messages");
    }

    @Override
    public int missing(ByteBuffer in) {
        return 0;
    }

    @Override
    public Optional<Principal> principal() {
        return Optional.of(user);
    }
}
