package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.layer.Closing;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.AsynchronousCloseException;

/**
 * Holds the socket of a connection that is being made: at first the one that its user has configured, then that of the
 * latest attempt, at last that of the attempt that has succeeded. Closing it, on any thread, ends all attempts.
 */
public final class Outbound implements Closeable {

    private final SocketSettings fresh;
    private volatile Socket socket;
    private volatile boolean closed;
    private volatile boolean connecting;
    private Runnable wakeup = () -> {}; // guarded by this

    public Outbound(Socket first) {
        this(first, SocketSettings.NONE);
    }

    /** @param fresh the settings that the socket had before its user had it */
    Outbound(Socket first, SocketSettings fresh) {
        socket = first;
        this.fresh = fresh;
    }

    public Socket socket() {
        return socket;
    }

    /** Gives the settings that the user has changed. */
    SocketSettings changes() throws IOException {
        return SocketSettings.of(socket).since(fresh);
    }

    /** Begins to connect: from now on, a closed socket means that an attempt has failed. */
    void begin() {
        connecting = true;
    }

    /** Ends connecting with success: the socket is the right one. */
    void succeed() {
        connecting = false;
    }

    /**
     * Sets the way to wake a thread that waits for several sockets at a time.
     *
     * @param wakes run by the thread that closes; may be run when it is of no use any more
     */
    synchronized void onClose(Runnable wakes) {
        wakeup = wakes;
    }

    /** Begins with the same socket what may fail and leave this open; closing this ends it. */
    Outbound part() throws IOException {
        Outbound part = new Outbound(socket);
        onClose(() -> Closing.quietly(part));
        if (closed) { // Perhaps too soon to know of it.
            part.close();
            throw new AsynchronousCloseException();
        }
        return part;
    }

    /** Puts another socket in the place of the one before; closes it if this is closed. */
    void use(Socket next) throws IOException {
        synchronized (this) {
            if (!closed) {
                socket = next;
                return;
            }
        }
        next.close();
        throw new AsynchronousCloseException();
    }

    public boolean isClosed() {
        return closed || (!connecting && socket.isClosed());
    }

    @Override
    public void close() throws IOException {
        Socket last;
        Runnable wakes;
        synchronized (this) {
            closed = true;
            last = socket;
            wakes = wakeup;
        }
        wakes.run(); // Not under the lock: it closes sockets, and that may take time.
        last.close();
    }
}
