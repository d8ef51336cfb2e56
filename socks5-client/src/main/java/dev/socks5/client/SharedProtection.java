package dev.socks5.client;

import dev.socks5.codec.GssapiException;
import dev.socks5.codec.Protection;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A {@link Protection} that any number of threads may use: a context lets one wrap and one unwrap. What is ended meanwhile
 * is a closed socket to those who come later, and no failure of the mechanism. No lock is held for longer than that takes.
 */
final class SharedProtection {

    private final Protection protection;
    private final ReentrantLock wrapping = new ReentrantLock();
    private final ReentrantLock unwrapping = new ReentrantLock();
    private volatile boolean closed; // Set under both locks.

    SharedProtection(Protection protection) {
        this.protection = protection;
    }

    @FunctionalInterface
    private interface Step<T> {
        T take() throws IOException;
    }

    /** As of {@link Protection}. Several messages have to be sent in the order in which they were wrapped. */
    ByteBuffer wrap(ByteBuffer data) throws IOException {
        return under(wrapping, () -> protection.wrap(data));
    }

    Optional<ByteBuffer> unwrap(ByteBuffer in) throws IOException {
        return under(unwrapping, () -> protection.unwrap(in));
    }

    int missing(ByteBuffer in) {
        return protection.missing(in);
    }

    ByteBuffer wrapDatagram(ByteBuffer datagram) throws IOException {
        return under(wrapping, () -> protection.wrapDatagram(datagram));
    }

    ByteBuffer unwrapDatagram(ByteBuffer in) throws IOException {
        return under(unwrapping, () -> protection.unwrapDatagram(in));
    }

    int greatestDatagram(int room) throws GssapiException {
        return protection.greatestDatagram(room);
    }

    void requireOpen() throws SocketException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
    }

    private <T> T under(ReentrantLock lock, Step<T> step) throws IOException {
        lock.lock();
        try {
            requireOpen();
            return step.take();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the context. May be called again. */
    void close() {
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
