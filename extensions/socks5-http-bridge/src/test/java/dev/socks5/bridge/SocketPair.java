package dev.socks5.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Two sockets that are connected to each other. */
final class SocketPair implements AutoCloseable {

    final Socket outer;
    final Socket inner;

    SocketPair() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            outer = new Socket(listener.getInetAddress(), listener.getLocalPort());
            inner = listener.accept();
        }
    }

    @Override
    public void close() throws IOException {
        outer.close();
        inner.close();
    }
}
