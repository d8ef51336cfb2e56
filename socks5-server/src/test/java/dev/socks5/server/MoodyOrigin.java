package dev.socks5.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server behind the proxy that does with each connection as the first octet says. */
final class MoodyOrigin implements AutoCloseable {

    static final int ECHO = 'e';
    static final int RESET = 'r';
    static final int CLOSE = 'c';

    private final ServerSocket server = new ServerSocket(0, 1024, InetAddress.getByName("127.0.0.1"));
    private final ExecutorService threads = Executors.newCachedThreadPool();

    MoodyOrigin() throws IOException {
        threads.execute(this::acceptAll);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
            InputStream in = socket.getInputStream();
            int mood = in.read();
            if (mood == RESET) {
                socket.setSoLinger(true, 0);
            } else if (mood == ECHO) {
                in.transferTo(socket.getOutputStream());
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
