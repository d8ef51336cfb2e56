package dev.socks5.client.internal.layer;

import dev.socks5.codec.Protection;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds a socket on its way along a path, and the streams between it and its user where proxies have agreed to a
 * protection (RFC 1961): streams over streams, those of the last such proxy uppermost.
 *
 * <p>It belongs to the thread that shakes hands. After that, any thread may use it.
 */
public final class ProxiedSocket implements Closeable {

    private final Socket socket;
    private final List<SharedProtection> protections = new ArrayList<>();
    private @Nullable ProtectedInput input;
    private @Nullable ProtectedOutput output;
    private @Nullable Deadline deadline;

    public ProxiedSocket(Socket socket) {
        this.socket = socket;
    }

    public Socket socket() {
        return socket;
    }

    public InputStream input() throws IOException {
        ProtectedInput current = input;
        return current == null ? socket.getInputStream() : current;
    }

    public OutputStream output() throws IOException {
        ProtectedOutput current = output;
        return current == null ? socket.getOutputStream() : current;
    }

    public boolean isProtected() {
        return !protections.isEmpty();
    }

    /**
     * Sets the deadline for all reads from now on: under a protection, one read may be many of the socket. It takes the
     * place of the socket's read timeout, which {@code null} leaves as it is.
     */
    public void deadline(@Nullable Deadline limit) {
        deadline = limit;
    }

    /** Has the socket wait no longer than until the deadline, if there is one, as it is read next. */
    void prepareToRead() throws IOException {
        Deadline limit = deadline;
        if (limit != null) {
            socket.setSoTimeout(limit.remainingMillis());
        }
    }

    /** Puts all bytes that follow under a protection that a proxy has agreed to. */
    public Protection protect(Protection agreed) throws IOException {
        SharedProtection protection = new SharedProtection(agreed);
        protections.add(protection);
        input = new ProtectedInput(input(), protection, this);
        output = new ProtectedOutput(output(), protection, this);
        return protection;
    }

    public void shutdownInput() throws IOException {
        if (input != null) {
            input.shut();
        }
        socket.shutdownInput();
    }

    /** Closes the socket, and ends every protection. */
    @Override
    public void close() throws IOException {
        try {
            socket.close();
        } finally {
            protections.forEach(SharedProtection::close);
        }
    }
}
