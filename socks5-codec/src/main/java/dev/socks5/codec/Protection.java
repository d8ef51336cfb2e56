package dev.socks5.codec;

import dev.socks5.codec.GssapiContext.Sequence;
import dev.socks5.codec.GssapiContext.Unwrapped;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the octets of a connection and its socket once a protection level was agreed (RFC 1961 section 5):
 * the request, the reply, and everything in the tunnel go through it, and so do the datagrams of an association.
 *
 * <p>Of a stream, nothing can be changed, left out, moved or repeated unnoticed, but its end is not protected: RFC 1961 has
 * nothing that says that it was the peer who has ended it.
 *
 * <p>One thread may wrap and another one unwrap at the same time.
 */
public final class Protection implements AutoCloseable {

    /** What UDP over IPv4 carries. */
    private static final int LONGEST_DATAGRAM = 65_507;

    private final GssapiContext context;
    private final ProtectionLevel level;
    private final boolean confidential;
    private final int greatestData;
    private volatile @Nullable Endpoint proxy;

    /**
     * Protection by a context.
     *
     * @param context established
     * @param level one of those that {@link ProtectionLevel} names, but not none
     */
    Protection(GssapiContext context, ProtectionLevel level) throws GssapiException {
        this.context = context;
        this.level = level;
        this.confidential = !level.equals(ProtectionLevel.INTEGRITY);
        this.greatestData = context.greatestData(GssapiToken.MAX_LENGTH, confidential);
        if (greatestData <= 0) {
            throw new GssapiException("the mechanism has no token that fits into a message", null);
        }
    }

    /** Says whose failure it is if what comes is not good. */
    void blame(@Nullable Endpoint culprit) {
        proxy = culprit;
    }

    /**
     * The level that was agreed.
     *
     * @return one of those that {@link ProtectionLevel} names, but not none
     */
    public ProtectionLevel level() {
        return level;
    }

    /**
     * Protects the first octets of a buffer: as many as one message holds, some 65,000.
     *
     * @param data its position is moved past those that were taken
     * @return one message, ready to be written; of an empty buffer, one that protects nothing
     * @throws GssapiException if the mechanism fails; the buffer is as it was then
     */
    public ByteBuffer wrap(ByteBuffer data) throws GssapiException {
        int length = Math.min(data.remaining(), greatestData);
        ByteBuffer message = encapsulated(data.slice().limit(length));
        data.position(data.position() + length);
        return message;
    }

    private ByteBuffer encapsulated(ByteBuffer data) throws GssapiException {
        return new GssapiMessage.Encapsulated(GssapiToken.madeOf(context.wrap(data, confidential))).encode();
    }

    /**
     * Takes one message from the front of a buffer, and its protection off. Once that has failed, nothing that follows can
     * be relied on: the connection is to be closed.
     *
     * @param in the octets received; its position is moved past the message, if there was a whole one and it is good
     * @return the octets that it protects, which may be none; empty if the message is incomplete
     * @throws MalformedMessageException if there is another message, or none
     * @throws GssapiException if it is not what the peer has sent next, or less protected than was agreed
     */
    public Optional<ByteBuffer> unwrap(ByteBuffer in) throws Socks5Exception {
        try {
            return unwrapNext(in);
        } catch (Socks5Exception e) {
            e.blame(proxy);
            throw e;
        }
    }

    private Optional<ByteBuffer> unwrapNext(ByteBuffer in) throws Socks5Exception {
        ByteBuffer ahead = in.duplicate();
        Optional<GssapiMessage> message = GssapiMessage.decode(ahead);
        if (message.isEmpty()) {
            return Optional.empty();
        }
        Unwrapped unwrapped = unwrap(message.get());
        if (unwrapped.sequence() != Sequence.NEXT) {
            throw new GssapiException("a protected message is out of sequence: " + unwrapped.sequence(), null);
        }
        in.position(ahead.position());
        return Optional.of(unwrapped.data());
    }

    private Unwrapped unwrap(GssapiMessage message) throws Socks5Exception {
        if (!(message instanceof GssapiMessage.Encapsulated encapsulated)) {
            throw new MalformedMessageException(
                    "protected data expected, not " + message.getClass().getSimpleName());
        }
        Unwrapped unwrapped = context.unwrap(encapsulated.token().uncopied());
        if (level.equals(ProtectionLevel.CONFIDENTIALITY) && !unwrapped.confidential()) {
            throw new GssapiException("a message is not encrypted, though that was agreed", null);
        }
        return unwrapped;
    }

    /**
     * How many more octets there have to be, at the least, before {@link #unwrap(ByteBuffer)} can return something.
     *
     * @param in the octets received so far; left as it is
     * @return a positive number, or 0 if the message is complete
     */
    public int missing(ByteBuffer in) {
        return Math.max(0, GssapiFrame.shortestLength(in) - in.remaining());
    }

    /**
     * Protects a datagram, header and all (RFC 1928 section 7).
     *
     * @param datagram at most {@link #greatestDatagram(int)} octets; its position is moved to its limit
     * @return what to send
     * @throws GssapiException if it is too long, or the mechanism fails
     */
    public ByteBuffer wrapDatagram(ByteBuffer datagram) throws GssapiException {
        if (datagram.remaining() > greatestDatagram(LONGEST_DATAGRAM)) {
            throw new GssapiException("a datagram of %d octets is too long".formatted(datagram.remaining()), null);
        }
        return encapsulated(datagram);
    }

    /**
     * Takes the protection off a datagram. Datagrams may be lost and overtake each other, but none is taken twice.
     *
     * @param in what was received, one message and nothing else; its position is moved to its limit if it is good
     * @return the datagram with its header
     * @throws MalformedMessageException if it is anything else
     * @throws GssapiException if it is not what the peer has sent, has come before, or is less protected than was agreed
     */
    public ByteBuffer unwrapDatagram(ByteBuffer in) throws Socks5Exception {
        ByteBuffer ahead = in.duplicate();
        Optional<GssapiMessage> message = GssapiMessage.decode(ahead);
        if (message.isEmpty() || ahead.hasRemaining()) {
            throw new MalformedMessageException("a datagram is one protected message, no less and no more");
        }
        Unwrapped unwrapped = unwrap(message.get());
        if (unwrapped.sequence() == Sequence.REPLAYED) {
            throw new GssapiException("a protected datagram came before, or is too old", null);
        }
        in.position(in.limit());
        return unwrapped.data();
    }

    /**
     * How long a datagram may be to be no longer than this when protected.
     *
     * @param room in octets, up to 65,539
     * @return in octets; 0 if nothing fits
     * @throws GssapiException if the context has ended
     */
    public int greatestDatagram(int room) throws GssapiException {
        int token = Math.min(room - GssapiFrame.HEADER_LENGTH, GssapiToken.MAX_LENGTH);
        return token <= 0 ? 0 : Math.max(0, context.greatestData(token, confidential));
    }

    /** Ends the context: nothing can be wrapped or unwrapped any more (RFC 1961 section 6). May be called again. */
    @Override
    public void close() {
        context.close();
    }
}
