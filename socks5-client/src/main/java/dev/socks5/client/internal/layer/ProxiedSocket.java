package dev.socks5.client.internal.layer;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Protection;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Holds a socket on its way along a path, and the streams between it and its user where a proxy is reached by TLS, or
 * has agreed to a protection (RFC 1961): streams over streams, those of the last such proxy uppermost.
 *
 * <p>It belongs to the thread that shakes hands. After that, any thread may use it.
 */
public final class ProxiedSocket implements Closeable {

    /** The time that a close may take to announce the end to TLS, if its peer takes no more bytes. */
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final Socket socket;
    private final List<SharedProtection> protections = new ArrayList<>();
    private @Nullable InputStream input;
    private @Nullable OutputStream output;
    private @Nullable TlsLayer tls;
    private @Nullable Deadline deadline;
    private volatile boolean inputShut;
    private volatile boolean closing;

    public ProxiedSocket(Socket socket) {
        this.socket = socket;
    }

    /** Gives the socket below all layers, for its options, its addresses and its state. */
    public Socket socket() {
        return socket;
    }

    public InputStream input() throws IOException {
        InputStream current = input;
        return current == null ? socket.getInputStream() : current;
    }

    public OutputStream output() throws IOException {
        OutputStream current = output;
        return current == null ? socket.getOutputStream() : current;
    }

    /** Tells whether the user's bytes are others than the socket's. */
    public boolean isLayered() {
        return input != null;
    }

    /**
     * Sets the deadline for all reads from now on: under a layer, one read may be many of the socket. It takes the
     * place of the socket's read timeout, which {@code null} leaves as it is.
     */
    public void deadline(@Nullable Deadline limit) {
        deadline = limit;
    }

    /** Tells whether a handshake is under way, in which an answer follows whatever is written. */
    boolean awaitsAnswer() {
        return deadline != null;
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

    /** Puts all bytes that follow under TLS with a proxy, whose certificate has to be for its endpoint. */
    public void secure(SSLContext context, Endpoint proxy) throws IOException {
        TlsLayer layer = TlsLayer.over(this, tls, context, proxy);
        input = layer.input();
        output = layer.output();
        tls = layer;
    }

    public void shutdownInput() throws IOException {
        inputShut = true;
        socket.shutdownInput();
    }

    /** Tells whether what is there or comes later is dropped. */
    boolean isInputShut() {
        return inputShut;
    }

    /** Ends the output; TLS announces that to its peer first. */
    public void shutdownOutput() throws IOException {
        TlsLayer uppermost = tls;
        if (uppermost == null) {
            socket.shutdownOutput();
        } else {
            uppermost.shutdownOutput();
        }
    }

    /** Tells whether it is closed, or about to be. */
    boolean isClosed() {
        return closing || socket.isClosed();
    }

    /** Closes the socket, and ends every layer. */
    @Override
    public void close() throws IOException {
        closing = true;
        try {
            if (tls != null && !socket.isClosed() && !endsByReset()) {
                announceEnd();
            }
            socket.close();
        } finally {
            protections.forEach(SharedProtection::close);
        }
    }

    /** Tells whether to close without a word: else the proxy would take what is cut off for all there was. */
    private boolean endsByReset() {
        try {
            return socket.getSoLinger() == 0;
        } catch (SocketException e) {
            return false; // It is being closed.
        }
    }

    /** Ends TLS; not if that has to wait, for a thread that writes or for room. */
    private void announceEnd() throws IOException {
        Watchdog watchdog = Watchdog.over(socket, Deadline.after(GOODBYE));
        try {
            shutdownOutput();
        } catch (IOException e) {
            // The peer does not care to hear of the end.
        } finally {
            watchdog.inTime();
        }
    }
}
