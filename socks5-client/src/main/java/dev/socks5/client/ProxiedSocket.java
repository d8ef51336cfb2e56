package dev.socks5.client;

import dev.socks5.codec.GssapiNegotiation;
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
 * A socket on its way along a path, and what stands between it and its user where proxies have agreed to a protection
 * (RFC 1961): streams over streams, those of the last such proxy uppermost.
 *
 * <p>It belongs to the thread that shakes hands. After that, any thread may use it.
 */
final class ProxiedSocket implements Closeable {

    private final Socket socket;
    private final List<SharedProtection> protections = new ArrayList<>();
    private @Nullable GssapiNegotiation negotiation;
    private @Nullable ProtectedInput input;
    private @Nullable ProtectedOutput output;
    private @Nullable Deadline deadline;

    ProxiedSocket(Socket socket) {
        this.socket = socket;
    }

    Socket socket() {
        return socket;
    }

    InputStream input() throws IOException {
        ProtectedInput current = input;
        return current == null ? socket.getInputStream() : current;
    }

    OutputStream output() throws IOException {
        ProtectedOutput current = output;
        return current == null ? socket.getOutputStream() : current;
    }

    boolean isProtected() {
        return !protections.isEmpty();
    }

    /**
     * Sets when all that is read from now on must be there: under a protection, one read may be many of the socket. Then
     * its read timeout is another one. {@code null} leaves that as it is.
     */
    void deadline(@Nullable Deadline limit) {
        deadline = limit;
    }

    /** Takes over what the next proxy is negotiated with: it is closed with the connection. */
    void begin(GssapiNegotiation next) {
        negotiation = next;
    }

    /** Puts all that follows under a protection that has come of the negotiation. */
    SharedProtection protect(Protection agreed) throws IOException {
        SharedProtection protection = new SharedProtection(agreed);
        protections.add(protection);
        negotiation = null;
        InputStream in = input == null ? new Bottom(socket.getInputStream()) : input;
        input = new ProtectedInput(in, protection, this);
        output = new ProtectedOutput(output(), protection, this);
        return protection;
    }

    /** Ends a negotiation of which no protection has come. */
    void endNegotiation() {
        if (negotiation != null) {
            negotiation.close();
            negotiation = null;
        }
    }

    void shutdownInput() throws IOException {
        if (input != null) {
            input.shut();
        }
        socket.shutdownInput();
    }

    /** Ends every security context, too. */
    @Override
    public void close() throws IOException {
        try {
            socket.close();
        } finally {
            protections.forEach(SharedProtection::close);
            endNegotiation();
        }
    }

    /** The socket's own input, below all protections. */
    private final class Bottom extends InputStream {

        private final InputStream in;

        private Bottom(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] octet = new byte[1];
            return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Deadline limit = deadline;
            if (limit != null) {
                socket.setSoTimeout(limit.remainingMillis());
            }
            return in.read(into, offset, length);
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }
    }
}
