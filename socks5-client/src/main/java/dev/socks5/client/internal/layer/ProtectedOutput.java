package dev.socks5.client.internal.layer;

import dev.socks5.codec.GssapiException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes everything under a protection (RFC 1961 section 5), in messages that are as long as they can be. Each message
 * is written at once, and the bytes of one call stay together.
 */
final class ProtectedOutput extends OutputStream {

    private final OutputStream below;
    private final SharedProtection protection;
    private final Closeable connection;
    private final ReentrantLock writing = new ReentrantLock();
    private boolean broken;

    ProtectedOutput(OutputStream below, SharedProtection protection, Closeable connection) {
        this.below = below;
        this.protection = protection;
        this.connection = connection;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer data = ByteBuffer.wrap(bytes, offset, length);
        writing.lock();
        try {
            while (data.hasRemaining()) {
                writeMessage(data);
            }
        } finally {
            writing.unlock();
        }
    }

    private void writeMessage(ByteBuffer data) throws IOException {
        if (broken) {
            throw new SocketException("an earlier write failed within a protected message");
        }
        broken = true; // and stays so if anything below throws: a message may be missing, or cut short
        try {
            ByteBuffer message = protection.wrap(data);
            below.write(message.array(), message.arrayOffset() + message.position(), message.remaining());
        } catch (GssapiException | ClosedChannelException e) {
            Closing.quietly(connection); // If it was an interrupt, nobody else ends the contexts.
            throw e;
        }
        broken = false;
    }
}
