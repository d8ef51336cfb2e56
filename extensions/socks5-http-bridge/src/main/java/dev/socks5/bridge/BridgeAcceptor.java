package dev.socks5.bridge;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Consumer;

/** Takes a bridge's connections until its listener is closed. */
final class BridgeAcceptor implements Runnable {

    /** If accepting fails, for want of descriptors say, it would fail again at once. */
    private static final Duration BACK_OFF = Duration.ofMillis(100);

    private final ServerSocket listener;
    private final BridgeShared shared;
    private final Consumer<Socket> service;

    /**
     * @param service hands a connection on to another thread, which closes it and removes it from the sockets
     */
    BridgeAcceptor(ServerSocket listener, BridgeShared shared, Consumer<Socket> service) {
        this.listener = listener;
        this.shared = shared;
        this.service = service;
    }

    @Override
    public void run() {
        while (!listener.isClosed()) {
            try {
                take(listener.accept());
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                // No thread for it is an OutOfMemoryError.
                if (!listener.isClosed()) {
                    shared.failures().notAccepted(e);
                    if (!backOff()) {
                        return;
                    }
                }
            }
        }
    }

    private void take(Socket client) throws IOException {
        // The listener's address sees to it already, unless the kernel is told to route 127.0.0.0/8.
        if (!client.getInetAddress().isLoopbackAddress()) {
            client.close();
            return;
        }
        shared.sockets().add(client);
        try {
            service.accept(client);
        } catch (Throwable e) {
            shared.sockets().remove(client);
            client.close();
            throw e;
        }
    }

    private static boolean backOff() {
        try {
            Thread.sleep(BACK_OFF.toMillis());
            return true;
        } catch (InterruptedException e) {
            return false; // The bridge is being closed.
        }
    }
}
