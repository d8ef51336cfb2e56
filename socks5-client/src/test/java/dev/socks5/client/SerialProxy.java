package dev.socks5.client;

import dev.socks5.client.internal.layer.Closing;
import dev.socks5.testing.GssapiPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy that takes one connection after the other, does what its script says, and keeps it until it is closed itself.
 */
final class SerialProxy implements AutoCloseable {

    /** What it does with a connection. */
    @FunctionalInterface
    interface Script {
        void play(GssapiPeer peer) throws Exception;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    SerialProxy(Script... scripts) throws IOException {
        Thread thread = new Thread(() -> serve(scripts), "serial proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Script... scripts) {
        try {
            for (Script script : scripts) {
                Socket connection = listener.accept();
                connections.add(connection);
                script.play(GssapiPeer.of(connection));
            }
        } catch (Exception e) {
            close();
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    @Override
    public void close() {
        connections.forEach(Closing::quietly);
        Closing.quietly(listener);
    }
}
