package dev.socks5.client.internal.forward;

import dev.socks5.client.internal.layer.Closing;
import dev.socks5.client.internal.platform.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Carries one local connection: connects to the destination, passes bytes on both ways, and passes on how each way
 * ends: an end as an end, a failure as a reset.
 */
final class ForwardedConnection implements Runnable {

    private static final int BUFFER = 16 * 1024;

    private final Socket local;
    private final Socket remote;
    private final Connect connect;
    private final Duration halfClosed;
    private final Consumer<ForwardedConnection> whenOver;
    private final AtomicInteger ways = new AtomicInteger(2);
    private volatile boolean oneHasEnded;
    private volatile boolean oneIsBroken;

    /** Connects the remote socket to the destination. */
    @FunctionalInterface
    interface Connect {
        void run() throws IOException;
    }

    /**
     * @param local connected
     * @param remote not connected yet
     * @param connect connects it
     * @param halfClosed how long one way may bring nothing once the other has ended
     * @param whenOver called once, when both sockets are closed
     */
    ForwardedConnection(
            Socket local, Socket remote, Connect connect, Duration halfClosed, Consumer<ForwardedConnection> whenOver) {
        this.local = local;
        this.remote = remote;
        this.connect = connect;
        this.halfClosed = halfClosed;
        this.whenOver = whenOver;
    }

    @Override
    public void run() {
        boolean connected = false;
        try {
            connect.run();
            prepare(local);
            prepare(remote);
            Threads.start("socks5-forward-back", () -> pass(remote, local));
            connected = true;
        } catch (IOException e) {
            // The client's listener has been told; the local program can only see a reset.
        } finally {
            if (!connected) {
                reset();
                whenOver.accept(this);
            }
        }
        if (connected) {
            pass(local, remote);
        }
    }

    private void prepare(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.setSoTimeout(Math.toIntExact(halfClosed.toMillis()));
    }

    private void pass(Socket from, Socket to) {
        boolean orderly = false;
        try {
            boolean whole = copy(from.getInputStream(), to.getOutputStream());
            oneHasEnded = true;
            if (whole && !oneIsBroken) {
                to.shutdownOutput();
            }
            // What the other way still brings gets through, even if this one is broken.
            orderly = !whole || !oneIsBroken;
        } catch (IOException e) {
            // A reset follows.
        } finally {
            if (!orderly) {
                reset();
            }
            if (ways.decrementAndGet() == 0) {
                Closing.quietly(local);
                Closing.quietly(remote);
                whenOver.accept(this);
            }
        }
    }

    /**
     * Passes bytes on until their end. Whoever takes no more may have said why before that, and the other way brings
     * it: until it has ended, what comes here is dropped.
     *
     * @return whether all bytes were passed on
     * @throws IOException if there can be no orderly end
     */
    private boolean copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        boolean whole = true;
        for (int count = read(from, buffer); count >= 0; count = read(from, buffer)) {
            if (whole) {
                whole = write(to, buffer, count);
            }
        }
        return whole;
    }

    private int read(InputStream from, byte[] buffer) throws IOException {
        while (true) {
            try {
                return from.read(buffer);
            } catch (SocketTimeoutException e) {
                if (oneHasEnded) {
                    throw e;
                }
            }
        }
    }

    private boolean write(OutputStream to, byte[] buffer, int count) throws IOException {
        try {
            to.write(buffer, 0, count);
            return true;
        } catch (IOException e) {
            oneIsBroken = true; // Before the other way is asked: one of the two sees how the other ended.
            if (oneHasEnded) {
                throw e;
            }
            return false;
        }
    }

    /** Closes both sockets so that neither peer takes what it got for all there was. */
    void reset() {
        reset(local);
        reset(remote);
    }

    private static void reset(Socket socket) {
        try {
            if (socket.isConnected()) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            // It is closed already.
        }
        Closing.quietly(socket);
    }
}
