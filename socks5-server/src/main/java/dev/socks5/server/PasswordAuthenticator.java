package dev.socks5.server;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.internal.policy.PasswordTable;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether a login is good (RFC 1929). Called by several threads at once.
 *
 * <p>To replace users while the server runs, see {@link Socks5Server#reconfigure}. Those who have logged in before go
 * on, until {@link Socks5Server#judgeAgain} asks {@link #admits} about them.
 */
@FunctionalInterface
public interface PasswordAuthenticator extends Policy {

    /**
     * Checks a login. May block: it is called on a thread that may wait, and {@code handshakeTimeout} goes on. Compare
     * secrets in constant time, see {@link java.security.MessageDigest#isEqual}.
     *
     * @param login the user name and password, as bytes; see {@link PasswordRequest#username(java.nio.charset.Charset)}
     * @param client the address that the connection comes from
     * @return the user, for rules, listeners and routes: a {@link User}, or a {@link Principal} of your own; empty if
     *     the login is not good. An exception counts as empty, and is logged
     * @throws Exception if the decision cannot be made
     */
    Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress client) throws Exception;

    /**
     * Tells whether a user who has logged in before would still be let in. Asked by {@link Socks5Server#judgeAgain}, on
     * its caller's thread, for sessions that are open; and, after {@link Socks5Server#reconfigure}, for logins and
     * requests that follow a login by the settings before: on an event loop if {@link #mayBlock} says false. Returns
     * {@code true} unless it is overridden.
     *
     * @param user as it was found at the login, perhaps by the authenticator before this one
     * @return false ends the session, or refuses the login or the request; an exception counts as false, and is logged
     */
    default boolean admits(Principal user) {
        return true;
    }

    /**
     * Creates an authenticator for a fixed set of users. Passwords are compared in constant time, with the same work
     * for users that do not exist.
     *
     * @param passwords user name to password; encoded as UTF-8, at most 255 bytes each
     * @return an authenticator with a copy of the map. Its result is a {@link Principal} with the name and no more that
     *     others could see; it {@link #admits} a user who is in the map with the password of the login
     * @throws IllegalArgumentException if a name or a password is empty or too long
     */
    static PasswordAuthenticator of(Map<String, String> passwords) {
        return new PasswordTable(passwords);
    }
}
