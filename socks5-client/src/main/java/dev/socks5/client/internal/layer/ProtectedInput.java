package dev.socks5.client.internal.layer;

import dev.socks5.client.internal.platform.Buffers;
import dev.socks5.codec.Socks5Exception;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a proxy sends under a protection (RFC 1961 section 5), and takes that off. After a message that is not the
 * one that the proxy has sent next, the connection is closed, and nothing is read any more.
 */
final class ProtectedInput extends InputStream {

    /** Holds the messages of most proxies, and grows to hold a longer one. */
    private static final int FIRST_CAPACITY = 8 * 1024;

    private final InputStream below;
    private final SharedProtection protection;
    private final ProxiedSocket connection;
    private final ReentrantLock reading = new ReentrantLock();
    private ByteBuffer received = Buffers.flip(ByteBuffer.allocate(FIRST_CAPACITY));
    private ByteBuffer data = ByteBuffer.allocate(0);
    private @Nullable Socks5Exception failure;

    ProtectedInput(InputStream below, SharedProtection protection, ProxiedSocket connection) {
        this.below = below;
        this.protection = protection;
        this.connection = connection;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        reading.lock();
        try {
            requireUsable();
            while (!connection.isInputShut() && !data.hasRemaining()) {
                if (!unwrap() && !receive()) {
                    return -1;
                }
            }
            if (connection.isInputShut()) {
                return -1;
            }
            int count = Math.min(length, data.remaining());
            data.get(into, offset, count);
            return count;
        } finally {
            reading.unlock();
        }
    }

    /** Unwraps the bytes that are there, because those of a message that is not whole cannot be read. */
    @Override
    public int available() throws IOException {
        if (!reading.tryLock()) {
            return 0; // Another thread waits for bytes.
        }
        try {
            requireUsable();
            while (!connection.isInputShut() && !data.hasRemaining()) {
                if (!unwrap() && (below.available() == 0 || !receive())) {
                    return 0;
                }
            }
            return connection.isInputShut() ? 0 : data.remaining();
        } finally {
            reading.unlock();
        }
    }

    /**
     * Takes a whole message if there is one. Bytes that cannot become one are refused at once, whatever length they
     * claim.
     */
    private boolean unwrap() throws IOException {
        try {
            Optional<ByteBuffer> unwrapped = protection.unwrap(received);
            data = unwrapped.orElse(data);
            return unwrapped.isPresent();
        } catch (Socks5Exception e) {
            failure = e;
            Closing.quietly(connection);
            throw e;
        }
    }

    /** Reads once, and keeps the part of a message that has come, whatever happens; gives false at the end. */
    private boolean receive() throws IOException {
        int length = received.remaining() + protection.missing(received);
        received = length > received.capacity()
                ? ByteBuffer.allocate(Math.max(length, 2 * received.capacity())).put(received)
                : received.compact();
        int count;
        try {
            connection.prepareToRead();
            count = below.read(received.array(), received.position(), received.capacity() - received.position());
            Buffers.skip(received, Math.max(0, count));
        } catch (ClosedChannelException e) {
            Closing.quietly(connection); // If it was an interrupt, nobody else ends the contexts.
            throw e;
        } finally {
            Buffers.flip(received);
        }
        if (count < 0 && received.hasRemaining() && !connection.isInputShut()) {
            throw new EOFException("the proxy ended the connection within a protected message");
        }
        return count >= 0;
    }

    private void requireUsable() throws SocketException {
        if (failure != null) {
            String message = "closed after a message that was not as the proxy has protected it";
            throw (SocketException) new SocketException(message).initCause(failure);
        }
        protection.requireOpen();
    }
}
