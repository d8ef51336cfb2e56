package dev.socks5.server;

import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether the certificate that a client has shown by TLS is a login, and whose; see
 * {@link Socks5ServerBuilder#certificateLogin}. Called by several threads at once.
 *
 * <pre>{@code
 * builder.certificateLogin((chain, client) -> Optional.of(chain.get(0).getSubjectX500Principal()))
 * }</pre>
 */
@FunctionalInterface
public interface CertificateAuthenticator extends Policy {

    /**
     * Finds the user of a certificate. Called once for each connection whose client has shown a certificate, after the
     * TLS handshake: the context's trust manager has accepted the chain, and the client has proved that it has the
     * key. If a client resumes a session of TLS, both was done when that session began. May block: unless
     * {@link #mayBlock} is false, it is called on a thread that may wait, and {@code handshakeTimeout} goes on.
     *
     * @param chain the client's certificate, and those that it was signed with, as far as the client has sent them; at
     *     least one
     * @param client where the connection comes from
     * @return the user, for rules, listeners and routes: a {@link User}, or a {@link Principal} of your own. Empty if
     *     the certificate is no login: the client may then log in by another method, if there is one. After an
     *     exception, which is logged, it may not
     * @throws Exception if the decision cannot be made
     */
    Optional<? extends Principal> authenticate(List<X509Certificate> chain, ClientAddress client) throws Exception;

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
}
