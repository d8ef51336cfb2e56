package dev.socks5.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets that are no channels, and may be connected to something else than what they were meant for. */
final class PlainFactory extends SocketFactory {

    private final Queue<Socket> made;
    private final Queue<InetSocketAddress> insteadOfTheirs;
    private final boolean forgets;

    /**
     * @param made gets the sockets
     * @param insteadOfTheirs where the next ones go, as long as there is one
     */
    PlainFactory(Queue<Socket> made, Queue<InetSocketAddress> insteadOfTheirs) {
        this(made, insteadOfTheirs, false);
    }

    private PlainFactory(Queue<Socket> made, Queue<InetSocketAddress> insteadOfTheirs, boolean forgets) {
        this.made = made;
        this.insteadOfTheirs = insteadOfTheirs;
        this.forgets = forgets;
    }

    /** Makes one socket that is connected to an address and does not know it. */
    static PlainFactory forgetful(InetSocketAddress address) {
        return new PlainFactory(new ArrayDeque<>(), new ArrayDeque<>(List.of(address)), true);
    }

    @Override
    public Socket createSocket() {
        Socket socket = new Socket(Proxy.NO_PROXY) {
            @Override
            public void connect(SocketAddress address, int timeout) throws IOException {
                @Nullable InetSocketAddress instead = insteadOfTheirs.poll();
                super.connect(instead == null ? address : instead, timeout);
            }

            @Override
            public @Nullable InetAddress getInetAddress() {
                return forgets ? null : super.getInetAddress();
            }
        };
        made.add(socket);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException();
    }
}
