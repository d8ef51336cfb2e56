package dev.socks5.bridge;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** The sockets of a bridge, so that they can be closed from outside: those that come too late as well. */
final class BridgeSockets {

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Closeable> open = new HashSet<>();
    private boolean closed;

    /** Closes the socket and fails if the bridge is closed. */
    void add(Closeable socket) throws IOException {
        lock.lock();
        try {
            if (!closed) {
                open.add(socket);
                return;
            }
        } finally {
            lock.unlock();
        }
        socket.close();
        throw new SocketException("the bridge is closed");
    }

    void remove(Closeable socket) {
        lock.lock();
        try {
            open.remove(socket);
        } finally {
            lock.unlock();
        }
    }

    int count() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    void closeAll() {
        List<Closeable> all;
        lock.lock();
        try {
            closed = true;
            all = List.copyOf(open);
            open.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(BridgeSockets::end);
    }

    /** Abruptly if it is in use: what is cut short must not pass for whole, and TLS would wait to say goodbye. */
    private static void end(Closeable socket) {
        if (socket instanceof Socket inUse && inUse.isConnected()) {
            BridgeTunnel.reset(inUse);
            return;
        }
        closeQuietly(socket);
    }

    /** Closes a socket that is of no more use, so that it does not matter whether that fails. */
    static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // See above.
        }
    }
}
