package dev.socks5.server;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.internal.policy.PasswordTable;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether a login is good (RFC 1929). Called by several threads at once.
 *
 * <p>To replace users while the server runs, delegate to a {@code volatile} field: {@code builder.authenticator((login,
 * client) -> users.authenticate(login, client))}. Connections that have logged in before go on.
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
     * Tells whether a user who has logged in before would still be let in: asked by {@link Socks5Server#judgeAgain}, on
     * its caller's thread, for sessions that are open. Returns {@code true} unless it is overridden.
     *
     * @param user as it was found at the login, perhaps by the authenticator before this one
     * @return false ends the session
     */
    default boolean admits(Principal user) {
        return true;
    }

    /**
     * Creates an authenticator for a fixed set of users. Passwords are compared in constant time, with the same work
     * for users that do not exist.
     *
     * @param passwords user name to password; encoded as UTF-8, at most 255 bytes each
     * @return an authenticator with a copy of the map, whose result is a {@link User}
     * @throws IllegalArgumentException if a name or a password is empty or too long
     */
    static PasswordAuthenticator of(Map<String, String> passwords) {
        return new PasswordTable(passwords);
    }
}
