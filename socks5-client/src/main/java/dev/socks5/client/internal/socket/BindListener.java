package dev.socks5.client.internal.socket;

import dev.socks5.client.RemoteListener;
import dev.socks5.client.internal.dial.BlockingHandshake;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.layer.ProxiedSocket;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits for the second reply of a BIND (RFC 1928 section 6), and turns the connection by which it comes into a socket.
 */
public final class BindListener implements RemoteListener {

    private final Dialer dialer;
    private final ProxiedSocket connection;
    private final BlockingHandshake handshake;
    private final Endpoint address;
    private final ReentrantLock accepting = new ReentrantLock();
    private volatile boolean accepted;

    private BindListener(Dialer dialer, Dialer.Answer answer, Endpoint address) {
        this.dialer = dialer;
        this.connection = answer.socket();
        this.handshake = answer.handshake();
        this.address = address;
    }

    /** Asks the last proxy to listen. */
    public static BindListener open(Dialer dialer, Endpoint expectedPeer) throws IOException {
        ProxyPath path = dialer.path();
        Request request = new Request(Command.BIND, expectedPeer);
        return dialer.request(
                request,
                path.timeout(),
                answer -> new BindListener(
                        dialer,
                        answer,
                        path.bound(answer.reply(), answer.socket().socket())));
    }

    @Override
    public Endpoint address() {
        return address;
    }

    @Override
    public Socket accept(Duration limit) throws IOException {
        Deadline.requireInRange(Objects.requireNonNull(limit, "limit"), "a limit");
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
            String message = String.format(
                    "nobody has connected to %s through the proxy %s within %d ms", address, dialer, limit.toMillis());
            throw (SocketTimeoutException) new SocketTimeoutException(message).initCause(e);
        } catch (ClosedChannelException e) {
            connection.close();
            throw SocketStreams.closed(e);
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        if (!accepted) {
            connection.close();
        }
    }

    /** Names the address and the proxies, and no logins. */
    @Override
    public String toString() {
        return String.format("RemoteListener[%s through %s]", address, dialer);
    }
}
