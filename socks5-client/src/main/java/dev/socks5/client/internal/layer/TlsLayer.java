package dev.socks5.client.internal.layer;

import dev.socks5.codec.Endpoint;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts what goes to one proxy and beyond, by the JDK's TLS over a {@link LowerSocket}. Its streams fail as those of
 * other connections do, and they tell an end that the proxy has announced (close_notify) from one that anybody on the
 * way could have made.
 */
public final class TlsLayer {

    private static final int LONGEST_REASON = 300;
    private static final int SOCKS5 = 5;
    private static final int FIRST_CONTENT_TYPE = 0x14; // RFC 8446 section 5.1
    private static final int LAST_CONTENT_TYPE = 0x18;

    private final ProxiedSocket connection;
    private final LowerSocket lower;
    private final Endpoint proxy;
    private final SSLSocket tls;

    private TlsLayer(ProxiedSocket connection, LowerSocket lower, Endpoint proxy, SSLSocket tls) {
        this.connection = connection;
        this.lower = lower;
        this.proxy = proxy;
        this.tls = tls;
    }

    /**
     * Shakes hands with a proxy.
     *
     * @param below the uppermost TLS of the connection so far; {@code null} if there is none
     * @throws SSLException if there will be no TLS; the message says why
     */
    static TlsLayer over(ProxiedSocket connection, @Nullable TlsLayer below, SSLContext context, Endpoint proxy)
            throws IOException {
        LowerSocket lower = new LowerSocket(connection, below);
        SSLSocket tls = (SSLSocket)
                context.getSocketFactory().createSocket(lower, proxy.address().toString(), proxy.port(), true);
        TlsLayer layer = new TlsLayer(connection, lower, proxy, tls);
        try {
            shakeHands(tls);
        } catch (IOException e) {
            Optional<IOException> reason = layer.reasonBelow(e);
            boolean byProxy = !reason.isPresent() || reason.get() instanceof SocketException;
            throw byProxy && !layer.isClosedHere() ? layer.noAgreement(e) : reason.orElse(e);
        }
        return layer;
    }

    /** Shakes hands, and requires a certificate as {@link #checkNameOf} says. */
    public static void shakeHands(SSLSocket tls) throws IOException {
        checkNameOf(tls).startHandshake();
    }

    /**
     * Has a socket require the certificate of the host that it was made for, unless it has come with rules of its own,
     * of which an empty text is one: the JDK's would take anybody's.
     */
    public static SSLSocket checkNameOf(SSLSocket tls) {
        SSLParameters parameters = tls.getSSLParameters();
        if (parameters.getEndpointIdentificationAlgorithm() == null) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
        }
        return tls;
    }

    InputStream input() throws IOException {
        return new Input(tls.getInputStream());
    }

    OutputStream output() throws IOException {
        return new Output(tls.getOutputStream());
    }

    /** Announces the end to the proxy (close_notify), and ends the output of all that is below. */
    void shutdownOutput() throws IOException {
        try {
            tls.shutdownOutput();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private final class Input extends FilterInputStream {

        private Input(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count;
            try {
                count = in.read(into, offset, length);
            } catch (IOException e) {
                if (connection.isInputShut()) {
                    return -1;
                }
                throw failure(e);
            }
            if (count < 0 && !connection.isInputShut()) {
                requireAnnouncedEnd();
            }
            return count;
        }

        private void requireAnnouncedEnd() throws IOException {
            if (isClosedHere()) {
                throw new SocketException("Socket closed");
            }
            if (lower.hasEnded()) {
                throw new EOFException(
                        "the proxy " + proxy + " has not announced the end of TLS: something may be missing");
            }
        }
    }

    private final class Output extends FilterOutputStream {

        private Output(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw failure(e);
            }
        }
    }

    private boolean isClosedHere() {
        return connection.isClosed() && !lower.isBrokenOff();
    }

    private IOException failure(IOException e) {
        Optional<IOException> reason = reasonBelow(e);
        if (reason.isPresent()) {
            return reason.get();
        }
        if (isClosedHere()) {
            return (SocketException) new SocketException("Socket closed").initCause(e);
        }
        return e instanceof SSLException ? named(new SSLException(text(e)), e) : e;
    }

    /** Gives the failure of the connection itself, where TLS has put one of its own around that. */
    private Optional<IOException> reasonBelow(IOException e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClosedByInterruptException
                    && !Thread.currentThread().isInterrupted()) {
                return Optional.of(new ClosedChannelException()); // That was another call, earlier.
            }
            if (cause instanceof ClosedChannelException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof SocketException) {
                return Optional.of((IOException) cause);
            }
        }
        return Optional.empty();
    }

    private IOException noAgreement(IOException e) {
        int first = lower.firstByte();
        if (first < 0) {
            String message = "the proxy " + proxy + " has ended the connection without an answer to TLS, as one may"
                    + " that does not speak TLS";
            return named(new SSLHandshakeException(message), e);
        }
        if (first < FIRST_CONTENT_TYPE || first > LAST_CONTENT_TYPE) {
            String instead = first == SOCKS5 ? "SOCKS5 without TLS" : "something else";
            return named(new SSLHandshakeException("the proxy " + proxy + " speaks " + instead + ", not TLS"), e);
        }
        return named(new SSLHandshakeException(text(e)), e);
    }

    private static IOException named(SSLException failure, IOException cause) {
        return (IOException) failure.initCause(cause);
    }

    /** Names the proxy, and the JDK's reasons, the innermost included; some of that may be the proxy's words. */
    private String text(IOException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String outer = String.valueOf(e.getMessage());
        String inner = String.valueOf(root.getMessage());
        String reason = (outer.contains(inner) ? outer : outer + ": " + inner).replaceAll("\\p{Cntrl}", " ");
        return "TLS with the proxy " + proxy + " has failed: "
                + (reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...");
    }
}
