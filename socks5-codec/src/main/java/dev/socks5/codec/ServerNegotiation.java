package dev.socks5.codec;

import java.security.Principal;
import java.util.Optional;
import java.util.function.Function;

/** The server's side of the sub-negotiation of a method; see {@link ServerHandshake}. */
public interface ServerNegotiation extends Negotiation {

    /**
     * Returns who the client has shown to be.
     *
     * @return empty for nobody in particular, and as long as it is not {@link Turn#DONE}
     */
    Optional<Principal> principal();

    /**
     * Makes the negotiation of {@link AuthMethod#NO_AUTHENTICATION}, which has no messages and no principal.
     *
     * @return one that is done
     */
    static ServerNegotiation noAuthentication() {
        return NoAuthentication.INSTANCE;
    }

    /**
     * Makes the negotiation of {@link AuthMethod#USERNAME_PASSWORD} (RFC 1929).
     *
     * @param users finds the user; empty if the login is not good. It may block, and {@link #receive} throws what it
     *     throws, after which there is a failure to send
     * @return a new negotiation
     */
    static ServerNegotiation password(
            Function<? super PasswordRequest, ? extends Optional<? extends Principal>> users) {
        return new PasswordCheck(users);
    }

    /**
     * Makes the negotiation of {@link AuthMethod#GSSAPI} (RFC 1961). It blocks where {@link GssapiContext#establish}
     * does.
     *
     * @param context of the acceptor, new
     * @param least what to agree to at the least; one of those that {@link ProtectionLevel} names
     * @param most what to agree to at the most; the same
     * @param levelInClear whether a level that a client sends as it is counts, and is answered in the same way, see
     *     {@link ClientNegotiation#gssapi}
     * @param users finds the user by the name that the mechanism has found to be true, such as
     *     {@code alice@EXAMPLE.COM}; empty if the login is refused. It may block, and {@link #receive} throws what it
     *     throws, after which there is an abort to send
     * @return a new negotiation, which closes the context
     * @throws IllegalArgumentException if a level is another one, or the least more than the most
     */
    static ServerNegotiation gssapi(
            GssapiContext context,
            ProtectionLevel least,
            ProtectionLevel most,
            boolean levelInClear,
            Function<? super String, ? extends Optional<? extends Principal>> users) {
        return new GssapiAcceptance(GssapiNegotiation.acceptor(context, least, most, levelInClear), users);
    }
}
