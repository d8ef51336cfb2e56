package dev.socks5.server.internal.session;

import dev.socks5.server.internal.net.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Keeps the bytes that a client sends ahead of the reply, up to 4 KiB, and notices when it leaves: a reset while a name
 * is looked up or a destination is dialled ends that at once. Further bytes stay in the system, and a reset behind them
 * is not noticed.
 */
public final class EarlyInput {

    public static final int CAPACITY = 4 * 1024;

    private final Connection client;
    private ByteBuffer received;

    /** Begins with the bytes that have come behind the request. */
    public EarlyInput(Connection client, ByteBuffer received) {
        this.client = client;
        this.received = received;
        client.keepsAhead(received.remaining());
    }

    /**
     * Takes the bytes that are there, because the client is readable.
     *
     * @param endMeansLeft whether a client that ends its output has left; else it may still wait for the reply
     * @return false if the client has left
     * @throws IOException if the bytes are not protected as agreed
     */
    public boolean receive(boolean endMeansLeft) throws IOException {
        int room = CAPACITY - received.remaining();
        if (room <= 0) {
            client.reading(false);
            return true;
        }
        ByteBuffer buffer = client.loop().buffer().limit(room);
        int count;
        try {
            count = client.read(buffer);
        } catch (IOException e) {
            if (client.isProtected()) {
                throw e;
            }
            return false;
        }
        if (count < 0) {
            client.reading(false); // It would be readable for ever.
            return !endMeansLeft;
        }
        received = joined(received, buffer.flip());
        client.keepsAhead(received.remaining());
        return true;
    }

    public boolean isEmpty() {
        return !received.hasRemaining();
    }

    /** Makes one buffer of two, as long as both together. */
    public static ByteBuffer joined(ByteBuffer first, ByteBuffer second) {
        return ByteBuffer.allocate(first.remaining() + second.remaining())
                .put(first)
                .put(second)
                .flip();
    }

    /** Gives the bytes to whoever goes on. */
    public ByteBuffer take() {
        client.keepsAhead(0);
        return received;
    }
}
