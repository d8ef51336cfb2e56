package dev.socks5.server;

import dev.socks5.codec.PasswordRequest;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Optional;

/**
 * A login (RFC 1929) that is being judged.
 *
 * @param client who wants to log in
 */
record Login(PasswordRequest request, InetSocketAddress client) {

    /** Asks the authenticator, unless the client guesses too often; empty if the login is not good. May block. */
    Optional<? extends Principal> judge(PasswordAuthenticator authenticator, LoginThrottle throttle) {
        if (throttle.keepsOut(client.getAddress())) {
            return Optional.empty(); // Guesses made side by side may all be on their way before the first has failed.
        }
        try {
            Optional<? extends Principal> user = authenticator.authenticate(request, client);
            if (user.isEmpty()) {
                throttle.failed(client.getAddress());
            }
            // Asked again, for some were asked at the same time: of too many guesses none may be told from the others.
            return throttle.keepsOut(client.getAddress()) ? Optional.empty() : user;
        } catch (Throwable e) { // Not every language checks exceptions. It says nothing about the login.
            Log.warn("login refused: the authenticator failed", e);
            return Optional.empty();
        }
    }
}
