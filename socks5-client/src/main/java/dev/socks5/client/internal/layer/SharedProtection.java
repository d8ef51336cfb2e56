package dev.socks5.client.internal.layer;

import dev.socks5.codec.GssapiException;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ProtectionLevel;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets any number of threads use a {@link Protection}, which by itself lets one wrap and one unwrap. Once it is closed,
 * calls fail as those of a closed socket do, and not as a failure of the mechanism. A lock is held only while one
 * message is wrapped or unwrapped.
 */
final class SharedProtection implements Protection {

    private final Protection protection;
    private final ReentrantLock wrapping = new ReentrantLock();
    private final ReentrantLock unwrapping = new ReentrantLock();
    private volatile boolean closed; // Set under both locks.

    SharedProtection(Protection protection) {
        this.protection = protection;
    }

    @Override
    public ProtectionLevel level() {
        return protection.level();
    }

    /** Wraps a message. Several messages have to be sent in the order in which they were wrapped. */
    @Override
    public ByteBuffer wrap(ByteBuffer data) throws IOException {
        return under(wrapping, () -> protection.wrap(data));
    }

    @Override
    public Optional<ByteBuffer> unwrap(ByteBuffer in) throws IOException {
        return under(unwrapping, () -> protection.unwrap(in));
    }

    @Override
    public int missing(ByteBuffer in) {
        return protection.missing(in);
    }

    @Override
    public ByteBuffer wrapDatagram(ByteBuffer datagram) throws IOException {
        return under(wrapping, () -> protection.wrapDatagram(datagram));
    }

    @Override
    public ByteBuffer unwrapDatagram(ByteBuffer in) throws IOException {
        return under(unwrapping, () -> protection.unwrapDatagram(in));
    }

    @Override
    public int greatestDatagram(int room) throws GssapiException {
        return protection.greatestDatagram(room);
    }

    void requireOpen() throws SocketException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
    }

    private <T> T under(ReentrantLock lock, IoCall<T> step) throws IOException {
        lock.lock();
        try {
            requireOpen();
            return step.call();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        wrapping.lock();
        unwrapping.lock();
        try {
            closed = true;
            protection.close();
        } finally {
            unwrapping.unlock();
            wrapping.unlock();
        }
    }
}
