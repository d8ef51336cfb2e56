package dev.socks5.proxy.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends back what it gets, for many connections, on a thread of its own. The first four bytes of a connection are its
 * number, by which it counts.
 */
public final class EchoOrigin implements AutoCloseable {

    /** What it knows of a connection. */
    public static final class Seen {
        private final AtomicLong bytes = new AtomicLong();
        private volatile boolean endedInOrder;

        /** Returns how many bytes have come. */
        public long bytes() {
            return bytes.get();
        }

        /** Tells whether its end looked like the end of the data. */
        public boolean endedInOrder() {
            return endedInOrder;
        }
    }

    private static final class Peer {
        private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        private Seen seen; // Null before its number has come.
    }

    private final Map<Integer, Seen> connections = new ConcurrentHashMap<>();
    private final Selector selector = Selector.open();
    private final Thread thread = new Thread(this::run, "echo-origin");

    /** Starts without an address. */
    public EchoOrigin() throws IOException {
        thread.setDaemon(true);
        thread.start();
    }

    /** Listens on one port more, and returns it. */
    public int listen() throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress("127.0.0.1", 0), 1024);
        listener.configureBlocking(false);
        selector.wakeup();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        selector.wakeup();
        return listener.socket().getLocalPort();
    }

    /** Returns what is known of a connection. */
    public Seen seen(int number) {
        return connections.computeIfAbsent(number, any -> new Seen());
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select();
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    serve(key);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClosedSelectorException e) {
            // That is the end.
        }
    }

    private void serve(SelectionKey key) throws IOException {
        if (key.isValid() && key.isAcceptable()) {
            SocketChannel accepted = ((ServerSocketChannel) key.channel()).accept();
            accepted.configureBlocking(false);
            accepted.register(selector, SelectionKey.OP_READ, new Peer());
        } else if (key.isValid()) {
            try {
                echo(key, (SocketChannel) key.channel(), (Peer) key.attachment());
            } catch (IOException e) {
                key.channel().close(); // Reset.
            }
        }
    }

    private void echo(SelectionKey key, SocketChannel channel, Peer peer) throws IOException {
        ByteBuffer buffer = peer.buffer;
        int count = channel.read(buffer);
        if (count < 0) {
            if (peer.seen != null) {
                peer.seen.endedInOrder = true;
            }
            channel.close();
            return;
        }
        if (peer.seen == null && buffer.position() >= Integer.BYTES) {
            peer.seen = seen(buffer.getInt(0));
            peer.seen.bytes.addAndGet(buffer.position());
        } else if (peer.seen != null) {
            peer.seen.bytes.addAndGet(count);
        }
        if (peer.seen != null) {
            buffer.flip();
            channel.write(buffer);
            buffer.compact();
        }
        key.interestOps(
                buffer.position() > 0 && peer.seen != null
                        ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                        : SelectionKey.OP_READ);
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
