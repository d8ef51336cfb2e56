package dev.socks5.benchmarks.load;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.Turn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a connection to the server: connects, shakes hands, then does what the load is. The origin never
 * speaks first, so that nothing of the tunnel's can stand behind the handshake in a buffer.
 */
abstract class Tunnel implements Handler {

    private static final int LONGEST_REPLY = 262;

    private final Load load;
    private final Supplier<Request> requests;
    private final ByteBuffer received = ByteBuffer.allocate(LONGEST_REPLY);
    private final AtomicLong done = new AtomicLong();
    private @Nullable ClientHandshake handshake;

    /**
     * A tunnel not yet opened.
     *
     * @param load what it is part of
     * @param requests asked at each opening
     */
    Tunnel(Load load, Supplier<Request> requests) {
        this.load = load;
        this.requests = requests;
    }

    /** How much it has done, in the unit of the load. */
    final AtomicLong done() {
        return done;
    }

    final void add(long amount) {
        done.lazySet(done.getPlain() + amount);
    }

    final ByteBuffer buffer() {
        return load.clients().buffer();
    }

    /** Begins, on the thread of the clients' loop. */
    final void open() throws IOException {
        handshake = new ClientHandshake(requests.get(), load.dialer().login());
        received.clear();
        SocketChannel channel = load.dialer().dial();
        load.clients().register(channel, SelectionKey.OP_CONNECT, this);
    }

    /** The tunnel is there: {@link #move} is called from now on. */
    abstract void opened(SelectionKey key, Reply reply) throws IOException;

    /** The tunnel is ready for what the key is interested in, which at first is reading. */
    abstract void move(SelectionKey key) throws IOException;

    @Override
    public final void ready(SelectionKey key) throws IOException {
        if (handshake == null) {
            move(key);
        } else if (key.isConnectable()) {
            SocketChannel channel = (SocketChannel) key.channel();
            channel.finishConnect();
            key.interestOps(SelectionKey.OP_READ);
            send(channel, handshake);
        } else {
            receive(key, handshake);
        }
    }

    private void receive(SelectionKey key, ClientHandshake handshake) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (channel.read(received) < 0) {
            throw handshake.closed(received.flip());
        }
        if (handshake.receive(received.flip()) && received.hasRemaining()) {
            throw new IOException("the server sent more than its turn");
        }
        received.compact();
        if (handshake.turn() == Turn.DONE) {
            this.handshake = null;
            opened(key, handshake.reply().orElseThrow());
        } else if (handshake.turn() == Turn.SEND) {
            send(channel, handshake);
        }
    }

    private static void send(SocketChannel channel, ClientHandshake handshake) throws IOException {
        write(channel, handshake.send());
    }

    /** Writes something so short that it always has room. */
    static void write(SocketChannel channel, ByteBuffer octets) throws IOException {
        channel.write(octets);
        if (octets.hasRemaining()) {
            throw new IOException("the server does not take so much as " + octets.limit() + " octets");
        }
    }

    /** {@code 1 tunnel}, {@code 16 tunnels}. */
    static String many(int tunnels) {
        return tunnels == 1 ? "1 tunnel" : tunnels + " tunnels";
    }

    static IOException closed() {
        return new IOException("the server closed a tunnel");
    }
}
