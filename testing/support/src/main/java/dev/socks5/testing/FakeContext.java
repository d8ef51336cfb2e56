package dev.socks5.testing;

import dev.socks5.codec.GssapiContext;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.ProtectionLevel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A security mechanism that protects nothing and checks everything, for tests. The initiator says its name, the
 * acceptor says hello, and that is all. A token is what was wrapped, between a header that says who wrapped it, how,
 * and as which one, and a checksum; what is "encrypted" has its bits turned.
 */
public final class FakeContext implements GssapiContext {

    /** Side, confidential or not, and the number. */
    private static final int HEADER = 6;

    private static final int OVERHEAD = HEADER + Integer.BYTES;
    private static final byte[] HELLO = {'h', 'i'};
    private static final byte[] NO_TOKEN = {};

    private final @Nullable String ownName;
    private final AtomicInteger wrapped = new AtomicInteger();
    private final Set<Integer> unwrapped = new HashSet<>();
    private int next;
    private @Nullable String peerName;
    private boolean established;
    private volatile boolean closed;

    private FakeContext(@Nullable String ownName) {
        this.ownName = ownName;
    }

    /** A client's side. */
    public static FakeContext initiator(String name) {
        return new FakeContext(name);
    }

    /** A server's side; it does not accept a name that begins with "nobody". */
    public static FakeContext acceptor() {
        return new FakeContext(null);
    }

    @Override
    public byte[] establish(byte[] token) throws GssapiException {
        requireOpen();
        if (ownName != null && token.length == 0) {
            return ownName.getBytes(StandardCharsets.UTF_8);
        }
        String said = new String(token, StandardCharsets.UTF_8);
        if (ownName == null ? said.startsWith("nobody") : !said.equals("hi")) {
            throw new GssapiException("the fake mechanism does not know " + said, null);
        }
        peerName = said;
        established = true;
        return ownName == null ? HELLO.clone() : NO_TOKEN;
    }

    @Override
    public boolean isEstablished() {
        return established;
    }

    @Override
    public boolean offers(ProtectionLevel level) {
        return true;
    }

    @Override
    public String peerName() throws GssapiException {
        if (peerName == null) {
            throw new GssapiException("nobody yet", null);
        }
        return peerName;
    }

    @Override
    public int greatestData(int tokenLength, boolean confidential) throws GssapiException {
        requireOpen();
        return Math.max(0, tokenLength - OVERHEAD);
    }

    @Override
    public byte[] wrap(ByteBuffer data, boolean confidential) throws GssapiException {
        requireOpen();
        ByteBuffer token = ByteBuffer.allocate(OVERHEAD + data.remaining());
        token.put(side()).put((byte) (confidential ? 1 : 0)).putInt(wrapped.getAndIncrement());
        byte[] octets = new byte[data.remaining()];
        data.get(octets);
        turn(octets, confidential);
        return token.put(octets).putInt(sum(token.array())).array();
    }

    @Override
    public Unwrapped unwrap(byte[] token) throws GssapiException {
        requireOpen();
        ByteBuffer in = ByteBuffer.wrap(token);
        if (token.length < OVERHEAD || sum(token) != in.getInt(token.length - Integer.BYTES) || in.get() == side()) {
            throw new GssapiException("not what the peer has wrapped", null);
        }
        boolean confidential = in.get() == 1;
        Sequence sequence = sequence(in.getInt());
        byte[] octets = new byte[token.length - OVERHEAD];
        in.get(octets);
        turn(octets, confidential);
        return new Unwrapped(ByteBuffer.wrap(octets), confidential, sequence);
    }

    private Sequence sequence(int number) {
        if (!unwrapped.add(number)) {
            return Sequence.REPLAYED;
        }
        Sequence sequence = number == next ? Sequence.NEXT : Sequence.OUT_OF_SEQUENCE;
        next = Math.max(next, number + 1);
        return sequence;
    }

    private byte side() {
        return (byte) (ownName == null ? 'A' : 'I');
    }

    private static void turn(byte[] octets, boolean confidential) {
        for (int i = 0; confidential && i < octets.length; i++) {
            octets[i] = (byte) ~octets[i];
        }
    }

    /** Of all but the checksum itself. */
    private static int sum(byte[] token) {
        int sum = 1;
        for (int i = 0; i < token.length - Integer.BYTES; i++) {
            sum = 31 * sum + token[i];
        }
        return sum;
    }

    private void requireOpen() throws GssapiException {
        if (closed) {
            throw new GssapiException("the context has ended", null);
        }
    }

    /** Whether somebody has ended it. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
