package dev.socks5.client.internal.socket;

import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Outbound;
import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.client.internal.layer.ProxiedSocket;
import dev.socks5.client.internal.platform.BeyondAndroid;
import dev.socks5.client.internal.platform.NumberedOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Implements a {@link Socks5Socket} by another socket, except for connecting, which opens a tunnel. */
final class TunnelSocketImpl extends SocketImpl {

    private final Proxies proxies;
    private volatile @Nullable Outbound inner;
    private volatile @Nullable ProxiedSocket connection;
    private ByteBuffer firstBytes = Dialer.NOTHING;
    private boolean adopted;
    private volatile boolean closing;
    private volatile @Nullable Destination destination;
    private volatile @Nullable InetSocketAddress peer;

    TunnelSocketImpl(Proxies proxies) {
        this.proxies = proxies;
    }

    /** Sets the destination of the tunnel, where a socket address cannot say it exactly. */
    void destination(Destination exact) {
        destination = exact;
    }

    /** Sets the first bytes of the tunnel, which do not wait for it to be open. */
    void firstBytes(ByteBuffer bytes) {
        firstBytes = bytes;
    }

    /**
     * Takes over a connection that is open already; {@code connect} does nothing then.
     *
     * @param reported the address to report
     */
    void adopt(ProxiedSocket connected, Destination remote, InetSocketAddress reported) {
        inner = new Outbound(connected.socket());
        connection = connected;
        destination = remote;
        peer = reported;
        adopted = true;
    }

    /** Gives the destination of the tunnel; {@code null} if that is not known yet. */
    @Nullable
    Destination destination() {
        return destination;
    }

    /** Gives the address to report; {@code null} before there is a connection. */
    @Nullable
    InetSocketAddress peer() {
        return peer;
    }

    boolean isClosed() {
        Outbound current = inner;
        return current != null && current.isClosed();
    }

    @Override
    protected void create(boolean stream) throws IOException {
        if (inner == null) {
            inner = proxies.outbound();
        }
        if (closing) {
            close();
            throw new SocketException("Socket closed");
        }
    }

    @Override
    protected void connect(SocketAddress address, int timeoutMillis) throws IOException {
        if (adopted) {
            return;
        }
        Destination exact = destination;
        Destination target = exact == null ? destinationOf((InetSocketAddress) address) : exact;
        destination = target;
        Duration limit = timeoutMillis == 0 ? proxies.timeout() : Duration.ofMillis(timeoutMillis);
        try {
            Dialer.Tunnel opened = proxies.connect(outbound(), target, firstBytes, limit);
            peer = opened.peer();
            connection = opened.socket();
            if (closing) {
                opened.socket().close(); // The thread that closed meanwhile had only the socket.
            }
        } catch (ClosedChannelException e) {
            throw SocketStreams.closed(e);
        } catch (IOException e) {
            // Where a socket of TLS is being closed, the stream just ends.
            throw closing ? SocketStreams.closed(e) : e;
        }
    }

    private Destination destinationOf(InetSocketAddress address) throws IOException {
        try {
            return Destination.sent(address, proxies.addressesStandForNames());
        } catch (UnknownHostException e) {
            close();
            throw e;
        }
    }

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        socket().bind(new InetSocketAddress(host, port));
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        return SocketStreams.of(connection().input());
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        return SocketStreams.of(connection().output());
    }

    @Override
    protected int available() throws IOException {
        return connection().input().available();
    }

    @Override
    protected void shutdownInput() throws IOException {
        connection().shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        connection().shutdownOutput();
    }

    @Override
    protected void close() throws IOException {
        closing = true;
        ProxiedSocket open = connection;
        Outbound current = inner;
        if (open != null) {
            open.close();
        } else if (current != null) {
            current.close();
        }
    }

    /** Gives {@code null} for a name of which nobody here knows the address. */
    @Override
    protected @Nullable InetAddress getInetAddress() {
        InetSocketAddress current = peer;
        return current == null ? null : current.getAddress();
    }

    @Override
    protected int getPort() {
        InetSocketAddress current = peer;
        return current == null ? 0 : current.getPort();
    }

    @Override
    protected int getLocalPort() {
        return socket().getLocalPort();
    }

    /** Says no under a layer: urgent bytes would stand among its messages, and unprotected. */
    @Override
    protected boolean supportsUrgentData() {
        ProxiedSocket current = connection;
        return current == null || !current.isLayered();
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        try {
            socket().sendUrgentData(data);
        } catch (ClosedChannelException e) {
            throw SocketStreams.closed(e);
        }
    }

    @Override
    @BeyondAndroid("Called by methods of Socket that are missing there as well")
    protected Set<SocketOption<?>> supportedOptions() {
        return socket().supportedOptions();
    }

    @Override
    @BeyondAndroid("Called by methods of Socket that are missing there as well")
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket().setOption(option, value);
    }

    @Override
    @BeyondAndroid("Called by methods of Socket that are missing there as well")
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        return socket().getOption(option);
    }

    @Override
    public void setOption(int option, Object value) throws SocketException {
        NumberedOptions.set(socket(), option, value);
    }

    @Override
    public Object getOption(int option) throws SocketException {
        return NumberedOptions.get(socket(), option);
    }

    private ProxiedSocket connection() {
        ProxiedSocket current = connection;
        return current == null ? new ProxiedSocket(socket()) : current;
    }

    private Socket socket() {
        return outbound().socket();
    }

    private Outbound outbound() {
        Outbound current = inner;
        if (current == null) {
            throw new IllegalStateException("not created yet");
        }
        return current;
    }

    @Override
    protected void connect(String host, int port) {
        throw unused();
    }

    @Override
    protected void connect(InetAddress host, int port) {
        throw unused();
    }

    @Override
    protected void listen(int backlog) {
        throw unused();
    }

    @Override
    protected void accept(SocketImpl accepted) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("java.net.Socket does not call this");
    }
}
