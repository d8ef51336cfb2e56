package dev.socks5.server;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ServerNegotiation;
import java.security.Principal;

/**
 * Has clients log in by a method of its own (RFC 1928 section 3), a private one (X'80' to X'FE') for example; see
 * {@link Socks5ServerBuilder#method}. Called by several threads at once.
 *
 * <p>Its {@link #mayBlock} is about the {@link ServerNegotiation}s that it makes: if it is true, their {@code receive}
 * and {@code send} are called on a thread that may wait, and {@code handshakeTimeout} goes on; else on an event loop,
 * which serves others meanwhile. Their other methods may be called on an event loop in either case. One thread uses a
 * negotiation at a time, except that {@code close} may come while another one is blocked in it.
 */
@FunctionalInterface
public interface MethodAuthenticator extends Policy {

    /**
     * Begins a negotiation with a client that has offered the method. Called on an event loop, and must not block.
     *
     * <p>Whatever the negotiation does or throws ends that login and nothing else. It is closed when it is done, unless
     * it has a protection, and in every other case. A client whose negotiation is {@linkplain
     * dev.socks5.codec.Turn#DONE done} without a {@linkplain ServerNegotiation#principal() principal} is anonymous.
     *
     * @param client the address that the connection comes from
     * @return a new negotiation, whose {@linkplain ServerNegotiation#method() method} is the one that this was
     *     registered for; {@link AuthMethod#NO_ACCEPTABLE} is none
     */
    ServerNegotiation begin(ClientAddress client);

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
