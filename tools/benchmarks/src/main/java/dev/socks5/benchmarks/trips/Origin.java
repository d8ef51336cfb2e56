package dev.socks5.benchmarks.trips;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/** Where the ways lead: it answers one short request on each connection, one connection after the other. */
final class Origin implements AutoCloseable {

    private static final byte[] REQUEST = {'p', 'i', 'n', 'g'};
    private static final int ANSWER = '!';

    private final ServerSocket listener;

    Origin() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(this::serve, "origin");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** What a client sends. */
    static byte[] request() {
        return REQUEST.clone();
    }

    /** Checks the first byte of what has come back. */
    static void check(int first) throws IOException {
        if (first != ANSWER) {
            throw new IOException("the origin's answer is lost: " + first);
        }
    }

    /** Speaks with the origin at the other end of a tunnel, and returns when the first byte of its answer is there. */
    static void talk(Socket tunnel) throws IOException {
        tunnel.getOutputStream().write(REQUEST);
        awaitAnswer(tunnel);
    }

    /** Waits for the first byte of the answer. */
    static void awaitAnswer(Socket tunnel) throws IOException {
        tunnel.setSoTimeout(Math.toIntExact(Client.PATIENCE.toMillis()));
        check(tunnel.getInputStream().read());
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket connection = listener.accept()) {
                connection.setSoTimeout(Math.toIntExact(Client.PATIENCE.toMillis()));
                connection.setTcpNoDelay(true);
                byte[] request = connection.getInputStream().readNBytes(REQUEST.length);
                if (Arrays.equals(request, REQUEST)) {
                    connection.getOutputStream().write(ANSWER);
                }
            } catch (IOException e) {
                // The client says what it has missed.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
