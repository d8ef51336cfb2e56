package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.layer.ProxiedSocket;
import dev.socks5.client.internal.platform.UnixSocket;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Takes sockets along a {@link ProxyPath}, by a {@link BlockingConnect} for each: it dials the first proxy, then drives
 * a handshake with each. Immutable.
 *
 * <p>As a rule they are the socket views of channels in blocking mode: these can be interrupted and closed by other
 * threads, their reads and their connects have timeouts, and they park virtual threads.
 */
public final class Dialer implements Proxies {

    /** No first bytes of a tunnel. */
    public static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ProxyPath path;

    public Dialer(ProxyPath path) {
        this.path = path;
    }

    public ProxyPath path() {
        return path;
    }

    @Override
    public List<ProxyPath> paths() {
        return List.of(path);
    }

    @Override
    public @Nullable Order order() {
        return null;
    }

    @Override
    public Duration timeout() {
        return path.timeout();
    }

    @Override
    public Socket socket() throws IOException {
        @Nullable SocketFactory firstLeg = path.firstLeg();
        return firstLeg == null ? LocalException.ifFails(SocketChannel::open).socket() : firstLeg.createSocket();
    }

    @Override
    public SocketChannel channel(Destination destination, ByteBuffer firstBytes) throws IOException {
        path.requireChannels();
        Socket opened = connect(new Outbound(socket()), destination, firstBytes, path.timeout(), true)
                .socket()
                .socket();
        return opened instanceof UnixSocket local ? local.toChannel() : opened.getChannel();
    }

    /** Holds a connection to a destination, and the address that the socket reports. */
    public record Tunnel(ProxiedSocket socket, InetSocketAddress peer) {}

    @Override
    public Tunnel connect(Outbound outbound, Destination destination, ByteBuffer firstBytes, Duration limit)
            throws IOException {
        return connect(outbound, destination, firstBytes, limit, false);
    }

    private Tunnel connect(
            Outbound outbound, Destination destination, ByteBuffer firstBytes, Duration limit, boolean bare)
            throws IOException {
        Target target = target(outbound, destination);
        return new BlockingConnect(this, outbound, deadline(limit), target.begin()).tunnel(target, firstBytes, bare);
    }

    private Target target(Outbound outbound, Destination destination) throws IOException {
        try {
            return new Target(path, destination);
        } catch (Throwable e) {
            outbound.close();
            throw e;
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
        Outbound outbound = new Outbound(socket());
        return new BlockingConnect(this, outbound, deadline(limit), path.watch(request)).request(request, use);
    }

    @Override
    public <T> T use(Use<T> use) throws IOException {
        return use.of(this);
    }

    private Deadline deadline(Duration limit) {
        return Deadline.after(limit.compareTo(path.timeout()) < 0 ? limit : path.timeout());
    }

    /** Names the proxies, and no logins. */
    @Override
    public String toString() {
        return path.toString();
    }
}
