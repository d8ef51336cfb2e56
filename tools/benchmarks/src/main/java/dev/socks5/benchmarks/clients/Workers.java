package dev.socks5.benchmarks.clients;

import dev.socks5.benchmarks.load.Load;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The threads of one load, and the sockets that they have open. */
final class Workers implements AutoCloseable {

    private final Load load;
    private final Socks5Client client;
    private final Work work;
    private final Endpoint origin;
    private final Queue<AtomicLong> counts = new ConcurrentLinkedQueue<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private volatile boolean closed;

    Workers(Load load, Socks5Client client, Work work) throws IOException {
        this.load = load;
        this.client = client;
        this.work = work;
        this.origin = work.origin(load.origins(), counts);
    }

    /** Starts one thread more. */
    void start() {
        Thread thread = new Thread(this::run, "client");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            work.run(this);
        } catch (IOException e) {
            if (!closed) {
                failure.compareAndSet(null, e);
            }
        }
    }

    /** Opens a tunnel to the origin. */
    Socket connect() throws IOException {
        Socket socket = client.connect(origin);
        open.add(socket);
        if (closed) {
            socket.close();
        }
        return socket;
    }

    /** Closes a tunnel, because the work goes on with another. */
    void close(Socket socket) throws IOException {
        open.remove(socket);
        socket.close();
    }

    /** Makes a count of a thread's own, where the origin does not count. */
    AtomicLong count() {
        AtomicLong count = new AtomicLong();
        counts.add(count);
        return count;
    }

    /** Waits until this number of threads have done something. */
    void await(int threads) throws IOException {
        load.until(
                load.deadline(threads),
                () -> failure.get() != null
                        || (counts.size() == threads && counts.stream().allMatch(count -> count.get() > 0)),
                "opening tunnels");
        requireNoFailure();
    }

    void pause(Duration length) throws IOException {
        load.pause(length);
        requireNoFailure();
    }

    void requireNoFailure() throws IOException {
        IOException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    List<AtomicLong> counts() {
        return List.copyOf(counts);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (Socket socket : open) {
            socket.close();
        }
    }
}
