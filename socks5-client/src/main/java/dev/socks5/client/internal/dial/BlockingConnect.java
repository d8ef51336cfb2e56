package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.layer.ProxiedSocket;
import dev.socks5.client.internal.layer.TlsLayer;
import dev.socks5.client.internal.layer.Watchdog;
import dev.socks5.client.internal.platform.UnixSocket;
import dev.socks5.client.internal.report.Stopwatch;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Makes one connection for a {@link Dialer}, on the caller's thread, and sees to its end: a failure closes the
 * connection, and the listeners are told.
 */
final class BlockingConnect {

    private final Dialer dialer;
    private final ProxyPath path;
    private final Outbound outbound;
    private final Deadline deadline;
    private final Stopwatch watch;

    BlockingConnect(Dialer dialer, Outbound outbound, Deadline deadline, Stopwatch watch) {
        this.dialer = dialer;
        this.path = dialer.path();
        this.outbound = outbound;
        this.deadline = deadline;
        this.watch = watch;
    }

    /**
     * Connects to a destination.
     *
     * @param bare whether nothing may lie between the socket and its user
     */
    Dialer.Tunnel tunnel(Target target, ByteBuffer firstBytes, boolean bare) throws IOException {
        outbound.begin();
        try {
            Dialer.Tunnel tunnel = target.isDirect() ? directly(target, firstBytes) : throughProxy(target, firstBytes);
            if (bare && tunnel.socket().isLayered()) {
                tunnel.socket().close();
                throw ProxyPath.noPlaceForProtection();
            }
            succeed();
            return tunnel;
        } catch (Throwable e) {
            fail(e);
            throw e;
        }
    }

    /** Has the last proxy carry out a request, and makes something of the answer. */
    <T> T request(Request request, Dialer.AnswerUse<T> use) throws IOException {
        outbound.begin();
        try {
            Request sent = path.asSent(request, watch);
            watch.lookUpProxy();
            T result = used(attempt(path.toProxy(), sent, Dialer.NOTHING), use);
            succeed();
            return result;
        } catch (Throwable e) {
            fail(e);
            throw e;
        }
    }

    private static <T> T used(Dialer.Answer answer, Dialer.AnswerUse<T> use) throws IOException {
        try {
            return use.of(answer);
        } catch (Throwable e) {
            answer.socket().close();
            throw e;
        }
    }

    private void succeed() {
        outbound.succeed();
        watch.connected();
    }

    private void fail(Throwable e) throws IOException {
        watch.failed(e);
        outbound.close();
    }

    private Dialer.Tunnel directly(Target target, ByteBuffer firstBytes) throws IOException {
        target.lookUp();
        watch.dial();
        BlockingDial.connect(outbound, target.race(), deadline, dialer);
        Socket socket = outbound.socket();
        writeAtOnce(socket.getOutputStream(), firstBytes);
        // The socket makes one of this host's addresses of the unspecified address.
        @Nullable SocketAddress reached = socket.getRemoteSocketAddress();
        return new Dialer.Tunnel(
                new ProxiedSocket(socket),
                reached instanceof InetSocketAddress known
                        ? known
                        : target.destination().peer());
    }

    private Dialer.Tunnel throughProxy(Target target, ByteBuffer firstBytes) throws IOException {
        SocketSettings settings = SocketSettings.of(outbound.socket());
        target.lookUp();
        while (true) {
            try {
                Dialer.Answer answer = attempt(target.race(), target.request(), firstBytes);
                return new Dialer.Tunnel(answer.socket(), path.reported(target.destination()));
            } catch (IOException e) {
                if (!target.turnToNext(e)) {
                    target.addRefusals(e);
                    throw e;
                }
            }
            outbound.use(dialer.socket());
            settings.applyTo(outbound.socket());
        }
    }

    /** Makes one attempt. On a failure, no connection is left, and {@code outbound} can be used for another attempt. */
    private Dialer.Answer attempt(AddressRace race, Request request, ByteBuffer firstBytes) throws IOException {
        @Nullable ProxiedSocket connection = null;
        Watchdog watchdog = Watchdog.NONE;
        try {
            if (needsWatchdog() || firstBytes.hasRemaining()) {
                watchdog = Watchdog.over(outbound, deadline);
            }
            int readTimeout = outbound.socket().getSoTimeout();
            dial(race);
            watch.shakeHands();
            connection = new ProxiedSocket(outbound.socket());
            ProxyChain proxies = new ProxyChain(path.hops(), request, firstBytes);
            Dialer.Answer answer = shakeHands(connection, proxies);
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

    private void dial(AddressRace race) throws IOException {
        watch.dial();
        if (race.isLocal()) {
            useUnixSocket();
        }
        BlockingDial.connect(outbound, race, deadline, dialer);
        if (outbound.socket() instanceof SSLSocket tls) {
            watch.secure(0);
            tls.setSoTimeout(deadline.remainingMillis());
            TlsLayer.shakeHands(tls);
        }
    }

    /** Puts another socket in the place of that for TCP, which serves as well where a destination goes direct. */
    private void useUnixSocket() throws IOException {
        Socket forTcp = outbound.socket();
        if (forTcp.isBound()) {
            throw new BindException("a socket that is bound to a port cannot connect to a Unix domain socket");
        }
        outbound.use(new UnixSocket());
        forTcp.close();
    }

    private Dialer.Answer shakeHands(ProxiedSocket connection, ProxyChain proxies) throws IOException {
        BlockingHandshake handshake = new BlockingHandshake(connection, path.hops(), proxies, watch);
        try {
            return new Dialer.Answer(handshake.reply(deadline), handshake);
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
}
