package dev.socks5.conformance.peer;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One client's connection to a {@link RightServer}. Whatever was read ahead belongs to what comes next. */
public final class Session implements Closeable {

    private final Queue<Closeable> alsoClosed = new ConcurrentLinkedQueue<>();
    private final Socket socket;
    private final InputStream in;
    private volatile boolean ready;
    private volatile boolean closed;

    Session(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Returns the client's socket, to write to and to close. */
    public Socket socket() {
        return socket;
    }

    /** Returns everything that the client sends; the socket's own input would miss what was read ahead. */
    public InputStream in() {
        return in;
    }

    /** Reads one byte, or throws {@link EOFException}. */
    public int read() throws IOException {
        int value = in.read();
        if (value < 0) {
            throw new EOFException();
        }
        return value;
    }

    /** Reads so many bytes, all of them. */
    public byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return bytes;
    }

    /** Reads two bytes, the higher one first. */
    public int readShort() throws IOException {
        return read() << 8 | read();
    }

    /** Writes bytes, given as numbers, in one piece. */
    public void write(int... values) throws IOException {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        write(bytes);
    }

    /** Writes bytes in one piece. */
    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Closes something together with this connection, or at once if that is closed already. */
    public void alsoClose(Closeable other) {
        alsoClosed.add(other);
        if (closed) {
            close();
        }
    }

    /** Lifts the deadline of the handshake. */
    void ready() {
        ready = true;
    }

    void closeUnlessReady() {
        if (!ready) {
            close();
        }
    }

    @Override
    public void close() {
        closed = true;
        Execution.closeQuietly(socket);
        alsoClosed.forEach(Execution::closeQuietly);
    }
}
