package dev.socks5.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Stands between a client and a proxy, passes one connection on, and keeps what the client has sent. */
final class Wiretap implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    Wiretap(InetSocketAddress proxy) throws IOException {
        start(() -> {
            Socket client = listener.accept();
            Socket onward = new Socket(proxy.getAddress(), proxy.getPort());
            start(() -> pass(client, onward, sent));
            pass(onward, client, OutputStream.nullOutputStream());
        });
    }

    private static void start(Blocked.Call call) {
        Thread thread = new Thread(
                () -> {
                    try {
                        call.run();
                    } catch (IOException e) {
                        // The test sees what it comes to.
                    }
                },
                "wiretap");
        thread.setDaemon(true);
        thread.start();
    }

    private static void pass(Socket from, Socket to, OutputStream copy) throws IOException {
        InputStream in = from.getInputStream();
        byte[] buffer = new byte[0x4000];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            synchronized (copy) {
                copy.write(buffer, 0, count);
            }
            to.getOutputStream().write(buffer, 0, count);
        }
        to.shutdownOutput();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What the client has sent so far; each character is one byte. */
    String sent() {
        synchronized (sent) {
            return sent.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
