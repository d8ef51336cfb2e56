package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One side of the sub-negotiation of a method (RFC 1928 section 3), without I/O: {@link ClientNegotiation} or
 * {@link ServerNegotiation}. No authentication, user name and password (RFC 1929) and GSSAPI (RFC 1961) are
 * implementations like any other; a private method (X'80' to X'FE') is one that an application brings along.
 *
 * <pre>
 *   method selected --&gt; SEND &lt;--&gt; RECEIVE --&gt; DONE     the request follows
 *                         \          \
 *                          +----------+-----&gt; FAILED   nothing follows
 * </pre>
 *
 * <p>It belongs to one connection. One thread uses it at a time; only {@link #close} may be called by any thread at any
 * time.
 */
public interface Negotiation extends AutoCloseable {

    /**
     * Returns the method.
     *
     * @return always the same one, and not {@link AuthMethod#NO_ACCEPTABLE}
     */
    AuthMethod method();

    /**
     * Tells what has to be done next.
     *
     * @return {@link Turn#SEND} for {@link #send()}, {@link Turn#RECEIVE} for {@link #receive}; {@link Turn#DONE} and
     *     {@link Turn#FAILED} stand. Of a new one {@code DONE} if the method has no messages
     */
    Turn turn();

    /**
     * Makes the next message. May block, if the implementation says so.
     *
     * @return a new buffer, ready to be read
     * @throws Socks5Exception if this side gives up
     * @throws IllegalStateException if it is not this side's turn to send
     */
    ByteBuffer send() throws Socks5Exception;

    /**
     * Takes the next message from the front of a buffer. May block, if the implementation says so, but only with a
     * whole message.
     *
     * @param in the bytes received; its position is moved past the message, if there was a whole one, and left alone
     *     otherwise. Bytes that follow belong to the next message, or to the request
     * @return whether there was a whole message
     * @throws MalformedMessageException if the peer sent something else
     * @throws AuthenticationFailedException if the peer, or this side, refuses the login
     * @throws Socks5Exception if the negotiation fails in another way. After any exception a server sends what it has
     *     to say to that, if {@link #turn()} is {@link Turn#SEND}, and that is the end of it; a client just closes
     * @throws IllegalStateException if it is not the peer's turn
     */
    boolean receive(ByteBuffer in) throws Socks5Exception;

    /**
     * Tells how many more bytes there have to be, at the least, before {@link #receive} takes a message or refuses the
     * bytes. Called only when it is the peer's turn. An answer that is too great reads into what follows.
     *
     * @param in the bytes received so far; left as it is
     * @return a positive number, or 0 if the message is complete
     */
    int missing(ByteBuffer in);

    /**
     * Returns the protection that everything after this negotiation has to go through.
     *
     * @return empty if nothing is to be protected, or it is not {@link Turn#DONE}
     */
    default Optional<Protection> protection() {
        return Optional.empty();
    }

    /**
     * Ends the negotiation, and its protection. Whoever carries it out calls this in every case, whether it has begun
     * or not, unless there is a {@link #protection()}: then closing that is enough. May be called again, and by another
     * thread than the one that uses it, while that is blocked for example.
     */
    @Override
    default void close() {}
}
