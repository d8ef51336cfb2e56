package dev.socks5.server.internal.policy;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.MethodAuthenticator;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.internal.limits.LoginThrottle;
import dev.socks5.server.internal.net.Log;
import java.security.Principal;
import java.util.Optional;

/** Logins by user name and password (RFC 1929): asks the authenticator, unless the client guesses too often. */
final class PasswordLogins implements MethodAuthenticator {

    private final PasswordAuthenticator authenticator;
    private final LoginThrottle throttle;

    PasswordLogins(PasswordAuthenticator authenticator, LoginThrottle throttle) {
        this.authenticator = authenticator;
        this.throttle = throttle;
    }

    @Override
    public boolean mayBlock() {
        return authenticator.mayBlock();
    }

    @Override
    public boolean admits(Principal user) {
        return authenticator.admits(user);
    }

    @Override
    public ServerNegotiation begin(ClientAddress client) {
        return ServerNegotiation.password(login -> Optional.of(user(login, client)));
    }

    private Principal user(PasswordRequest login, ClientAddress client) {
        requireFewGuesses(client); // Guesses made side by side may all be on their way before the first has failed.
        Optional<? extends Principal> user = judge(login, client);
        if (user.isEmpty()) {
            throttle.failed(client);
        }
        requireFewGuesses(client); // Of too many guesses made at the same time, none may be told from the others.
        return user.orElseThrow(() -> new LoginRefused("the user name or password is not good"));
    }

    private void requireFewGuesses(ClientAddress client) {
        if (throttle.keepsOut(client)) {
            throw new LoginRefused("the client has guessed too often");
        }
    }

    private Optional<? extends Principal> judge(PasswordRequest login, ClientAddress client) {
        try {
            Optional<? extends Principal> user = authenticator.authenticate(login, client);
            return user.isPresent() ? user : Optional.empty(); // Null fails here.
        } catch (Throwable e) { // Not every language checks exceptions. It says nothing about the login.
            Log.warn("login refused: the authenticator failed", e);
            throw new LoginRefused("the authenticator failed");
        }
    }
}
