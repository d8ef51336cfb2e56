package dev.socks5.client;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Request;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens tunnels through one proxy: dials it, then drives a {@link ClientHandshake}. Immutable.
 *
 * <p>It works on the socket view of a channel in blocking mode: that can be interrupted and closed by other threads, its
 * reads and its connect have timeouts, and it parks virtual threads.
 */
final class Dialer {

    /** A reply with the longest name (RFC 1928 section 6); the other messages of a server are shorter. */
    private static final int LONGEST_MESSAGE = 262;

    private final InetSocketAddress proxy;
    private final @Nullable PasswordRequest credentials;
    private final Duration timeout;

    Dialer(InetSocketAddress proxy, @Nullable PasswordRequest credentials, Duration timeout) {
        this.proxy = proxy;
        this.credentials = credentials;
        this.timeout = timeout;
    }

    /** Resolved or not, as it was given. */
    InetSocketAddress proxy() {
        return proxy;
    }

    @Nullable
    PasswordRequest credentials() {
        return credentials;
    }

    Duration timeout() {
        return timeout;
    }

    /**
     * Connects a channel to the proxy and has it open a tunnel.
     *
     * @param channel unconnected, in blocking mode; closed on every failure
     * @param destination where the tunnel is to lead
     * @param limit for all of it, positive; the dialer's own timeout holds if that is shorter
     */
    void open(SocketChannel channel, Endpoint destination, Duration limit) throws IOException {
        Duration shorter = limit.compareTo(timeout) < 0 ? limit : timeout;
        try {
            Deadline deadline = Deadline.after(shorter);
            dial(channel, deadline);
            shakeHands(channel, destination, deadline);
        } catch (SocketTimeoutException e) {
            channel.close();
            throw timedOut(destination, shorter, e);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    private void dial(SocketChannel channel, Deadline deadline) throws IOException {
        InetSocketAddress address = lookUpProxy();
        try {
            channel.socket().connect(address, deadline.remainingMillis());
        } catch (SocketTimeoutException | ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private InetSocketAddress lookUpProxy() throws UnknownHostException {
        if (!proxy.isUnresolved()) {
            return proxy;
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(proxy.getHostString()), proxy.getPort());
        } catch (UnknownHostException e) {
            throw withCause(new UnknownHostException("no address found for the proxy " + proxyName()), e);
        }
    }

    private void shakeHands(SocketChannel channel, Endpoint destination, Deadline deadline) throws IOException {
        int readTimeout = channel.socket().getSoTimeout();
        ClientHandshake handshake = new ClientHandshake(Request.connect(destination), credentials);
        ByteBuffer in = ByteBuffer.allocate(LONGEST_MESSAGE).flip();
        while (handshake.turn() != Turn.DONE) {
            try {
                if (handshake.turn() == Turn.SEND) {
                    send(channel, handshake.send());
                } else {
                    receive(channel.socket(), handshake, in, deadline);
                }
            } catch (Socks5Exception | SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // A channel that is closed was closed here, by an interrupt or another thread; else the proxy has ended
                // it.
                throw channel.isOpen() ? withCause(handshake.closed(in), e) : e;
            }
        }
        channel.socket().setSoTimeout(readTimeout);
    }

    /** One write, which does not wait: all the messages together are shorter than a send buffer. */
    private static void send(SocketChannel channel, ByteBuffer message) throws IOException {
        while (message.hasRemaining()) {
            channel.write(message);
        }
    }

    /** Reads no more than is missing: what follows the handshake is the tunnel's. */
    private static void receive(Socket socket, ClientHandshake handshake, ByteBuffer in, Deadline deadline)
            throws IOException {
        socket.setSoTimeout(deadline.remainingMillis());
        byte[] more = new byte[handshake.missing(in)];
        int count = socket.getInputStream().read(more);
        if (count < 0) {
            throw new EOFException();
        }
        in.compact().put(more, 0, count).flip();
        handshake.receive(in);
    }

    private IOException unreachable(IOException e) {
        String message = "cannot reach the proxy " + proxyName();
        return withCause(
                e instanceof NoRouteToHostException
                        ? new NoRouteToHostException(message)
                        : new ConnectException(message),
                e);
    }

    private IOException timedOut(Endpoint destination, Duration limit, SocketTimeoutException e) {
        return withCause(
                new SocketTimeoutException("no tunnel to %s through the proxy %s within %d ms"
                        .formatted(destination, proxyName(), limit.toMillis())),
                e);
    }

    private Endpoint proxyName() {
        return Endpoint.of(proxy);
    }

    private static <E extends IOException> E withCause(E failure, IOException cause) {
        failure.initCause(cause);
        return failure;
    }

    /** Names the proxy, and no credentials. */
    @Override
    public String toString() {
        return proxyName().toString();
    }
}
