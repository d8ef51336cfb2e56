package dev.socks5.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A proxy whose queue is full: whoever dials it waits. */
public final class DeafProxy implements AutoCloseable {

    private static final int MOST = 100;

    private final ServerSocket listener;
    private final List<Socket> queue = new ArrayList<>();

    public DeafProxy() throws IOException {
        this("127.0.0.1", 0);
    }

    DeafProxy(String address, int port) throws IOException {
        listener = new ServerSocket(port, 1, InetAddress.getByName(address));
        try {
            while (queue.size() < MOST) {
                Socket next = new Socket();
                queue.add(next);
                next.connect(address(), 300);
            }
            throw new IllegalStateException("this kernel accepts without end");
        } catch (SocketTimeoutException e) {
            // Full.
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queue) {
            socket.close();
        }
        listener.close();
    }
}
