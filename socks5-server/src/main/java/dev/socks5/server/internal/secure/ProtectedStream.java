package dev.socks5.server.internal.secure;

import dev.socks5.codec.GssapiException;
import dev.socks5.codec.GssapiToken;
import dev.socks5.codec.Protection;
import dev.socks5.server.internal.net.Channels;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Layer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the bytes that a connection sends into protected messages, and unwraps those that it receives (RFC 1961 section
 * 5). It keeps the bytes that have come and not been taken yet: at most those of one message, and as many as come with
 * one read. An idle connection holds nothing. Where each of two proxies in a row protects, one stream lies under the
 * other.
 */
public final class ProtectedStream implements Layer {

    /** The greatest length of a message. */
    private static final int READ_SIZE = 4 + GssapiToken.MAX_LENGTH;

    /** Fits into one protected message, with whatever a mechanism adds. */
    private static final int GREATEST_CHUNK = 60 * 1024;

    private final Protection protection;
    private final EventLoop loop;
    private final @Nullable Layer under;
    private ByteBuffer received;
    private ByteBuffer unwrapped = NOTHING;

    private ProtectedStream(Protection protection, ByteBuffer received, Connection connection) {
        this.protection = protection;
        this.received = received;
        this.loop = connection.loop();
        this.under = connection.layer();
    }

    /**
     * Protects everything that is sent and received on a connection from now on. A second protection lies inside the
     * first.
     *
     * @param received the bytes that were read already, and are protected by this
     */
    public static void lay(Connection connection, Protection agreed, ByteBuffer received) {
        connection.lay(new ProtectedStream(agreed, received, connection));
    }

    @Override
    public Protection protection() {
        return protection;
    }

    @Override
    public int greatestChunk() {
        return GREATEST_CHUNK;
    }

    @Override
    public ByteBuffer wrap(ByteBuffer data) throws IOException {
        List<ByteBuffer> messages = new ArrayList<>();
        while (data.hasRemaining()) {
            messages.add(protection.wrap(data));
        }
        ByteBuffer all = messages.size() == 1 ? messages.get(0) : joined(messages);
        return under == null ? all : under.wrap(all);
    }

    private static ByteBuffer joined(List<ByteBuffer> messages) {
        ByteBuffer all = ByteBuffer.allocate(
                messages.stream().mapToInt(ByteBuffer::remaining).sum());
        messages.forEach(all::put);
        return all.flip();
    }

    @Override
    public ByteBuffer answer() throws IOException {
        return under == null ? NOTHING : under.answer();
    }

    @Override
    public ByteBuffer finish() throws IOException {
        return under == null ? NOTHING : under.finish();
    }

    @Override
    public boolean isPending() {
        return hasMessage() || (under != null && under.isPending());
    }

    private boolean hasMessage() {
        return unwrapped.hasRemaining() || (received.hasRemaining() && protection.missing(received) == 0);
    }

    @Override
    public int held() {
        return received.remaining() + unwrapped.remaining() + (under == null ? 0 : under.held());
    }

    @Override
    public void drop() {
        received = NOTHING;
        unwrapped = NOTHING;
        if (under != null) {
            under.drop();
        }
    }

    @Override
    public void close() {
        Channels.end(protection);
        if (under != null) {
            under.close();
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws GssapiException if the bytes are not those that the peer has protected: nothing behind them is given then
     * @throws EOFException if the input ends within a message
     */
    @Override
    public int read(ReadableByteChannel channel, ByteBuffer out) throws IOException {
        int start = out.position();
        boolean reads = !hasMessage();
        ByteBuffer in = reads ? room().put(received.duplicate()) : received;
        boolean ended = reads && receive(channel, in) < 0;
        if (reads) {
            in.flip();
        }
        while (out.hasRemaining() && unwrap(in)) {
            take(out);
        }
        received = kept(in, reads);
        if (!ended) {
            return out.position() - start;
        }
        if (received.hasRemaining()) {
            throw new EOFException("the connection has ended within a protected message");
        }
        return -1;
    }

    /** The loop's buffer belongs to the lowest layer. */
    private ByteBuffer room() {
        return under == null ? loop.layerBuffer().limit(READ_SIZE) : ByteBuffer.allocate(READ_SIZE);
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

    /** Whether there is something to take, or was: a message may be empty. */
    private boolean unwrap(ByteBuffer in) throws IOException {
        if (unwrapped.hasRemaining()) {
            return true;
        }
        Optional<ByteBuffer> next = protection.unwrap(in);
        unwrapped = next.orElse(NOTHING);
        return next.isPresent();
    }

    private void take(ByteBuffer out) {
        int count = Math.min(out.remaining(), unwrapped.remaining());
        out.put(unwrapped.slice().limit(count));
        unwrapped.position(unwrapped.position() + count);
        if (!unwrapped.hasRemaining()) {
            unwrapped = NOTHING;
        }
    }
}
