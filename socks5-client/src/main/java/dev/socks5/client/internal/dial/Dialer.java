package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.layer.IoCall;
import dev.socks5.client.internal.layer.ProxiedSocket;
import dev.socks5.client.internal.layer.TlsLayer;
import dev.socks5.client.internal.layer.Watchdog;
import dev.socks5.client.internal.platform.UnixSocket;
import dev.socks5.client.internal.report.Stopwatch;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Takes sockets along a {@link ProxyPath}: dials the first proxy, then drives a handshake with each. Immutable.
 *
 * <p>As a rule they are the socket views of channels in blocking mode: these can be interrupted and closed by other
 * threads, their reads and their connects have timeouts, and they park virtual threads.
 */
public final class Dialer {

    /** No first bytes of a tunnel. */
    public static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ProxyPath path;

    public Dialer(ProxyPath path) {
        this.path = path;
    }

    public ProxyPath path() {
        return path;
    }

    /** Makes a socket that can be taken along this path, unconnected. */
    public Socket socket() throws IOException {
        @Nullable SocketFactory firstLeg = path.firstLeg();
        return firstLeg == null ? SocketChannel.open().socket() : firstLeg.createSocket();
    }

    /**
     * Opens a channel that is connected to a destination, in blocking mode.
     *
     * @param firstBytes as of {@link #connect}
     */
    public SocketChannel channel(Destination destination, ByteBuffer firstBytes) throws IOException {
        path.requireChannels();
        Socket opened = connect(new Outbound(socket()), destination, firstBytes, path.timeout(), true)
                .socket()
                .socket();
        return opened instanceof UnixSocket local ? local.toChannel() : opened.getChannel();
    }

    /** Holds a connection to a destination, and the address that the socket reports. */
    public record Tunnel(ProxiedSocket socket, InetSocketAddress peer) {}

    /**
     * Connects a socket to a destination.
     *
     * @param outbound has one of {@link #socket()}; closed on every failure
     * @param firstBytes the first bytes of the tunnel, which do not wait for it to be open
     * @param limit for all of it, positive; the path's own timeout holds if that is shorter
     * @return the connection to use in its place
     */
    public Tunnel connect(Outbound outbound, Destination destination, ByteBuffer firstBytes, Duration limit)
            throws IOException {
        return connect(outbound, destination, firstBytes, limit, false);
    }

    private Tunnel connect(
            Outbound outbound, Destination destination, ByteBuffer firstBytes, Duration limit, boolean bare)
            throws IOException {
        Deadline deadline = deadline(limit);
        Target target = target(outbound, destination);
        Stopwatch watch = target.begin();
        return watched(outbound, watch, () -> {
            Tunnel tunnel = target.isDirect()
                    ? connectDirectly(outbound, target, firstBytes, deadline, watch)
                    : connectThroughProxy(outbound, target, firstBytes, deadline, watch);
            if (bare && tunnel.socket().isLayered()) {
                tunnel.socket().close();
                throw ProxyPath.noPlaceForProtection();
            }
            return tunnel;
        });
    }

    private Target target(Outbound outbound, Destination destination) throws IOException {
        try {
            return new Target(path, destination);
        } catch (Throwable e) {
            outbound.close();
            throw e;
        }
    }

    private Tunnel connectDirectly(
            Outbound outbound, Target target, ByteBuffer firstBytes, Deadline deadline, Stopwatch watch)
            throws IOException {
        target.lookUp();
        watch.dial();
        BlockingDial.connect(outbound, target.race(), deadline, this::socket);
        Socket socket = outbound.socket();
        writeAtOnce(socket.getOutputStream(), firstBytes);
        // The socket makes one of this host's addresses of the unspecified address.
        @Nullable SocketAddress reached = socket.getRemoteSocketAddress();
        return new Tunnel(
                new ProxiedSocket(socket),
                reached instanceof InetSocketAddress known
                        ? known
                        : target.destination().peer());
    }

    private Tunnel connectThroughProxy(
            Outbound outbound, Target target, ByteBuffer firstBytes, Deadline deadline, Stopwatch watch)
            throws IOException {
        SocketSettings settings = SocketSettings.of(outbound.socket());
        target.lookUp();
        while (true) {
            try {
                Answer answer = attempt(outbound, target.race(), target.request(), firstBytes, deadline, watch);
                return new Tunnel(answer.socket(), path.reported(target.destination()));
            } catch (IOException e) {
                if (!target.turnToNext(e)) {
                    target.addRefusals(e);
                    throw e;
                }
            }
            outbound.use(socket());
            settings.applyTo(outbound.socket());
        }
    }

    /** Holds a reply, and the handshake that it came from. */
    public record Answer(Reply reply, BlockingHandshake handshake) {

        /** Gives the connection by which it came. */
        public ProxiedSocket socket() {
            return handshake.connection();
        }
    }

    /**
     * Makes something of an answer.
     *
     * @param <T> the type of it
     */
    @FunctionalInterface
    public interface AnswerUse<T> {
        T of(Answer answer) throws IOException;
    }

    /**
     * Has the last proxy carry out a request.
     *
     * @param limit as of {@link #connect}
     * @param use gets the reply of the last proxy, the rest of a BIND, and the connection. If it fails, so does the
     *     request, and the connection is closed
     */
    public <T> T request(Request request, Duration limit, AnswerUse<T> use) throws IOException {
        Deadline deadline = deadline(limit);
        Outbound outbound = new Outbound(socket());
        Stopwatch watch = path.watch(request);
        return watched(outbound, watch, () -> {
            Request sent = path.asSent(request, watch);
            watch.lookUpProxy();
            Answer answer = attempt(outbound, path.toProxy(), sent, NOTHING, deadline, watch);
            try {
                return use.of(answer);
            } catch (Throwable e) {
                answer.socket().close();
                throw e;
            }
        });
    }

    private Deadline deadline(Duration limit) {
        return Deadline.after(limit.compareTo(path.timeout()) < 0 ? limit : path.timeout());
    }

    /** Does the whole of an attempt, and sees to its end: a failure closes the connection. */
    private static <T> T watched(Outbound outbound, Stopwatch watch, IoCall<T> step) throws IOException {
        outbound.begin();
        try {
            T result = step.call();
            outbound.succeed();
            watch.connected();
            return result;
        } catch (Throwable e) {
            watch.failed(e);
            outbound.close();
            throw e;
        }
    }

    /** Makes one attempt. On a failure, no connection is left, and {@code outbound} can be used for another attempt. */
    private Answer attempt(
            Outbound outbound,
            AddressRace race,
            Request request,
            ByteBuffer firstBytes,
            Deadline deadline,
            Stopwatch watch)
            throws IOException {
        @Nullable ProxiedSocket connection = null;
        Watchdog watchdog = Watchdog.NONE;
        try {
            if (needsWatchdog() || firstBytes.hasRemaining()) {
                watchdog = Watchdog.over(outbound, deadline);
            }
            int readTimeout = outbound.socket().getSoTimeout();
            dial(outbound, race, deadline, watch);
            watch.shakeHands();
            connection = new ProxiedSocket(outbound.socket());
            ProxyChain proxies = new ProxyChain(path.hops(), request, firstBytes);
            Answer answer = shakeHands(connection, proxies, deadline, watch);
            if (!watchdog.inTime()) {
                throw new SocketTimeoutException();
            }
            connection.socket().setSoTimeout(readTimeout);
            return answer;
        } catch (Throwable e) {
            boolean late = !watchdog.inTime();
            if (connection != null) {
                connection.close();
            }
            if (late || e instanceof SocketTimeoutException) {
                throw path.timedOut(request, deadline.limit(), e);
            }
            throw e;
        }
    }

    /**
     * Says yes where timeouts of reads are not enough: a factory's TLS has its own, and writes of TLS and of a method's
     * long messages have none, nor has the wait for room in the queue of a path's listener.
     */
    private boolean needsWatchdog() {
        return path.firstLeg() != null || path.first().isLocal() || path.hasLongMessages();
    }

    private void dial(Outbound outbound, AddressRace race, Deadline deadline, Stopwatch watch) throws IOException {
        watch.dial();
        if (race.isLocal()) {
            useUnixSocket(outbound);
        }
        BlockingDial.connect(outbound, race, deadline, this::socket);
        if (outbound.socket() instanceof SSLSocket tls) {
            watch.secure(0);
            tls.setSoTimeout(deadline.remainingMillis());
            TlsLayer.shakeHands(tls);
        }
    }

    /** Puts another socket in the place of that for TCP, which serves as well where a destination goes direct. */
    private static void useUnixSocket(Outbound outbound) throws IOException {
        Socket forTcp = outbound.socket();
        if (forTcp.isBound()) {
            throw new SocketException("a socket that is bound to a port cannot connect to a Unix domain socket");
        }
        outbound.use(new UnixSocket());
        forTcp.close();
    }

    private Answer shakeHands(ProxiedSocket connection, ProxyChain proxies, Deadline deadline, Stopwatch watch)
            throws IOException {
        BlockingHandshake handshake = new BlockingHandshake(connection, path.hops(), proxies, watch);
        try {
            return new Answer(handshake.reply(deadline), handshake);
        } catch (SocketTimeoutException e) {
            throw path.waitingFor(handshake.hop());
        }
    }

    /** Writes bytes that a send buffer holds. */
    private static void writeAtOnce(OutputStream out, ByteBuffer bytes) throws IOException {
        byte[] array = new byte[bytes.remaining()];
        bytes.duplicate().get(array);
        out.write(array);
    }

    /** Names the proxies, and no logins. */
    @Override
    public String toString() {
        return path.toString();
    }
}
