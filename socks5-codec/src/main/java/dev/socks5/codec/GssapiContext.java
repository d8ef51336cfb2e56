package dev.socks5.codec;

import java.nio.ByteBuffer;

/**
 * A security context (RFC 2743) of either side: what SOCKS needs of a mechanism such as Kerberos. The module
 * {@code dev.socks5.gssapi} has one on top of the JDK's {@code org.ietf.jgss}.
 *
 * <p>It belongs to one connection. {@link #wrap} and {@link #unwrap} may be called by two threads at a time, one each;
 * {@link #close} may be called by any thread at any time; nothing else needs to be safe for use by several threads.
 */
public interface GssapiContext extends AutoCloseable {

    /**
     * Goes on with establishing the context. May block: a mechanism may have to talk to others.
     *
     * @param token what the peer has said; of no bytes for the initiator's first call
     * @return what the peer has to be told; of no bytes if nothing
     * @throws GssapiException if the context cannot be established: the token is not good, there are no credentials,
     *     ...
     */
    byte[] establish(byte[] token) throws GssapiException;

    /**
     * Whether the context stands, on this side.
     *
     * @return true once all that follows may be called
     */
    boolean isEstablished();

    /**
     * Whether messages can be protected as a level promises.
     *
     * @param level one of those that {@link ProtectionLevel} names
     * @return true if the mechanism can do so
     */
    boolean offers(ProtectionLevel level);

    /**
     * Names the peer.
     *
     * @return the name that the mechanism has found to be true, such as {@code alice@EXAMPLE.COM}
     * @throws GssapiException if it is not known
     */
    String peerName() throws GssapiException;

    /**
     * Tells how much can be wrapped at a time (GSS_Wrap_size_limit).
     *
     * @param tokenLength how many bytes the token may have, 0 to 65,535
     * @param confidential as for {@link #wrap}
     * @return how many bytes of data are never more than that when wrapped; 0 if there are none
     * @throws GssapiException if the context has ended
     */
    int greatestData(int tokenLength, boolean confidential) throws GssapiException;

    /**
     * Protects bytes (GSS_Wrap).
     *
     * @param data its position is moved to its limit
     * @param confidential whether to encrypt them as well
     * @return the token
     * @throws GssapiException if they cannot be protected in this way
     */
    byte[] wrap(ByteBuffer data, boolean confidential) throws GssapiException;

    /**
     * Verifies protected bytes, and takes the protection off (GSS_Unwrap).
     *
     * @param token what the peer's {@link #wrap} gave
     * @return what was wrapped
     * @throws GssapiException if it is not what the peer has wrapped
     */
    Unwrapped unwrap(byte[] token) throws GssapiException;

    /**
     * Destroys the keys (GSS_Delete_sec_context). Nothing is sent. May be called again, and before the context stands.
     */
    @Override
    void close();

    /**
     * Data that was wrapped, and the way in which it was.
     *
     * @param data ready to be read
     * @param confidential whether it was encrypted
     * @param sequence how it compares with what came before
     */
    record Unwrapped(ByteBuffer data, boolean confidential, Sequence sequence) {}

    /** The place of a token among those of its side. A context that keeps no count says {@link #NEXT}. */
    enum Sequence {
        /** It is the next one. */
        NEXT,
        /** It comes too soon or too late: others are missing, or have come before it. */
        OUT_OF_SEQUENCE,
        /** It has come before, or is too old to tell. */
        REPLAYED
    }
}
