package dev.socks5.benchmarks.delay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A long way to a server, on 127.0.0.1: each connection to {@link #address()} is one to the server, and each byte
 * arrives a fixed time after it was sent, in either direction. Order, throughput and the end of either direction are
 * kept: how long one byte takes delays no other.
 *
 * <p>The handshake of TCP takes a round trip as well. The kernel accepts at once, so the line holds back what comes in
 * the first instants of a connection instead: what the client sends sets out one round trip after its connection was
 * accepted at the earliest, and what the server sends when the client's acknowledgement would have reached it. To a
 * client that speaks first, that is the same; but a client that measures its {@code connect} alone sees no delay.
 */
public final class DelayLine implements AutoCloseable {

    private final InetSocketAddress target;
    private final Duration delay;
    private final ServerSocketChannel listener;
    private final Queue<Link> links = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    private DelayLine(InetSocketAddress target, Duration delay, ServerSocketChannel listener) {
        this.target = target;
        this.delay = delay;
        this.listener = listener;
    }

    /**
     * Opens a line.
     *
     * @param target the server at its far end, which is reached without a delay of its own
     * @param delay how long a byte takes from one end to the other: half a round trip
     * @return a line that is open
     * @throws IOException if there is no port for it
     */
    public static DelayLine open(InetSocketAddress target, Duration delay) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
        DelayLine line = new DelayLine(target, delay, listener);
        Link.start("delay line", line::accept);
        return line;
    }

    /**
     * Returns where its near end is.
     *
     * @return a port of 127.0.0.1
     * @throws IOException if the line is closed
     */
    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    private void accept() throws IOException {
        while (true) {
            SocketChannel near = listener.accept();
            long accepted = System.nanoTime();
            links.removeIf(Link::isOver);
            try {
                links.add(Link.open(near, target, delay.toNanos(), accepted));
            } catch (IOException unreachable) {
                near.close();
            }
            if (closed) {
                closeLinks();
            }
        }
    }

    /** Closes its connections as well; what is under way is lost. */
    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        closeLinks();
    }

    private void closeLinks() {
        links.forEach(Link::close);
    }
}
