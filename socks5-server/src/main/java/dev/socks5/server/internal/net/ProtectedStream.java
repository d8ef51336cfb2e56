package dev.socks5.server.internal.net;

import dev.socks5.codec.GssapiException;
import dev.socks5.codec.GssapiToken;
import dev.socks5.codec.Protection;
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
final class ProtectedStream {

    /** The greatest length of a message. */
    static final int READ_SIZE = 4 + GssapiToken.MAX_LENGTH;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Protection protection;
    private final @Nullable ProtectedStream under;
    private ByteBuffer received;
    private ByteBuffer unwrapped = NOTHING;

    /**
     * Begins to protect a connection.
     *
     * @param received the bytes behind the last message that was not protected by this
     * @param under what the messages go through themselves; {@code null} for nothing
     */
    ProtectedStream(Protection protection, ByteBuffer received, @Nullable ProtectedStream under) {
        this.protection = protection;
        this.received = received;
        this.under = under;
    }

    Protection protection() {
        return protection;
    }

    /** Makes messages of data, whose position is moved to its limit. */
    ByteBuffer wrap(ByteBuffer data) throws IOException {
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

    /** Whether {@link #read} gives something though the channel is not ready. */
    boolean isPending() {
        return hasMessage() || (under != null && under.isPending());
    }

    private boolean hasMessage() {
        return unwrapped.hasRemaining() || (received.hasRemaining() && protection.missing(received) == 0);
    }

    /** Tells how many bytes wait to be read. */
    int held() {
        return received.remaining() + unwrapped.remaining() + (under == null ? 0 : under.held());
    }

    /** Gives the memory back: nothing is read any more. */
    void drop() {
        received = NOTHING;
        unwrapped = NOTHING;
        if (under != null) {
            under.drop();
        }
    }

    /** Ends the protection, and that under it. */
    void end() {
        Channels.end(protection);
        if (under != null) {
            under.end();
        }
    }

    /**
     * Reads from the channel at most once, and only if there is no message yet.
     *
     * @param scratch a buffer of {@link #READ_SIZE} bytes to work in; nothing is left in it
     * @return how many bytes were unwrapped, maybe none; -1 at the end of input
     * @throws GssapiException if the bytes are not those that the peer has protected: nothing behind them is given then
     * @throws EOFException if the input ends within a message
     */
    int read(ReadableByteChannel channel, ByteBuffer scratch, ByteBuffer out) throws IOException {
        int start = out.position();
        boolean reads = !hasMessage();
        ByteBuffer in = reads ? room(scratch).put(received.duplicate()) : received;
        boolean ended = reads && receive(channel, scratch, in) < 0;
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

    /** The scratch belongs to the lowest stream. */
    private ByteBuffer room(ByteBuffer scratch) {
        return under == null ? scratch.clear() : ByteBuffer.allocate(READ_SIZE);
    }

    private int receive(ReadableByteChannel channel, ByteBuffer scratch, ByteBuffer in) throws IOException {
        return under == null ? channel.read(in) : under.read(channel, scratch, in);
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
