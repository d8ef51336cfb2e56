package dev.socks5.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A listening socket whose queue is full: to connect to it is to wait. */
public final class Deaf implements AutoCloseable {

    private static final int MAX_QUEUE = 16;

    private final ServerSocket server;
    private final List<Socket> queue = new ArrayList<>();

    public Deaf(String host) throws IOException {
        this(host, 0);
    }

    public Deaf(String host, int port) throws IOException {
        server = new ServerSocket(port, 1, InetAddress.getByName(host));
        for (int i = 0; i < MAX_QUEUE; i++) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(server.getLocalSocketAddress(), 300);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new IllegalStateException("its queue does not fill");
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queue) {
            socket.close();
        }
        server.close();
    }
}
