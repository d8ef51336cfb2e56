package dev.socks5.benchmarks.startup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The origin: it sends one byte on each connection, by which a program knows that it has arrived. */
final class Greeter implements AutoCloseable {

    /** The byte; a constant of the compiler, so that the programs do not load this class. */
    static final int GREETING = '!';

    private final ServerSocket listener;

    Greeter() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(this::serve, "greeter");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket connection = listener.accept()) {
                connection.getOutputStream().write(GREETING);
            } catch (IOException e) {
                // The program says what it has missed.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
