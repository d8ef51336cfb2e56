package dev.socks5.server;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.operation.Usage;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Receives events about client connections. Called on the server's event loops, by several threads at once: a method
 * must return promptly, and an exception is logged and otherwise ignored.
 */
public interface Socks5ServerListener {

    /** The reason for which a connection was closed before any SOCKS was read from it. */
    enum Rejection {
        /** As many connections are open as the server may have. */
        TOO_MANY_CONNECTIONS,
        /** As many connections are open as one client address may have. */
        TOO_MANY_FROM_CLIENT,
        /** Its address is kept out for a time, see {@link Socks5ServerBuilder#loginThrottle}. */
        TOO_MANY_FAILED_LOGINS,
        /** It did not come from a balancer, where only balancers may connect. */
        NOT_A_BALANCER
    }

    /**
     * Called when a connection was accepted. Behind a balancer ({@link Socks5ServerBuilder#listenBehindBalancer}) that
     * is once the balancer has said whose connection it is. If it never does, it is right before {@link #closed}, with
     * the balancer as the client.
     *
     * @param session the connection
     */
    default void accepted(SessionInfo session) {}

    /**
     * Called when a connection was closed at once.
     *
     * @param client the address that it came from; behind a balancer, the client that this has named, if it got so far
     * @param reason the reason
     */
    default void rejected(ClientAddress client, Rejection reason) {}

    /**
     * Called when a client did not get as far as SOCKS5: its TLS handshake failed, or the first bytes that it has sent
     * are no SOCKS5. {@link #closed} follows, with {@link CloseReason#TLS_FAILED} or {@link CloseReason#MALFORMED}.
     *
     * @param session the connection
     * @param reason the reason, for a log, such as TLS on a port that is not for TLS; printable ASCII
     */
    default void handshakeFailed(SessionInfo session, String reason) {}

    /**
     * Called when a login was good, and has shown who the client is.
     *
     * @param session the connection
     */
    default void authenticated(SessionInfo session) {}

    /**
     * Called when a login was not good, or no method that the client offers would do.
     *
     * @param session the connection
     * @param reason the reason, for a log; the client is not told. It may hold text from the network, which is not
     *     escaped, and no secret
     */
    default void loginFailed(SessionInfo session, String reason) {}

    /**
     * Called when the client has made its request, whatever becomes of it.
     *
     * @param session the connection
     */
    default void requested(SessionInfo session) {}

    /**
     * Called when a request was refused, or could not be carried out.
     *
     * @param session the connection
     * @param code the reply that the client is sent
     * @param reason the reason, such as the rule that decided; the client is not told
     */
    default void requestFailed(SessionInfo session, ReplyCode code, String reason) {}

    /**
     * Called when the server listens for the client: for one connection (BIND), or for datagrams (UDP ASSOCIATE).
     *
     * @param session the connection
     * @param local the address that it listens on; the client may be told another address, see
     *     {@link Socks5ServerBuilder#advertisedAddress}
     */
    default void listening(SessionInfo session, InetSocketAddress local) {}

    /**
     * Called when the client of an association has moved to another port of its address, see
     * {@link Socks5ServerBuilder#associationMoveAfter}. The port that it is heard from first is no move.
     *
     * @param session the connection
     * @param from the address that its datagrams have come from
     * @param to the address that they come from now, and answers go to
     */
    default void associationMoved(SessionInfo session, InetSocketAddress from, InetSocketAddress to) {}

    /**
     * Called when a tunnel stands.
     *
     * @param session the connection
     * @param peer the address that was connected to: the destination's, or that of the first upstream; for BIND, the
     *     one that connected. By a {@link dev.socks5.server.transport.Dialer} it is what the dialler was asked for, an
     *     unresolved address for a name; or where its socket leads, if it has given a socket channel
     * @param taken the time since the request
     */
    default void connected(SessionInfo session, SocketAddress peer, Duration taken) {}

    /**
     * Called at the interval of {@link Socks5ServerBuilder#progressEvery}, for each session that has relayed something
     * since the last time; never before {@link #accepted}, and never after {@link #closed}. What moves after the last
     * call is in {@link #closed} alone.
     *
     * @param session the connection
     * @param soFar what it has relayed since it was accepted
     */
    default void progressed(SessionInfo session, Usage soFar) {}

    /**
     * Called when a connection that had been accepted is closed, for whatever reason. It is the last event of a
     * session.
     *
     * @param session the connection
     * @param ending the reason, the time and what was relayed
     */
    default void closed(SessionInfo session, SessionEnd ending) {}
}
