package dev.socks5.client;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A proxy that listens in this program's place, for one connection: BIND (RFC 1928 section 6).
 *
 * <pre>{@code
 * try (RemoteListener listener = client.bind(Endpoint.of("192.0.2.1", 0))) {
 *     tellThePeer(listener.address());
 *     try (Socket socket = listener.accept(Duration.ofSeconds(30))) {
 *         socket.getInputStream().transferTo(out);
 *     }
 * }
 * }</pre>
 *
 * <p>It has to be closed unless the connection was accepted. Safe for use by several threads at once, but only one may
 * wait in it.
 */
public final class RemoteListener implements Closeable {

    private static final Duration LONGEST_WAIT = Duration.ofMillis(Integer.MAX_VALUE);

    private final Dialer dialer;
    private final ProxiedSocket connection;
    private final BlockingHandshake handshake;
    private final Endpoint address;
    private final ReentrantLock accepting = new ReentrantLock();
    private volatile boolean accepted;

    private RemoteListener(Dialer dialer, Dialer.Answer answer, Endpoint address) {
        this.dialer = dialer;
        this.connection = answer.socket();
        this.handshake = answer.handshake();
        this.address = address;
    }

    static RemoteListener open(Dialer dialer, Endpoint expectedPeer) throws IOException {
        ProxyPath path = dialer.path();
        Request request = new Request(Command.BIND, path.asSent(expectedPeer));
        Dialer.Answer answer = dialer.request(request, path.timeout());
        Endpoint address = BoundAddress.of(answer.reply(), path, answer.socket().socket());
        return new RemoteListener(dialer, answer, address);
    }

    /**
     * Where the proxy listens (BND.ADDR and BND.PORT of its first reply): what the peer has to be told. Where the proxy
     * sends 0.0.0.0 or {@code ::}, it is the proxy's own address, as it has been reached. A name that the proxy sends is
     * given as it is: nothing looks it up.
     *
     * @return the address, and a name only if the proxy sends one or, at the end of a chain, is known by one
     */
    public Endpoint address() {
        return address;
    }

    /**
     * Waits for the connection as long as the proxy does, but 24 days at most; see {@link #accept(Duration)}.
     *
     * @return the connection
     * @throws IOException as there
     */
    public Socket accept() throws IOException {
        return accept(LONGEST_WAIT);
    }

    /**
     * Waits for the connection. There is only one. It is the caller's then: closing this listener does not close it.
     *
     * @param limit positive, at most {@link Integer#MAX_VALUE} milliseconds (24 days)
     * @return the connection, a socket like those of {@link Socks5Client#connect(Endpoint)}. Its
     *     {@link Socket#getRemoteSocketAddress()} is the peer that the proxy has named; whether that is the one expected
     *     is for the proxy to check, and not all do.
     * @throws SocketTimeoutException if nobody has connected within the limit. The listener is left as it is, and this
     *     method may be called again.
     * @throws dev.socks5.codec.RequestRejectedException if the proxy has given up
     * @throws dev.socks5.codec.MalformedMessageException if it has ended the connection, or sent what is no reply
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
     * @throws java.net.SocketException if this listener is closed, or another thread closes it
     * @throws IOException if anything else fails; in every case but the first the listener is closed
     * @throws IllegalArgumentException if the limit is out of range
     * @throws IllegalStateException if the connection was accepted before, or another thread waits for it
     */
    public Socket accept(Duration limit) throws IOException {
        Objects.requireNonNull(limit, "limit");
        if (limit.isNegative() || limit.isZero() || limit.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("a limit is positive and at most 24 days: " + limit);
        }
        if (!accepting.tryLock()) {
            throw new IllegalStateException("another thread waits for the only connection");
        }
        try {
            if (accepted) {
                throw new IllegalStateException("the only connection has been accepted");
            }
            return connection(limit);
        } finally {
            accepting.unlock();
        }
    }

    private Socket connection(Duration limit) throws IOException {
        try {
            // What has come of a reply stays in the handshake, so that nothing is lost if time is up.
            Reply second = handshake.reply(Deadline.after(limit));
            connection.socket().setSoTimeout(0);
            Socket socket = Socks5Socket.adopted(dialer, connection, second.bound());
            accepted = true;
            return socket;
        } catch (SocketTimeoutException e) {
            throw timedOut(limit, e);
        } catch (ClosedChannelException e) {
            connection.close();
            throw SocketStreams.closed(e);
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    private SocketTimeoutException timedOut(Duration limit, SocketTimeoutException cause) {
        SocketTimeoutException e =
                new SocketTimeoutException("nobody has connected to %s through the proxy %s within %d ms"
                        .formatted(address, dialer, limit.toMillis()));
        e.initCause(cause);
        return e;
    }

    /** Has the proxy listen no more. A thread that waits gets a {@link java.net.SocketException}. Does nothing if the connection was accepted. */
    @Override
    public void close() throws IOException {
        if (!accepted) {
            connection.close();
        }
    }

    /** Names the address and the proxies, and no logins. */
    @Override
    public String toString() {
        return "RemoteListener[%s through %s]".formatted(address, dialer);
    }
}
