package dev.socks5.client;

import dev.socks5.codec.Command;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import javax.net.SocketFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Takes sockets along a {@link Route}: dials the first proxy, then drives a handshake with each. Immutable.
 *
 * <p>As a rule they are the socket views of channels in blocking mode: these can be interrupted and closed by other
 * threads, their reads and their connects have timeouts, and they park virtual threads.
 */
final class Dialer {

    private final Route route;

    Dialer(Route route) {
        this.route = route;
    }

    Route route() {
        return route;
    }

    /** A socket that can be taken along this route, unconnected. */
    Socket socket() throws IOException {
        @Nullable SocketFactory firstLeg = route.firstLeg();
        return firstLeg == null ? SocketChannel.open().socket() : firstLeg.createSocket();
    }

    /** A channel that is connected to a destination, in blocking mode. */
    SocketChannel channel(Destination destination) throws IOException {
        requireChannels();
        SocketChannel channel = SocketChannel.open();
        connect(channel.socket(), destination, route.timeout());
        return channel;
    }

    /** The same without waiting; the channel is in non-blocking mode. */
    CompletableFuture<SocketChannel> channelAsync(Destination destination) {
        requireChannels();
        return Connecting.begin(this, destination, ConnectLoop.SHARED);
    }

    private void requireChannels() {
        if (route.firstLeg() != null) {
            throw new UnsupportedOperationException("a socket from a factory is no channel");
        }
        if (route.usesGssapi()) {
            throw new UnsupportedOperationException("a channel has no place for the protection that GSSAPI may give");
        }
    }

    /**
     * Connects a socket to a destination.
     *
     * @param socket of {@link #socket()}; closed on every failure
     * @param limit for all of it, positive; the route's own timeout holds if that is shorter
     * @return what is to be used in its place
     */
    Tunnel connect(Socket socket, Destination destination, Duration limit) throws IOException {
        Duration shorter = shorter(limit);
        Deadline deadline = Deadline.after(shorter);
        Destination asSent;
        try {
            if (route.direct().test(destination.endpoint())) {
                return connectDirectly(socket, destination, deadline);
            }
            asSent = route.asSent(destination);
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
        Connection connection = request(socket, Request.connect(asSent.endpoint()), shorter, deadline)
                .connection();
        return new Tunnel(connection, route.reported(asSent));
    }

    /** A connection to a destination, and the address that the socket reports. */
    record Tunnel(Connection connection, InetSocketAddress peer) {}

    private static Tunnel connectDirectly(Socket socket, Destination destination, Deadline deadline)
            throws IOException {
        Destination dialled = destination.lookedUp();
        socket.connect(dialled.peer(), deadline.remainingMillis());
        // Of the unspecified address, the socket makes one of this host's.
        @Nullable SocketAddress reached = socket.getRemoteSocketAddress();
        return new Tunnel(new Connection(socket), reached instanceof InetSocketAddress known ? known : dialled.peer());
    }

    /**
     * Has the last proxy do something.
     *
     * @param socket of {@link #socket()}; closed on every failure
     * @param limit as above
     * @return what the last proxy has replied, the rest of a BIND, and what is to be used in the socket's place
     */
    Answer request(Socket socket, Request request, Duration limit) throws IOException {
        Duration shorter = shorter(limit);
        return request(socket, request, shorter, Deadline.after(shorter));
    }

    private Answer request(Socket socket, Request request, Duration limit, Deadline deadline) throws IOException {
        Connection connection = new Connection(socket);
        @Nullable Watchdog watchdog = null;
        try {
            watchdog = needsWatchdog() ? Watchdog.over(socket, deadline) : null;
            int readTimeout = socket.getSoTimeout();
            dial(socket, deadline);
            Answer answer = shakeHands(connection, request, deadline);
            if (watchdog != null && !watchdog.inTime()) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout(readTimeout);
            return answer;
        } catch (Throwable e) {
            boolean late = watchdog != null && !watchdog.inTime();
            connection.close();
            if (late || e instanceof SocketTimeoutException) {
                throw timedOut(request, limit, e);
            }
            throw e;
        }
    }

    /** Reads of TLS have timeouts of their own, and writes of a mechanism's long messages have none. */
    private boolean needsWatchdog() {
        return route.firstLeg() != null || route.usesGssapi();
    }

    /** A reply, the handshake that it came of, and the connection by which it came. */
    record Answer(Reply reply, Negotiation negotiation, Connection connection) {}

    private Duration shorter(Duration limit) {
        return limit.compareTo(route.timeout()) < 0 ? limit : route.timeout();
    }

    private void dial(Socket socket, Deadline deadline) throws IOException {
        InetSocketAddress address = route.first().lookUp();
        try {
            socket.connect(address, deadline.remainingMillis());
        } catch (SocketTimeoutException e) {
            throw dialling();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw unreachable(e);
        }
        if (socket instanceof SSLSocket tls) {
            tls.setSoTimeout(deadline.remainingMillis());
            secure(tls);
        }
    }

    /** Unless the factory has seen to it, the certificate must be the proxy's: the JDK's own would take anybody's. */
    private static void secure(SSLSocket tls) throws SSLException, IOException {
        var parameters = tls.getSSLParameters();
        if (parameters.getEndpointIdentificationAlgorithm() == null) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
        }
        tls.startHandshake();
    }

    private Answer shakeHands(Connection connection, Request request, Deadline deadline) throws IOException {
        Iterator<Request> requests = route.requests(request).iterator();
        Iterator<Hop> hops = route.hops().iterator();
        while (true) {
            Hop hop = hops.next();
            Negotiation negotiation = new Negotiation(connection, hop, requests.next());
            Reply reply;
            try {
                reply = negotiation.reply(deadline);
            } catch (SocketTimeoutException e) {
                throw waitingFor(hop);
            }
            if (!hops.hasNext()) {
                return new Answer(reply, negotiation, connection);
            }
        }
    }

    SocketTimeoutException dialling() {
        return new SocketTimeoutException("dialling " + route.first());
    }

    static SocketTimeoutException waitingFor(Hop hop) {
        return new SocketTimeoutException("waiting for " + hop);
    }

    IOException unreachable(IOException e) {
        String message = "cannot reach the proxy " + route.first();
        return withCause(
                e instanceof NoRouteToHostException
                        ? new NoRouteToHostException(message)
                        : new ConnectException(message),
                e);
    }

    IOException timedOut(Request request, Duration limit, Throwable e) {
        String what = request.command().equals(Command.CONNECT)
                ? "no tunnel to " + request.destination()
                : "no answer to " + request.command();
        String message = "%s through the proxy %s within %d ms".formatted(what, route, limit.toMillis());
        boolean chain = route.hops().size() > 1 && e.getMessage() != null;
        return withCause(new SocketTimeoutException(chain ? message + ", " + e.getMessage() : message), e);
    }

    private static <E extends IOException> E withCause(E failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }

    /** Names the proxies, and no logins. */
    @Override
    public String toString() {
        return route.toString();
    }
}
