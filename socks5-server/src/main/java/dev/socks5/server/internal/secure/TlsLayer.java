package dev.socks5.server.internal.secure;

import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Layer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * TLS by the JDK's engine, record by record. It keeps what has come of a record that is not whole yet, and what was
 * unwrapped of one that nobody had room for; an idle connection holds nothing except its engine. {@link TlsHandshake}
 * is its owner until it is established.
 */
final class TlsLayer implements Layer {

    private static final int HEADER = 5;
    private static final int LENGTH_AT = 3;
    private static final int HANDSHAKE = 22;
    private static final int MAJOR_VERSION = 3;

    /** The greatest length of a record of any version, with its header (RFC 5246 section 6.2.3). */
    private static final int GREATEST_RECORD = HEADER + 16 * 1024 + 2048;

    /** Four records. */
    private static final int GREATEST_CHUNK = 64 * 1024;

    private final SSLEngine engine;
    private final EventLoop loop;
    private final @Nullable Layer under;
    private ByteBuffer received = NOTHING;
    private ByteBuffer unwrapped = NOTHING;
    private ByteBuffer answer = NOTHING;
    private boolean begun;
    private boolean established;
    private boolean failed;
    private boolean inputEnded;
    private boolean endGiven;
    private boolean outputEnded;

    TlsLayer(SSLEngine engine, Connection connection) {
        this.engine = engine;
        this.loop = connection.loop();
        this.under = connection.layer();
    }

    SSLEngine engine() {
        return engine;
    }

    boolean isEstablished() {
        return established;
    }

    /** Whether the engine has work that must not be done on a loop. Nothing else is done meanwhile. */
    boolean needsWork() {
        return !failed && !established && engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
    }

    /** Returns the peer's certificates, its own first; empty if it has shown none, or they were not checked. */
    List<X509Certificate> peer() {
        try {
            return Stream.of(engine.getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    @Override
    public ByteBuffer wrap(ByteBuffer data) throws IOException {
        ByteBuffer out = under == null ? loop.layerOutput() : ByteBuffer.allocate(0);
        while (data.hasRemaining()) {
            SSLEngineResult result = engine.wrap(data, out);
            switch (result.getStatus()) {
                case OK -> {} // Maybe nothing of the data: a message of the handshake may come first.
                case BUFFER_OVERFLOW -> out = larger(out, data.remaining());
                default -> throw new SSLException("the output has ended");
            }
        }
        out.flip();
        return under == null ? out : under.wrap(out);
    }

    private ByteBuffer larger(ByteBuffer full, int more) {
        int room = full.position() + more + more / 8 + engine.getSession().getPacketBufferSize();
        return ByteBuffer.allocate(room).put(full.flip());
    }

    @Override
    public int read(ReadableByteChannel channel, ByteBuffer out) throws IOException {
        if (failed) {
            return receive(channel, room(0)) < 0 ? -1 : 0; // Drained, so that the last words are not lost to a reset.
        }
        try {
            return readSound(channel, out);
        } catch (IOException | RuntimeException e) {
            failed = true;
            alert(e);
            throw e;
        }
    }

    private int readSound(ReadableByteChannel channel, ByteBuffer out) throws IOException {
        if (!established) {
            settle(); // Work was done, perhaps.
        }
        int start = out.position();
        take(out);
        boolean reads = !inputEnded && !unwrapped.hasRemaining() && !isWhole(received);
        ByteBuffer in = reads ? room(out.remaining()).put(received.duplicate()) : received;
        boolean ended = reads && receive(channel, in) < 0;
        if (reads) {
            in.flip();
        }
        while (goesOn(in, out)) {
            unwrap(in, out);
        }
        received = kept(in, reads);
        if (ended && established && !inputEnded) {
            throw new EOFException("the connection has ended without a close_notify of TLS");
        }
        int count = out.position() - start;
        if (count > 0 || !(ended || inputEnded) || unwrapped.hasRemaining()) {
            return count;
        }
        endGiven = true;
        return -1;
    }

    /**
     * Returns an empty buffer to read into. It takes no more than can be unwrapped into the room that there is, except
     * for one record. The loop's buffer belongs to the lowest layer.
     */
    private ByteBuffer room(int unwrappable) {
        ByteBuffer room = under == null ? loop.layerBuffer() : ByteBuffer.allocate(2 * GREATEST_RECORD);
        return room.limit(Math.min(room.capacity(), Math.max(unwrappable, GREATEST_RECORD)));
    }

    private int receive(ReadableByteChannel channel, ByteBuffer in) throws IOException {
        return under == null ? channel.read(in) : under.read(channel, in);
    }

    private static ByteBuffer kept(ByteBuffer in, boolean borrowed) {
        if (!in.hasRemaining()) {
            return NOTHING;
        }
        return borrowed ? ByteBuffer.allocate(in.remaining()).put(in).flip() : in;
    }

    private boolean goesOn(ByteBuffer in, ByteBuffer out) throws IOException {
        return !inputEnded
                && !unwrapped.hasRemaining()
                && (!established || out.hasRemaining())
                && !needsWork()
                && isWhole(in);
    }

    /** Whether there is a whole record. What does not begin like a record of TLS never gets to the engine. */
    private boolean isWhole(ByteBuffer in) throws IOException {
        if (!begun && in.hasRemaining()) {
            requireTls(in);
        }
        return in.remaining() >= HEADER && in.remaining() >= length(in);
    }

    private void requireTls(ByteBuffer in) throws NotTlsException {
        int at = in.position();
        if (in.get(at) != HANDSHAKE || (in.remaining() > 1 && in.get(at + 1) != MAJOR_VERSION)) {
            throw new NotTlsException(in.get(at));
        }
    }

    private static int length(ByteBuffer in) throws SSLProtocolException {
        int length = HEADER + Short.toUnsignedInt(in.getShort(in.position() + LENGTH_AT));
        if (length > GREATEST_RECORD) {
            throw new SSLProtocolException("a record of %d bytes".formatted(length));
        }
        return length;
    }

    private void unwrap(ByteBuffer in, ByteBuffer out) throws IOException {
        begun = true;
        refuseRenegotiation(in);
        SSLEngineResult result = engine.unwrap(in, out);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            ByteBuffer large = ByteBuffer.allocate(length(in));
            result = engine.unwrap(in, large);
            unwrapped = large.flip();
            take(out);
        }
        switch (result.getStatus()) {
            case OK -> {}
            case CLOSED -> endInput();
            default -> throw new SSLProtocolException("a record that the engine does not take whole");
        }
        settle();
    }

    /** Only a handshake has records of this type as long as TLS 1.3 does not hide it. */
    private void refuseRenegotiation(ByteBuffer in) throws SSLException {
        if (established && in.get(in.position()) == HANDSHAKE) {
            throw new SSLProtocolException("the peer wants to renegotiate");
        }
    }

    private void endInput() throws SSLException {
        inputEnded = true;
        if (!established) {
            throw new SSLHandshakeException("the peer has given up");
        }
    }

    private void take(ByteBuffer out) {
        int count = Math.min(out.remaining(), unwrapped.remaining());
        if (count > 0) {
            out.put(unwrapped.slice().limit(count));
            unwrapped.position(unwrapped.position() + count);
        }
        if (!unwrapped.hasRemaining()) {
            unwrapped = NOTHING;
        }
    }

    /** Makes what the engine wants to send, and sees whether the handshake is done. */
    private void settle() throws IOException {
        while (wantsToAnswer() && makeAnswer()) {
            // Until it has said everything.
        }
        established |= engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Half-closed, the engine of TLS 1.3 always wants to send, though it has nothing to say. */
    private boolean wantsToAnswer() {
        return engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !outputEnded && !(inputEnded && isTls13());
    }

    private boolean makeAnswer() throws IOException {
        ByteBuffer said = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        SSLEngineResult result = engine.wrap(NOTHING, said);
        answer = joined(answer, said.flip());
        outputEnded = engine.isOutboundDone(); // TLS 1.2 has no half-closed connections: an end is answered by an end.
        return result.bytesProduced() > 0;
    }

    private boolean isTls13() {
        return engine.getSession().getProtocol().equals("TLSv1.3");
    }

    private static ByteBuffer joined(ByteBuffer first, ByteBuffer second) {
        return ByteBuffer.allocate(first.remaining() + second.remaining())
                .put(first)
                .put(second)
                .flip();
    }

    /** Has the engine tell the peer what was wrong, if it wants to. What is no TLS gets no answer. */
    private void alert(Exception failure) {
        received = NOTHING;
        unwrapped = NOTHING;
        try {
            if (begun && wantsToAnswer()) {
                makeAnswer();
            }
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public ByteBuffer answer() throws IOException {
        ByteBuffer own = answer;
        answer = NOTHING;
        if (under == null) {
            return own;
        }
        ByteBuffer before = under.answer(); // Made first, and numbered first.
        return own.hasRemaining() ? joined(before, under.wrap(own)) : before;
    }

    @Override
    public ByteBuffer finish() throws IOException {
        ByteBuffer own = ByteBuffer.allocate(0);
        if (established && !failed && !outputEnded) {
            engine.closeOutbound();
            makeAnswer();
            own = answer;
            answer = NOTHING;
        }
        outputEnded = true;
        if (under == null) {
            return own;
        }
        ByteBuffer wrapped = own.hasRemaining() ? joined(NOTHING, under.wrap(own)) : own;
        return joined(wrapped, under.finish());
    }

    @Override
    public boolean isPending() {
        return unwrapped.hasRemaining()
                || (inputEnded && !endGiven)
                || hasRecord()
                || (under != null && under.isPending());
    }

    private boolean hasRecord() {
        try {
            return !inputEnded && !needsWork() && isWhole(received);
        } catch (IOException e) {
            return true; // To read it is to fail.
        }
    }

    @Override
    public int held() {
        return received.remaining() + unwrapped.remaining() + (under == null ? 0 : under.held());
    }

    @Override
    public void drop() {
        received = NOTHING;
        unwrapped = NOTHING;
        answer = NOTHING;
        if (under != null) {
            under.drop();
        }
    }

    @Override
    public void close() {
        if (under != null) {
            under.close();
        }
    }

    @Override
    public int greatestChunk() {
        return GREATEST_CHUNK;
    }
}
