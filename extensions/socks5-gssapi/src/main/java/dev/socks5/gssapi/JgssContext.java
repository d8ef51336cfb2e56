package dev.socks5.gssapi;

import dev.socks5.codec.GssapiContext;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.ProtectionLevel;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.MessageProp;
import org.ietf.jgss.Oid;
import org.jspecify.annotations.Nullable;

/** A security context of the JDK's. It is made, with whatever credentials it takes, when it is first needed. */
final class JgssContext implements GssapiContext {

    /** Kerberos 5 (RFC 4121). */
    static final Oid KERBEROS = oid("1.2.840.113554.1.2.2");

    /** The names of its principals (RFC 1964 section 2.1.1). */
    static final Oid PRINCIPAL = oid("1.2.840.113554.1.2.2.1");

    private static final int DEFAULT_QOP = 0;
    private static final byte[] NO_TOKEN = {};

    private final String name;
    private final Credentials credentials;
    private final Maker maker;
    private final Step step;
    private volatile @Nullable GSSContext context;
    private volatile boolean closed;

    /**
     * A context.
     *
     * @param name what it is, for failures
     */
    JgssContext(String name, Credentials credentials, Maker maker, Step step) {
        this.name = name;
        this.credentials = credentials;
        this.maker = maker;
        this.step = step;
    }

    /** Makes the JDK's context. */
    @FunctionalInterface
    interface Maker {
        GSSContext make(GSSManager manager) throws GSSException;
    }

    /** One call of either side to establish it; {@code null} is no token. */
    @FunctionalInterface
    interface Step {
        byte @Nullable [] establish(GSSContext context, byte[] token) throws GSSException;
    }

    @FunctionalInterface
    private interface Call<T> {
        T of(GSSContext context) throws GSSException;
    }

    /** Checks a level that somebody asks for. */
    static ProtectionLevel requireKnown(ProtectionLevel level) {
        if (!level.isAtLeast(ProtectionLevel.NONE)) {
            throw new IllegalArgumentException("not a level that can be asked for: " + level);
        }
        return level;
    }

    private static Oid oid(String text) {
        try {
            return new Oid(text);
        } catch (GSSException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public byte[] establish(byte[] token) throws GssapiException {
        try {
            return credentials.use(() -> Objects.requireNonNullElse(step.establish(made(), token), NO_TOKEN));
        } catch (GSSException
                | LoginException
                | RuntimeException e) { // Nor do all tokens of others fail as they should.
            throw failed("no security context " + name, e);
        } finally {
            if (closed) {
                close(); // Once more: the step may have made keys since.
            }
        }
    }

    private GSSContext made() throws GSSException {
        if (closed) {
            throw new GSSException(GSSException.NO_CONTEXT); // The JDK's would begin anew.
        }
        GSSContext made = context;
        if (made == null) {
            made = maker.make(GSSManager.getInstance());
            context = made;
        }
        return made;
    }

    private static GssapiException failed(String what, Exception e) {
        String reason = e.getMessage() != null || e.getCause() == null
                ? e.getMessage()
                : e.getCause().toString();
        return new GssapiException(what + ": " + reason, e);
    }

    /** Asks the context something that it knows; false before it is made. */
    private boolean is(Call<Boolean> call) {
        GSSContext current = context;
        try {
            return current != null && call.of(current);
        } catch (GSSException e) {
            return false;
        }
    }

    private <T> T call(String what, Call<T> call) throws GssapiException {
        GSSContext current = context;
        if (current == null || closed) {
            throw new GssapiException("no security context " + name, null);
        }
        try {
            return call.of(current);
        } catch (GSSException | RuntimeException e) { // It may be closed at the same time.
            throw failed(what, e);
        }
    }

    @Override
    public boolean isEstablished() {
        return is(GSSContext::isEstablished);
    }

    @Override
    public boolean offers(ProtectionLevel level) {
        if (level.equals(ProtectionLevel.NONE)) {
            return true;
        }
        return is(GSSContext::getIntegState)
                && noticesRepetition()
                && (level.equals(ProtectionLevel.INTEGRITY) || is(GSSContext::getConfState));
    }

    /** It is for the initiator to ask for that, and who asks for neither gets no count at all. */
    private boolean noticesRepetition() {
        return is(GSSContext::getReplayDetState) || is(GSSContext::getSequenceDetState);
    }

    @Override
    public String peerName() throws GssapiException {
        return call("the peer's name is not known", current -> {
            return (current.isInitiator() ? current.getTargName() : current.getSrcName()).toString();
        });
    }

    @Override
    public int greatestData(int tokenLength, boolean confidential) throws GssapiException {
        int length = call("no limit is known", current -> {
            return current.getWrapSizeLimit(DEFAULT_QOP, confidential, tokenLength);
        });
        return Math.max(0, length);
    }

    @Override
    public byte[] wrap(ByteBuffer data, boolean confidential) throws GssapiException {
        byte[] octets = new byte[data.remaining()];
        data.get(octets);
        MessageProp properties = new MessageProp(DEFAULT_QOP, confidential);
        byte[] token = call("cannot protect a message", current -> {
            return current.wrap(octets, 0, octets.length, properties);
        });
        if (confidential && !properties.getPrivacy()) {
            throw new GssapiException("the mechanism has not encrypted a message", null);
        }
        return token;
    }

    @Override
    public Unwrapped unwrap(byte[] token) throws GssapiException {
        MessageProp properties = new MessageProp(DEFAULT_QOP, false);
        byte[] data = call("a message is not what the peer has protected", current -> {
            return current.unwrap(token, 0, token.length, properties);
        });
        return new Unwrapped(ByteBuffer.wrap(data), properties.getPrivacy(), sequence(properties));
    }

    private static Sequence sequence(MessageProp properties) {
        if (properties.isDuplicateToken() || properties.isOldToken()) {
            return Sequence.REPLAYED;
        }
        return properties.isUnseqToken() || properties.isGapToken() ? Sequence.OUT_OF_SEQUENCE : Sequence.NEXT;
    }

    @Override
    public void close() {
        closed = true;
        GSSContext current = context;
        if (current != null) {
            try {
                current.dispose();
            } catch (GSSException | RuntimeException e) { // It may be in use, or closed by another thread.
                // Nothing is left to be done with it.
            }
        }
    }
}
