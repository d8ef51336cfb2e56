package dev.socks5.conformance.peer;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Carries out BIND: listens, replies, accepts the expected peer, replies again and relays, each step to override. */
public class RightBind extends Execution {

    private static final int POLL_MILLIS = 10;

    @Override
    protected void bind(Session session, Request request) throws IOException {
        Socket peer;
        try (ServerSocket listener = listen(session, request)) {
            session.alsoClose(listener);
            firstReply(session, (InetSocketAddress) listener.getLocalSocketAddress());
            peer = acceptExpected(session, listener, request);
        }
        try (peer) {
            session.alsoClose(peer);
            secondReply(session, (InetSocketAddress) peer.getRemoteSocketAddress());
            relay(session, peer);
        }
    }

    /** Creates and binds a new socket, of the family of the peer. */
    protected ServerSocket listen(Session session, Request request) throws IOException {
        Endpoint expected = request.destination();
        boolean six = !expected.isName()
                && expected.toInetSocketAddress().getAddress().getAddress().length == 16;
        InetAddress address =
                six ? InetAddress.getByName("::1") : session.socket().getLocalAddress();
        return new ServerSocket(0, 8, address);
    }

    /** Writes the first reply. */
    protected void firstReply(Session session, InetSocketAddress listener) throws IOException {
        writeReply(session, 0x00, listener);
    }

    /** Writes the second reply. */
    protected void secondReply(Session session, InetSocketAddress peer) throws IOException {
        writeReply(session, 0x00, peer);
    }

    /** How long a peer is waited for. */
    protected Duration bindTimeout() {
        return Duration.ofSeconds(20);
    }

    /** Accepts until the expected peer comes, the client has left or the time is up. */
    protected Socket acceptExpected(Session session, ServerSocket listener, Request request) throws IOException {
        long deadline = System.nanoTime() + bindTimeout().toNanos();
        listener.setSoTimeout(POLL_MILLIS);
        while (System.nanoTime() < deadline) {
            try {
                Socket peer = listener.accept();
                if (isExpected(peer, request)) {
                    peer.setTcpNoDelay(true);
                    return peer;
                }
                closeQuietly(peer);
            } catch (SocketTimeoutException e) {
                endIfClientHasLeft(session);
            }
        }
        throw new Refused(0x04);
    }

    /** Whether this is the host that the request names; the port is not compared. 0.0.0.0 is any. */
    protected boolean isExpected(Socket peer, Request request) throws IOException {
        Endpoint expected = request.destination();
        return expected.equals(Endpoint.UNSPECIFIED) || addresses(expected).contains(peer.getInetAddress());
    }

    /** Looks for the end of the client's input, and leaves every byte of it. */
    protected void endIfClientHasLeft(Session session) throws IOException {
        InputStream in = session.in();
        in.mark(1);
        session.socket().setSoTimeout(1);
        try {
            if (in.read() < 0) {
                throw new EOFException();
            }
            in.reset();
        } catch (SocketTimeoutException e) {
            // It is still there, and silent.
        } finally {
            session.socket().setSoTimeout(0);
        }
    }
}
