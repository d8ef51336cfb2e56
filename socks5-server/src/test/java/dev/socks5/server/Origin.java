package dev.socks5.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/** A server behind the proxy. Accepts everything; a test takes the connections one by one. */
public final class Origin implements AutoCloseable {

    private static final Socket NOBODY = nobodys();

    private final ServerSocket server;
    private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
    private final Queue<Socket> all = new ConcurrentLinkedQueue<>();

    public Origin() throws IOException {
        this("127.0.0.1");
    }

    public Origin(String host) throws IOException {
        this(host, 0);
    }

    public Origin(String host, int port) throws IOException {
        server = new ServerSocket(port, 1024, InetAddress.getByName(host));
        Thread thread = new Thread(this::acceptAll, "origin");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
                all.add(socket);
                accepted.add(socket);
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public int port() {
        return server.getLocalPort();
    }

    public Socket take() throws InterruptedException {
        Socket socket = accepted.poll(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        Assertions.assertThat(socket).as("a connection to the origin").isNotNull();
        return socket;
    }

    /** Whether anybody has ever come by. */
    public boolean untouched() {
        return all.isEmpty();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : all) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An address on which nobody listens, nor will: the port is taken. */
    public static InetSocketAddress nobody() {
        return (InetSocketAddress) NOBODY.getLocalSocketAddress();
    }

    private static Socket nobodys() {
        try {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
