package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sub-negotiation of the method GSSAPI (RFC 1961 sections 3 and 4), without I/O: what to say to what the peer has
 * said.
 *
 * <pre>
 * initiator (client)                  acceptor (server)
 *   Authentication     ----------------&gt;
 *                      &lt;----------------  Authentication       until the context stands, on both sides
 *   LevelNegotiation   ----------------&gt;
 *                      &lt;----------------  LevelNegotiation     the level that counts
 * </pre>
 *
 * <p>The client says what it asks for at the least. The server agrees to that or, where it has limits of its own, to
 * the nearest level within them; the client gives up if that is less than it asked for.
 *
 * <p>It belongs to one connection. Not safe for use by several threads at once.
 */
final class GssapiNegotiation implements AutoCloseable {

    private static final byte[] NO_TOKEN = {};

    private final GssapiContext context;
    private final boolean initiates;
    private final ProtectionLevel least;
    private final ProtectionLevel most;
    private final boolean levelInClear;
    private boolean begun;
    private @Nullable ProtectionLevel agreed;
    private @Nullable GssapiProtection protection;

    private GssapiNegotiation(
            GssapiContext context,
            boolean initiates,
            ProtectionLevel least,
            ProtectionLevel most,
            boolean levelInClear) {
        if (!most.isAtLeast(least)) {
            throw new IllegalArgumentException(
                    String.format("no levels that can be agreed upon: %s to %s", least, most));
        }
        this.context = context;
        this.initiates = initiates;
        this.least = least;
        this.most = most;
        this.levelInClear = levelInClear;
    }

    /**
     * The client's side.
     *
     * @param context of the initiator, new
     * @param level what to ask for, and to get at the least; one of those that {@link ProtectionLevel} names
     * @param levelInClear whether the level is sent as it is, as NEC's implementation and its followers do: the RFC has
     *     it wrapped, and whoever is in between can change it if it is not
     * @return a new negotiation
     * @throws IllegalArgumentException if the level is another one
     */
    public static GssapiNegotiation initiator(GssapiContext context, ProtectionLevel level, boolean levelInClear) {
        return new GssapiNegotiation(context, true, level, ProtectionLevel.CONFIDENTIALITY, levelInClear);
    }

    /**
     * The server's side.
     *
     * @param context of the acceptor, new
     * @param least what to agree to at the least; one of those that {@link ProtectionLevel} names
     * @param most what to agree to at the most; the same
     * @param levelInClear whether a level that a client sends as it is counts, and is answered in the same way, see
     *     {@link #initiator}
     * @return a new negotiation
     * @throws IllegalArgumentException if a level is another one, or the least more than the most
     */
    public static GssapiNegotiation acceptor(
            GssapiContext context, ProtectionLevel least, ProtectionLevel most, boolean levelInClear) {
        return new GssapiNegotiation(context, false, least, most, levelInClear);
    }

    /**
     * Makes the first messages of the client. May block, see {@link GssapiContext#establish}.
     *
     * @return the messages, at least one
     * @throws GssapiException if the mechanism fails
     * @throws IllegalStateException if this is the server's side, or has begun
     */
    public List<GssapiMessage> begin() throws GssapiException {
        if (!initiates || begun) {
            throw new IllegalStateException("the initiator begins, and does so once");
        }
        begun = true;
        List<GssapiMessage> messages = new ArrayList<>();
        establish(NO_TOKEN, messages);
        return messages;
    }

    /**
     * Answers a message. May block, see {@link GssapiContext#establish}.
     *
     * @param message what the peer has said
     * @return the messages; none if the peer is to go on, or this was the last one
     * @throws MalformedMessageException if this message has no place here
     * @throws AuthenticationFailedException if the server aborts
     * @throws GssapiException if the mechanism fails, or no level can be agreed upon. A server tells the client by an
     *     {@link GssapiMessage.Abort}
     */
    public List<GssapiMessage> answer(GssapiMessage message) throws Socks5Exception {
        List<GssapiMessage> answers = new ArrayList<>();
        if (message instanceof GssapiMessage.Authentication authentication && !context.isEstablished()) {
            establish(authentication.token().octets(), answers);
        } else if (message instanceof GssapiMessage.LevelNegotiation negotiation
                && context.isEstablished()
                && agreed == null) {
            agree(negotiation.token(), answers);
        } else if (message instanceof GssapiMessage.Abort && initiates) {
            throw new AuthenticationFailedException("the proxy has aborted the GSSAPI negotiation", GssapiFrame.ABORT);
        } else {
            throw new MalformedMessageException("out of place in the GSSAPI negotiation: "
                    + message.getClass().getSimpleName());
        }
        return answers;
    }

    private void establish(byte[] token, List<GssapiMessage> messages) throws GssapiException {
        GssapiToken output = GssapiToken.madeOf(context.establish(token));
        if (output.length() > 0) {
            messages.add(new GssapiMessage.Authentication(output));
        } else if (!context.isEstablished()) {
            throw new GssapiException("the mechanism wants to go on and has nothing to say", null);
        }
        if (initiates && context.isEstablished()) {
            requireOffered(least);
            messages.add(levelMessage(least, levelInClear));
        }
    }

    private void agree(GssapiToken token, List<GssapiMessage> answers) throws Socks5Exception {
        boolean inClear = levelInClear && token.length() == 1;
        ProtectionLevel said = levelIn(token, inClear);
        if (!said.isKnown()) {
            throw new GssapiException("the peer wants a level that is not known: " + said, null);
        }
        ProtectionLevel level = initiates ? said : withinLimits(said);
        if (!level.isAtLeast(least)) {
            throw new GssapiException(String.format("the proxy agrees to %s, and not to %s", level, least), null);
        }
        requireOffered(level);
        if (!initiates) {
            answers.add(levelMessage(level, inClear));
        }
        if (!level.equals(ProtectionLevel.NONE)) {
            protection = new GssapiProtection(context, level);
        }
        agreed = level;
    }

    private ProtectionLevel withinLimits(ProtectionLevel asked) {
        if (!asked.isAtLeast(least)) {
            return least;
        }
        return most.isAtLeast(asked) ? asked : most;
    }

    private void requireOffered(ProtectionLevel level) throws GssapiException {
        if (!context.offers(level)) {
            throw new GssapiException("the mechanism does not offer " + level, null);
        }
    }

    private GssapiMessage levelMessage(ProtectionLevel level, boolean inClear) throws GssapiException {
        byte[] octet = {(byte) level.code()};
        return new GssapiMessage.LevelNegotiation(
                GssapiToken.madeOf(inClear ? octet : context.wrap(ByteBuffer.wrap(octet), false)));
    }

    private ProtectionLevel levelIn(GssapiToken token, boolean inClear) throws Socks5Exception {
        ByteBuffer octets = inClear ? ByteBuffer.wrap(token.octets()) : unwrapped(token);
        if (octets.remaining() != 1) {
            throw new MalformedMessageException("a protection level has one octet, not " + octets.remaining());
        }
        return new ProtectionLevel(octets.get() & 0xFF);
    }

    private ByteBuffer unwrapped(GssapiToken token) throws GssapiException {
        GssapiContext.Unwrapped unwrapped = context.unwrap(token.octets());
        if (unwrapped.sequence() != GssapiContext.Sequence.NEXT) {
            throw new GssapiException("the protection level is out of sequence: " + unwrapped.sequence(), null);
        }
        return unwrapped.data();
    }

    /**
     * Whether the context stands and the level is agreed upon.
     *
     * @return true if this side has nothing more to hear
     */
    public boolean isDone() {
        return agreed != null;
    }

    /**
     * Returns the protection that everything that follows has to go through.
     *
     * @return empty if there is to be no protection
     * @throws IllegalStateException if the negotiation is not done
     */
    public Optional<Protection> protection() {
        if (!isDone()) {
            throw new IllegalStateException("no level is agreed upon");
        }
        return Optional.ofNullable(protection);
    }

    /**
     * Names the peer, see {@link GssapiContext#peerName()}.
     *
     * @return the name that the mechanism has found to be true
     * @throws GssapiException if the context does not stand
     */
    public String peerName() throws GssapiException {
        return context.peerName();
    }

    /** Ends the context. Not needed once somebody closes the {@link #protection()}. May be called again. */
    @Override
    public void close() {
        context.close();
    }
}
