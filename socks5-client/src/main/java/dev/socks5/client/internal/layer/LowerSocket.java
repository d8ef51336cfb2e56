package dev.socks5.client.internal.layer;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import org.jspecify.annotations.Nullable;

/**
 * Shows a connection as it is so far, layers and all, as the socket that TLS is put over. It keeps what the JDK's TLS
 * does not tell: how the answer begins, and whether the connection has ended.
 */
final class LowerSocket extends Socket {

    private static final int NOTHING = -1;

    private final ProxiedSocket connection;
    private final @Nullable TlsLayer below;
    private final InputStream input;
    private final OutputStream output;
    private int firstByte = NOTHING;
    private volatile boolean ended;
    private volatile boolean inputShut;
    private volatile boolean outputShut;
    private volatile boolean brokenOff;

    /** @param below the uppermost TLS of the connection so far; {@code null} if there is none */
    LowerSocket(ProxiedSocket connection, @Nullable TlsLayer below) throws IOException {
        super((@Nullable SocketImpl) null);
        this.connection = connection;
        this.below = below;
        this.input = new Watched(connection.input());
        this.output = new Forgiving(connection.output());
    }

    private final class Watched extends FilterInputStream {

        private Watched(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            connection.prepareToRead();
            int count = in.read(into, offset, length);
            if (count > 0 && firstByte == NOTHING) {
                firstByte = into[offset] & 0xFF;
            }
            ended = count < 0;
            return count;
        }
    }

    /** Lets what comes next tell why a message could not be written: the proxy's alert may be there already. */
    private final class Forgiving extends FilterOutputStream {

        private Forgiving(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                if (isClosed() || !connection.awaitsAnswer()) {
                    throw e;
                }
            }
        }
    }

    /** Gives the first byte that has come; negative if none has. */
    int firstByte() {
        return firstByte;
    }

    /** Tells whether the connection has ended below TLS. */
    boolean hasEnded() {
        return ended;
    }

    /** Tells whether TLS has closed the connection, and nobody else. */
    boolean isBrokenOff() {
        return brokenOff;
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() {
        return output;
    }

    /** Does nothing more, because there may be layers below that are not at their end. */
    @Override
    public void shutdownInput() {
        inputShut = true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        outputShut = true;
        if (below == null) {
            connection.socket().shutdownOutput();
        } else {
            below.shutdownOutput();
        }
    }

    @Override
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    /** Closes the whole connection, because TLS does that only when nothing more can come of it. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // It has no state that needs a lock.
    public void close() throws IOException {
        if (!isClosed()) {
            brokenOff = true;
            connection.socket().close();
        }
    }

    @Override
    public boolean isClosed() {
        return connection.isClosed();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void setSoTimeout(int millis) throws SocketException {
        connection.socket().setSoTimeout(millis);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public int getSoTimeout() throws SocketException {
        return connection.socket().getSoTimeout();
    }

    @Override
    public int getSoLinger() throws SocketException {
        return connection.socket().getSoLinger();
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return connection.socket().getInetAddress();
    }

    @Override
    public int getPort() {
        return connection.socket().getPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return connection.socket().getRemoteSocketAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return connection.socket().getLocalAddress();
    }

    @Override
    public int getLocalPort() {
        return connection.socket().getLocalPort();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return connection.socket().getLocalSocketAddress();
    }

    @Override
    public String toString() {
        return connection.socket().toString();
    }
}
