package dev.socks5.client;

import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.SocketFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Takes sockets along a {@link ProxyPath}: dials the first proxy, then drives a handshake with each. Immutable.
 *
 * <p>As a rule they are the socket views of channels in blocking mode: these can be interrupted and closed by other
 * threads, their reads and their connects have timeouts, and they park virtual threads.
 */
final class Dialer {

    private final ProxyPath path;

    Dialer(ProxyPath path) {
        this.path = path;
    }

    ProxyPath path() {
        return path;
    }

    /** As the bridge calls it. */
    ProxyPath route() {
        return path;
    }

    /** Makes a socket that can be taken along this path, unconnected. */
    Socket socket() throws IOException {
        @Nullable SocketFactory firstLeg = path.firstLeg();
        return firstLeg == null ? SocketChannel.open().socket() : firstLeg.createSocket();
    }

    /** Opens a channel that is connected to a destination, in blocking mode. */
    SocketChannel channel(Destination destination) throws IOException {
        requireChannels();
        Tunnel tunnel = connect(new Outbound(socket()), destination, path.timeout());
        return tunnel.connection().socket().getChannel();
    }

    /** The same without waiting; the channel is in non-blocking mode. */
    CompletableFuture<SocketChannel> channelAsync(Destination destination) {
        requireChannels();
        return AsyncConnect.begin(this, destination, ConnectLoop.SHARED);
    }

    private void requireChannels() {
        if (path.firstLeg() != null) {
            throw new UnsupportedOperationException("a socket from a factory is no channel");
        }
        if (path.usesGssapi()) {
            throw new UnsupportedOperationException("a channel has no place for the protection that GSSAPI may give");
        }
    }

    /**
     * Connects a socket to a destination.
     *
     * @param outbound has one of {@link #socket()}; closed on every failure
     * @param limit for all of it, positive; the path's own timeout holds if that is shorter
     * @return what is to be used in its place
     */
    Tunnel connect(Outbound outbound, Destination destination, Duration limit) throws IOException {
        Duration shorter = shorter(limit);
        Deadline deadline = Deadline.after(shorter);
        outbound.begin();
        try {
            Tunnel tunnel = path.direct().test(destination.endpoint())
                    ? connectDirectly(outbound, destination, deadline)
                    : connectThroughProxy(outbound, path.asSent(destination), shorter, deadline);
            outbound.succeed();
            return tunnel;
        } catch (Throwable e) {
            outbound.close();
            throw e;
        }
    }

    /** A connection to a destination, and the address that the socket reports. */
    record Tunnel(ProxiedSocket connection, InetSocketAddress peer) {}

    private Tunnel connectDirectly(Outbound outbound, Destination destination, Deadline deadline) throws IOException {
        AddressRace race = path.toDestination(destination);
        try {
            BlockingDial.connect(outbound, race, deadline, this::socket);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (SocketTimeoutException e) {
            throw race.isSingle() ? e : race.timedOut();
        } catch (IOException e) {
            throw race.isSingle() || outbound.isClosed() ? e : race.unreachable(e);
        }
        Socket socket = outbound.socket();
        // Of the unspecified address, the socket makes one of this host's.
        @Nullable SocketAddress reached = socket.getRemoteSocketAddress();
        return new Tunnel(
                new ProxiedSocket(socket), reached instanceof InetSocketAddress known ? known : destination.peer());
    }

    private Tunnel connectThroughProxy(
            Outbound outbound, List<Destination> addresses, Duration limit, Deadline deadline) throws IOException {
        SocketSettings settings = SocketSettings.of(outbound.socket());
        List<IOException> refusals = new ArrayList<>();
        while (true) {
            Destination next = addresses.get(refusals.size());
            try {
                Answer answer = attempt(outbound, Request.connect(next.endpoint()), limit, deadline);
                return new Tunnel(answer.connection(), path.reported(next));
            } catch (IOException e) {
                boolean goesOn = refusals.size() + 1 < addresses.size()
                        && e instanceof RequestRejectedException refusal
                        && path.mayTryAnother(refusal);
                if (!goesOn) {
                    refusals.forEach(e::addSuppressed);
                    throw e;
                }
                refusals.add(e);
            }
            outbound.use(socket());
            settings.applyTo(outbound.socket());
        }
    }

    /**
     * Has the last proxy do something.
     *
     * @param outbound has one of {@link #socket()}; closed on every failure
     * @param limit as above
     * @return what the last proxy has replied, the rest of a BIND, and what is to be used in the socket's place
     */
    Answer request(Outbound outbound, Request request, Duration limit) throws IOException {
        Duration shorter = shorter(limit);
        outbound.begin();
        try {
            Answer answer = attempt(outbound, request, shorter, Deadline.after(shorter));
            outbound.succeed();
            return answer;
        } catch (Throwable e) {
            outbound.close();
            throw e;
        }
    }

    /** Leaves {@code outbound} open if it fails, but no connection. */
    private Answer attempt(Outbound outbound, Request request, Duration limit, Deadline deadline) throws IOException {
        @Nullable ProxiedSocket connection = null;
        @Nullable Watchdog watchdog = null;
        try {
            watchdog = needsWatchdog() ? Watchdog.over(outbound, deadline) : null;
            int readTimeout = outbound.socket().getSoTimeout();
            dial(outbound, deadline);
            connection = new ProxiedSocket(outbound.socket());
            Answer answer = shakeHands(connection, request, deadline);
            if (watchdog != null && !watchdog.inTime()) {
                throw new SocketTimeoutException();
            }
            connection.socket().setSoTimeout(readTimeout);
            return answer;
        } catch (Throwable e) {
            boolean late = watchdog != null && !watchdog.inTime();
            if (connection != null) {
                connection.close();
            }
            if (late || e instanceof SocketTimeoutException) {
                throw DialFailure.timedOut(path, request, limit, e);
            }
            throw e;
        }
    }

    /** Reads of TLS have timeouts of their own, and writes of a mechanism's long messages have none. */
    private boolean needsWatchdog() {
        return path.firstLeg() != null || path.usesGssapi();
    }

    /** A reply, the handshake that it came of, and the connection by which it came. */
    record Answer(Reply reply, BlockingHandshake negotiation, ProxiedSocket connection) {}

    private Duration shorter(Duration limit) {
        return limit.compareTo(path.timeout()) < 0 ? limit : path.timeout();
    }

    private void dial(Outbound outbound, Deadline deadline) throws IOException {
        AddressRace race = path.toProxy();
        try {
            BlockingDial.connect(outbound, race, deadline, this::socket);
        } catch (SocketTimeoutException e) {
            throw DialFailure.dialling(path, race);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw DialFailure.unreachable(path, race, e);
        }
        if (outbound.socket() instanceof SSLSocket tls) {
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

    private Answer shakeHands(ProxiedSocket connection, Request request, Deadline deadline) throws IOException {
        Iterator<Request> requests = path.requests(request).iterator();
        Iterator<Hop> hops = path.hops().iterator();
        while (true) {
            Hop hop = hops.next();
            BlockingHandshake negotiation = new BlockingHandshake(connection, hop, requests.next());
            Reply reply;
            try {
                reply = negotiation.reply(deadline);
            } catch (SocketTimeoutException e) {
                throw DialFailure.waitingFor(hop);
            }
            if (!hops.hasNext()) {
                return new Answer(reply, negotiation, connection);
            }
        }
    }

    /** Names the proxies, and no logins. */
    @Override
    public String toString() {
        return path.toString();
    }
}
