package dev.socks5.codec;

import dev.socks5.codec.GssapiContext.Sequence;
import dev.socks5.codec.GssapiContext.Unwrapped;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Protects by a security context, at the level that was agreed (RFC 1961 section 5). */
final class GssapiProtection implements Protection {

    private final GssapiContext context;
    private final ProtectionLevel level;
    private final boolean confidential;
    private final int greatestData;
    private volatile @Nullable Endpoint proxy;

    /**
     * Makes a protection by a context.
     *
     * @param context established
     * @param level one of those that {@link ProtectionLevel} names, but not none
     */
    GssapiProtection(GssapiContext context, ProtectionLevel level) throws GssapiException {
        this.context = context;
        this.level = level;
        this.confidential = !level.equals(ProtectionLevel.INTEGRITY);
        this.greatestData = context.greatestData(GssapiToken.MAX_LENGTH, confidential);
        if (greatestData <= 0) {
            throw new GssapiException("the mechanism has no token that fits into a message", null);
        }
    }

    /** Sets the proxy that failures name if what comes is not good. */
    void blame(@Nullable Endpoint culprit) {
        proxy = culprit;
    }

    @Override
    public ProtectionLevel level() {
        return level;
    }

    @Override
    public ByteBuffer wrap(ByteBuffer data) throws GssapiException {
        int length = Math.min(data.remaining(), greatestData);
        ByteBuffer message = encapsulated(Wire.limit(data.slice(), length));
        Wire.position(data, data.position() + length);
        return message;
    }

    private ByteBuffer encapsulated(ByteBuffer data) throws GssapiException {
        return new GssapiMessage.Encapsulated(GssapiToken.madeOf(context.wrap(data, confidential))).encode();
    }

    @Override
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
        if (!message.isPresent()) {
            return Optional.empty();
        }
        Unwrapped unwrapped = unwrap(message.get());
        if (unwrapped.sequence() != Sequence.NEXT) {
            throw new GssapiException("a protected message is out of sequence: " + unwrapped.sequence(), null);
        }
        Wire.position(in, ahead.position());
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

    @Override
    public int missing(ByteBuffer in) {
        return Math.max(0, GssapiFrame.shortestLength(in) - in.remaining());
    }

    @Override
    public ByteBuffer wrapDatagram(ByteBuffer datagram) throws GssapiException {
        if (datagram.remaining() > greatestDatagram(UdpHeader.MAX_DATAGRAM)) {
            throw new GssapiException(String.format("a datagram of %d octets is too long", datagram.remaining()), null);
        }
        return encapsulated(datagram);
    }

    @Override
    public ByteBuffer unwrapDatagram(ByteBuffer in) throws Socks5Exception {
        ByteBuffer ahead = in.duplicate();
        Optional<GssapiMessage> message = GssapiMessage.decode(ahead);
        if (!message.isPresent() || ahead.hasRemaining()) {
            throw new MalformedMessageException("a datagram is one protected message, no less and no more");
        }
        Unwrapped unwrapped = unwrap(message.get());
        if (unwrapped.sequence() == Sequence.REPLAYED) {
            throw new GssapiException("a protected datagram came before, or is too old", null);
        }
        Wire.position(in, in.limit());
        return unwrapped.data();
    }

    @Override
    public int greatestDatagram(int room) throws GssapiException {
        int token = Math.min(room - GssapiFrame.HEADER_LENGTH, GssapiToken.MAX_LENGTH);
        return token <= 0 ? 0 : Math.max(0, context.greatestData(token, confidential));
    }

    @Override
    public void close() {
        context.close();
    }
}
