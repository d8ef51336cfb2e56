package dev.socks5.interop;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectTimes;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.client.Socks5ClientListener;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Short requests through several proxies, by several workers at a time and without an end. A request is a connection to
 * an echo, and one byte there and back. Half of the workers use {@code connect}, the others {@code connectAsync}.
 */
final class FailoverLoad implements AutoCloseable {

    /** How long a tunnel may take for its byte. */
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private static final long PAUSE_MILLIS = 5;
    private static final long PATIENCE_SECONDS = 40;

    private final int workers;
    private final int port;
    private final Socks5Client client;
    private final FailoverHistory history;
    private final ScheduledExecutorService threads;

    private FailoverLoad(
            String name, int workers, int port, List<Socks5ClientBuilder> proxies, Composition composition) {
        this.workers = workers;
        this.port = port;
        this.history = new FailoverHistory(name, workers);
        List<Socks5Client> members = new ArrayList<>();
        for (Socks5ClientBuilder proxy : proxies) {
            Watch watch = new Watch(members.size());
            members.add(proxy.listener(watch).build());
        }
        this.client = composition.of(
                members.get(0), members.subList(1, members.size()).toArray(Socks5Client[]::new));
        this.threads = Executors.newScheduledThreadPool(workers);
        for (int i = 0; i < workers; i++) {
            int worker = i;
            var unused = threads.scheduleWithFixedDelay(() -> work(worker), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Makes one client of several. */
    @FunctionalInterface
    private interface Composition {
        Socks5Client of(Socks5Client first, Socks5Client... next);
    }

    static FailoverLoad inOrder(int workers, int port, List<Socks5ClientBuilder> proxies) {
        return new FailoverLoad("in order", workers, port, proxies, Socks5Client::inOrder);
    }

    static FailoverLoad inTurn(int workers, int port, List<Socks5ClientBuilder> proxies) {
        return new FailoverLoad("in turn", workers, port, proxies, Socks5Client::inTurn);
    }

    private void work(int worker) {
        try {
            history.add(request(worker));
        } catch (RuntimeException | Error e) { // It would end this worker without a word.
            history.broken(e);
        }
    }

    private FailoverHistory.Request request(int worker) {
        long begun = System.nanoTime();
        boolean opened = false;
        @Nullable IOException failure = null;
        try (Socket socket = worker % 2 == 0 ? client.connect("127.0.0.1", port) : connectAsync()) {
            opened = true;
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(worker);
            if (socket.getInputStream().read() != worker) {
                throw new EOFException("the tunnel has ended");
            }
        } catch (IOException e) {
            failure = e;
        }
        return new FailoverHistory.Request(worker, begun, System.nanoTime(), opened, failure);
    }

    private Socket connectAsync() throws IOException {
        CompletableFuture<SocketChannel> future = client.connectAsync("127.0.0.1", port);
        try {
            SocketChannel channel = future.get();
            channel.configureBlocking(true);
            return channel.socket();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException reason) {
                throw reason;
            }
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /** Notes the attempts with one proxy. */
    private final class Watch implements Socks5ClientListener {
        private final int proxy;

        private Watch(int proxy) {
            this.proxy = proxy;
        }

        @Override
        public void connected(ConnectAttempt attempt, ConnectTimes times) {
            history.add(new FailoverHistory.Attempt(proxy, System.nanoTime(), true));
        }

        @Override
        public void failed(ConnectAttempt attempt, ConnectFailure failure) {
            history.add(new FailoverHistory.Attempt(proxy, System.nanoTime(), false));
        }
    }

    int workers() {
        return workers;
    }

    FailoverHistory history() {
        return history;
    }

    @Override
    public void close() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("a request does not end");
        }
    }

    @Override
    public String toString() {
        return history.toString();
    }
}
