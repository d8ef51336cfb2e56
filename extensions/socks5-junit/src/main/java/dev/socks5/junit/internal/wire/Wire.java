package dev.socks5.junit.internal.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Listens on loopback, and carries each connection to the server, through a {@link Line}. */
public final class Wire implements AutoCloseable {

    private static final int BACKLOG = 256;

    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final Function<InetSocketAddress, Attendance> attendances;
    private final ThreadGroup group;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /**
     * Listens, and begins to accept.
     *
     * @param server the address of the server, on loopback
     * @param attendances gives what accompanies a connection, by the address from which the server will see it come;
     *     called for one connection after the other, in the order in which they are accepted
     * @param group has all threads
     * @throws IOException if it cannot listen
     */
    public Wire(InetSocketAddress server, Function<InetSocketAddress, Attendance> attendances, ThreadGroup group)
            throws IOException {
        this.server = server;
        this.attendances = attendances;
        this.group = group;
        this.listener = new ServerSocket(0, BACKLOG, server.getAddress());
        start("accept", this::accept);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void start(String name, Runnable task) {
        Thread thread = new Thread(
                group,
                () -> {
                    try {
                        task.run();
                    } finally {
                        threads.remove(Thread.currentThread());
                    }
                },
                "socks5-test-proxy-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        for (Socket client = next(); client != null; client = next()) {
            try {
                open(client);
            } catch (IOException e) {
                // The client has left already, or the server is closed.
            }
        }
    }

    private @Nullable Socket next() {
        try {
            return listener.accept();
        } catch (IOException e) { // It is closed.
            return null;
        }
    }

    private void open(Socket client) throws IOException {
        // A channel: a plain socket asks the JVM's ProxySelector, and is then made to connect through this wire.
        Socket socket = SocketChannel.open().socket();
        try {
            InetAddress local = server.getAddress();
            socket.bind(new InetSocketAddress(local, 0)); // The server's events may come before connect returns.
            Attendance attendance = attendances.apply((InetSocketAddress) socket.getLocalSocketAddress());
            Line line = new Line(client, socket, attendance, lines::remove);
            lines.add(line);
            start("down", () -> dial(line));
        } catch (Throwable e) {
            socket.close();
            client.close();
            throw e;
        }
    }

    /** Connects to the server, and keeps nobody waiting who comes after this client. */
    private void dial(Line line) {
        if (line.dial(server)) {
            start("up", line::up);
            line.down();
        }
    }

    /** Ends the connections on which nothing will ever be sent again. */
    public void endStalled() {
        lines.stream().filter(Line::isStalled).forEach(Line::end);
    }

    /** Closes everything, and waits until all threads have ended. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            // It is of no more use anyway.
        }
        boolean interrupted = false;
        while (!threads.isEmpty()) {
            lines.forEach(Line::end); // Also one that was accepted in the meantime.
            for (Thread thread : threads) {
                interrupted |= !join(thread);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean join(Thread thread) {
        try {
            thread.join(100);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
