package dev.socks5.bridge;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;

/** Passes octets on both ways, and how each way ends: an end as an end, a failure as a reset. */
final class BridgeTunnel {

    /** How long one way may bring nothing once the other has ended: who has closed does not wait for more. */
    private static final Duration HALF_CLOSED = Duration.ofMinutes(2);

    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    private static final int BUFFER = 16 * 1024;

    private final HttpInput client;
    private final HttpInput origin;
    private final Endpoint destination;
    private final BridgeShared shared;
    private final int limitMillis;
    private volatile boolean oneHasEnded;

    BridgeTunnel(HttpInput client, HttpInput origin, Endpoint destination, BridgeShared shared) {
        this(client, origin, destination, shared, HALF_CLOSED);
    }

    BridgeTunnel(HttpInput client, HttpInput origin, Endpoint destination, BridgeShared shared, Duration halfClosed) {
        this.client = client;
        this.origin = origin;
        this.destination = destination;
        this.shared = shared;
        this.limitMillis = Math.toIntExact(halfClosed.toMillis());
    }

    /** Returns when both ways have ended. */
    void run() {
        Future<?> back = shared.threads().submit(() -> pass(origin, client.socket()));
        pass(client, origin.socket());
        BridgeThreads.await(back, FOREVER);
    }

    private void pass(HttpInput from, Socket to) {
        try {
            from.deadline(null);
            from.socket().setSoTimeout(limitMillis);
            byte[] buffer = new byte[BUFFER];
            for (int count = read(from, buffer); count >= 0; count = read(from, buffer)) {
                write(from, to, buffer, count);
            }
            oneHasEnded = true;
            to.shutdownOutput();
        } catch (IOException e) {
            if (isHiddenByReset(e)) {
                shared.failures().report(destination, e, BridgeRefusal.ofAnswer(destination, e));
            }
            reset(client.socket());
            reset(origin.socket());
        }
    }

    /**
     * Whether TLS to the proxy or its protection (GSSAPI) has failed. A reset that comes from a peer tells all that it
     * is.
     */
    private static boolean isHiddenByReset(IOException failure) {
        return !(failure instanceof SocketException || failure instanceof SocketTimeoutException);
    }

    private int read(HttpInput from, byte[] buffer) throws IOException {
        while (true) {
            try {
                return from.read(buffer, 0, buffer.length);
            } catch (SocketTimeoutException e) {
                if (oneHasEnded) {
                    throw e;
                }
            }
        }
    }

    /** Who takes no more may have said why: that has to get through before the end. */
    private static void write(HttpInput from, Socket to, byte[] buffer, int count) throws IOException {
        try {
            to.getOutputStream().write(buffer, 0, count);
        } catch (IOException e) {
            from.drain(BridgeConnection.FAREWELL);
            throw e;
        }
    }

    /** Closes a socket so that its peer does not take what it got for all there was. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        BridgeSockets.closeQuietly(socket);
    }
}
