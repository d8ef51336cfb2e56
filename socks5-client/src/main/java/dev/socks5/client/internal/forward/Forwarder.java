package dev.socks5.client.internal.forward;

import dev.socks5.client.LocalForward;
import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.client.internal.layer.Closing;
import dev.socks5.client.internal.platform.Threads;
import dev.socks5.client.internal.socket.Socks5Socket;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Accepts the connections of a {@link LocalForward}, and has a {@link ForwardedConnection} carry each of them. */
public final class Forwarder implements LocalForward {

    /** The greatest number of connections at a time. */
    private static final int MOST_CONNECTIONS = 256;

    /** How long one direction may bring nothing once the other has ended. */
    private static final Duration HALF_CLOSED = Duration.ofMinutes(2);

    /** Clients come in bursts; the system may allow less. */
    private static final int BACKLOG = 1024;

    /** If accepting fails, for want of descriptors say, it would fail again at once. */
    private static final Duration BACK_OFF = Duration.ofMillis(100);

    /** How long a look-up may go on that cannot be interrupted; its thread ends by itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ServerSocket listener;
    private final int mostConnections;
    private final InetSocketAddress localAddress;
    private final Proxies proxies;
    private final Destination destination;

    /** One for each connection that may still be taken; the acceptor has one too while it waits for the next. */
    private final Semaphore free;

    private final Set<ForwardedConnection> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);

    /** @param listener bound */
    private Forwarder(ServerSocket listener, int mostConnections, Proxies proxies, Destination destination) {
        this.listener = listener;
        this.mostConnections = mostConnections;
        this.free = new Semaphore(mostConnections);
        this.localAddress = (InetSocketAddress) listener.getLocalSocketAddress();
        this.proxies = proxies;
        this.destination = destination;
    }

    /** Begins to listen. */
    public static Forwarder open(Proxies proxies, InetSocketAddress local, Destination destination) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            bind(listener, local);
            return open(listener, MOST_CONNECTIONS, proxies, destination);
        } catch (Throwable e) {
            Closing.quietly(listener);
            throw e;
        }
    }

    /** Binds it, or says what it was to be bound to: the system's message does not. */
    private static void bind(ServerSocket listener, InetSocketAddress local) throws IOException {
        try {
            listener.bind(local, BACKLOG);
        } catch (SocketException e) {
            if (local.isUnresolved()) {
                throw e; // That is what it says.
            }
            String message = "cannot listen on " + Endpoint.of(local) + ": " + e.getMessage();
            SocketException failure =
                    e instanceof BindException ? new BindException(message) : new SocketException(message);
            failure.initCause(e);
            throw failure;
        }
    }

    static Forwarder open(ServerSocket listener, int mostConnections, Proxies proxies, Destination destination) {
        Forwarder forwarder = new Forwarder(listener, mostConnections, proxies, destination);
        Threads.start("socks5-forward", forwarder::acceptAll);
        return forwarder;
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    private void acceptAll() {
        while (!isClosed()) {
            free.acquireUninterruptibly();
            if (!acceptOne()) {
                free.release();
                pause();
            }
        }
    }

    /** Takes the next connection; says no if that fails. */
    private boolean acceptOne() {
        @Nullable ForwardedConnection connection = null;
        try {
            connection = carry(listener.accept());
            Threads.start("socks5-forward-out", connection);
            if (isClosed()) {
                connection.reset(); // It may have come too late for the one who closes.
            }
            return true;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // There is no descriptor, or no thread, which is an OutOfMemoryError.
            if (connection != null) {
                open.remove(connection);
                connection.reset();
            }
            return false;
        }
    }

    private ForwardedConnection carry(Socket local) throws IOException {
        Socks5Socket remote = new Socks5Socket(proxies);
        ForwardedConnection connection = new ForwardedConnection(
                local, remote, () -> remote.connect(destination, Dialer.NOTHING), HALF_CLOSED, this::forget);
        open.add(connection);
        return connection;
    }

    private void forget(ForwardedConnection over) {
        open.remove(over);
        free.release();
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private void pause() {
        try {
            closing.await(BACK_OFF.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Nobody interrupts this thread.
        }
    }

    @Override
    public void close() {
        closing.countDown();
        Closing.quietly(listener);
        open.forEach(ForwardedConnection::reset);
        try {
            if (free.tryAcquire(mostConnections, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                free.release(mostConnections);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Names the addresses, and no credentials. */
    @Override
    public String toString() {
        return String.format("LocalForward[%s to %s through %s]", Endpoint.of(localAddress), destination, proxies);
    }
}
