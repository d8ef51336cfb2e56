package dev.socks5.benchmarks.load;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Where the tunnels end: a listener in this process, with a handler for each connection. */
public final class Origin implements Handler {

    private static final int BACKLOG = 4096;

    private final Loop loop;
    private final ServerSocketChannel listener;
    private final Supplier<Handler> services;

    private Origin(Loop loop, ServerSocketChannel listener, Supplier<Handler> services) {
        this.loop = loop;
        this.listener = listener;
        this.services = services;
    }

    /**
     * Sends the {@link Pattern} without end, once it has received one octet.
     *
     * @param loop where it runs
     * @param host the address to listen on
     * @return where it listens
     * @throws IOException if it cannot
     */
    public static Endpoint source(Loop loop, String host) throws IOException {
        return open(loop, host, () -> new Source(loop));
    }

    /**
     * Checks and counts what it receives.
     *
     * @param loop where it runs
     * @param host the address to listen on
     * @param counts gets a count for each connection
     * @return where it listens
     * @throws IOException if it cannot
     */
    public static Endpoint sink(Loop loop, String host, Queue<AtomicLong> counts) throws IOException {
        return open(loop, host, () -> {
            AtomicLong count = new AtomicLong();
            counts.add(count);
            return new Sink(loop, count);
        });
    }

    /**
     * Sends back what it receives, and closes when the peer does.
     *
     * @param loop where it runs
     * @param host the address to listen on
     * @return where it listens
     * @throws IOException if it cannot
     */
    public static Endpoint echo(Loop loop, String host) throws IOException {
        return open(loop, host, () -> new Echo(loop, false));
    }

    /**
     * Sends back what it receives first, and closes.
     *
     * @param loop where it runs
     * @param host the address to listen on
     * @return where it listens
     * @throws IOException if it cannot
     */
    public static Endpoint echoOnce(Loop loop, String host) throws IOException {
        return open(loop, host, () -> new Echo(loop, true));
    }

    private static Endpoint open(Loop loop, String host, Supplier<Handler> services) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(host, 0), BACKLOG);
        listener.configureBlocking(false);
        loop.execute(() -> loop.register(listener, SelectionKey.OP_ACCEPT, new Origin(loop, listener, services)));
        return Endpoint.of((InetSocketAddress) listener.getLocalAddress());
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            loop.register(channel, SelectionKey.OP_READ, services.get());
        }
    }

    private record Echo(Loop loop, boolean once) implements Handler {
        @Override
        public void ready(SelectionKey key) throws IOException {
            SocketChannel channel = (SocketChannel) key.channel();
            ByteBuffer buffer = loop.buffer();
            if (read(channel, buffer) < 0) {
                channel.close();
                return;
            }
            channel.write(buffer.flip());
            if (buffer.hasRemaining()) {
                throw new IOException("the tunnel does not take back what it delivered");
            }
            if (once) {
                channel.close();
            }
        }

        /** What has been lost by a reset is missed at the other end of the tunnel. */
        private static int read(SocketChannel channel, ByteBuffer buffer) {
            try {
                return channel.read(buffer);
            } catch (IOException reset) {
                return -1;
            }
        }
    }

    private static final class Source implements Handler {

        private final Loop loop;
        private final ByteBuffer pattern = Pattern.view();
        private long offset;

        Source(Loop loop) {
            this.loop = loop;
        }

        @Override
        public void ready(SelectionKey key) throws IOException {
            SocketChannel channel = (SocketChannel) key.channel();
            if (key.isReadable()) {
                if (channel.read(loop.buffer()) < 0) {
                    throw new IOException("the server closed a tunnel to the origin");
                }
                key.interestOps(SelectionKey.OP_WRITE);
            }
            offset += channel.write(Pattern.aim(pattern, offset, Loop.BUFFER_SIZE));
        }
    }

    private record Sink(Loop loop, AtomicLong count) implements Handler {
        @Override
        public void ready(SelectionKey key) throws IOException {
            ByteBuffer buffer = loop.buffer();
            int length = ((SocketChannel) key.channel()).read(buffer);
            if (length < 0) {
                throw new IOException("the server closed a tunnel to the origin");
            }
            long offset = count.getPlain();
            Pattern.check(buffer.flip(), offset);
            count.lazySet(offset + length);
        }
    }
}
