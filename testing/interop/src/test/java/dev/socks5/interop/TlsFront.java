package dev.socks5.interop;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLContext;

/** Takes TLS off connections, for a server that has none of its own, or none with a certificate of one's choice. */
final class TlsFront implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;

    /** @param target the port of 127.0.0.1 on which the server listens */
    TlsFront(SSLContext context, int target) throws IOException {
        this.listener = context.getServerSocketFactory().createServerSocket(0, 50, Loopback.V4);
        this.target = target;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            start(() -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        try (client;
                Socket server = new Socket(Loopback.V4, target)) {
            start(() -> {
                server.getInputStream().transferTo(client.getOutputStream());
                client.close();
            });
            client.getInputStream().transferTo(server.getOutputStream());
        }
    }

    @FunctionalInterface
    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // The client says what has happened.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
