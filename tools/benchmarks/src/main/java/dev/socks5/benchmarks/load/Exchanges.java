package dev.socks5.benchmarks.load;

import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.HdrHistogram.SingleWriterRecorder;

/** A tunnel to an echo through which one small message goes after the other, the next when the last has come back. */
final class Exchanges extends Tunnel {

    /** How many octets a message has. */
    static final int MESSAGE = 64;

    private final SingleWriterRecorder nanos;
    private final long limit;
    private final ByteBuffer pattern = Pattern.view();
    private int missing;
    private long sent;

    /**
     * A tunnel not yet opened.
     *
     * @param load what it is part of
     * @param request to the echo
     * @param nanos takes how long each exchange took
     * @param limit after how many exchanges the tunnel is to idle
     */
    Exchanges(Load load, Request request, SingleWriterRecorder nanos, long limit) {
        super(load, () -> request);
        this.nanos = nanos;
        this.limit = limit;
    }

    @Override
    void opened(SelectionKey key, Reply reply) throws IOException {
        send((SocketChannel) key.channel());
    }

    private void send(SocketChannel channel) throws IOException {
        missing = MESSAGE;
        sent = System.nanoTime();
        write(channel, Pattern.aim(pattern, done().getPlain() * MESSAGE, MESSAGE));
    }

    @Override
    void move(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        ByteBuffer buffer = buffer();
        int length = channel.read(buffer);
        if (length < 0) {
            throw closed();
        }
        if (length > missing) {
            throw new IOException("the tunnel returned more than was sent");
        }
        Pattern.check(buffer.flip(), (done().getPlain() + 1) * MESSAGE - missing);
        missing -= length;
        if (missing == 0) {
            nanos.recordValue(System.nanoTime() - sent);
            add(1);
            if (done().getPlain() < limit) {
                send(channel);
            }
        }
    }
}
