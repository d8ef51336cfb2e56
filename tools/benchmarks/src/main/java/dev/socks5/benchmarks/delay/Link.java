package dev.socks5.benchmarks.delay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection over a line: both directions, and the sockets at both ends. */
final class Link {

    /** What a thread of the line does, until a socket fails or somebody interrupts it. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    private final SocketChannel near;
    private final SocketChannel far;
    private final AtomicInteger open = new AtomicInteger(2);
    private List<Thread> threads = List.of();

    private Link(SocketChannel near, SocketChannel far) {
        this.near = near;
        this.far = far;
    }

    /**
     * Connects the near end to the server.
     *
     * @param near the client's connection
     * @param target the server
     * @param delay half a round trip, in nanoseconds
     * @param accepted when the connection came, by {@link System#nanoTime()}
     */
    static Link open(SocketChannel near, InetSocketAddress target, long delay, long accepted) throws IOException {
        near.setOption(StandardSocketOptions.TCP_NODELAY, true);
        SocketChannel far = SocketChannel.open(target).setOption(StandardSocketOptions.TCP_NODELAY, true);
        Link link = new Link(near, far);
        // SYN and SYN-ACK come before the client's first byte, and the client's ACK before the server's.
        Direction there = new Direction(near, far, delay, accepted + 2 * delay);
        Direction back = new Direction(far, near, delay, accepted + 3 * delay);
        link.start(there, back);
        return link;
    }

    private synchronized void start(Direction there, Direction back) {
        threads = List.of(
                start("there, in", guarded(there::read)),
                start("there, out", guarded(() -> write(there))),
                start("back, in", guarded(back::read)),
                start("back, out", guarded(() -> write(back))));
    }

    private void write(Direction direction) throws IOException, InterruptedException {
        direction.write();
        if (open.decrementAndGet() == 0) {
            close();
        }
    }

    /** What ends one direction too early ends the other one as well. */
    private Work guarded(Work work) {
        return () -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                close();
            }
        };
    }

    boolean isOver() {
        return !near.isOpen() && !far.isOpen();
    }

    synchronized void close() {
        threads.forEach(Thread::interrupt);
        try (near;
                far) {
            threads = List.of();
        } catch (IOException e) {
            // Nobody waits for either of them.
        }
    }

    /** Starts a thread that ends without a word when its socket is closed. */
    static Thread start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException e) {
                        // Closed: the work is over.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
