package dev.socks5.server;

import dev.socks5.codec.ReplyCode;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Is told what happens to connections. Called on the server's event loops, by several threads at once: a method must
 * return promptly, and what it throws is logged and otherwise ignored.
 */
public interface Socks5ServerListener {

    /** Why a connection was closed before any SOCKS was read from it. */
    enum Rejection {
        /** As many connections are open as the server may have. */
        TOO_MANY_CONNECTIONS,
        /** As many connections are open as one client address may have. */
        TOO_MANY_FROM_CLIENT,
        /** Its address is kept out for a time, see {@link Socks5ServerBuilder#loginThrottle}. */
        TOO_MANY_FAILED_LOGINS,
        /** It came, not from a balancer, to where only balancers may connect. */
        NOT_A_BALANCER
    }

    /**
     * A connection was accepted. Behind a balancer ({@link Socks5ServerBuilder#listenBehindBalancer}) this is told once it
     * has said which client's connection it is. If it never does, it is told right before {@link #closed}, with the
     * balancer as the client.
     *
     * @param session what is known of it
     */
    default void accepted(SessionInfo session) {}

    /**
     * A connection was closed at once.
     *
     * @param client where it came from; behind a balancer, the client that this has named, if it got so far
     * @param reason why
     */
    default void rejected(InetSocketAddress client, Rejection reason) {}

    /**
     * A login was good.
     *
     * @param session what is known of the connection
     */
    default void authenticated(SessionInfo session) {}

    /**
     * A login was not good, or no method offered would do.
     *
     * @param session what is known of the connection
     */
    default void loginFailed(SessionInfo session) {}

    /**
     * The client has made its request, whatever becomes of it.
     *
     * @param session what is known of the connection
     */
    default void requested(SessionInfo session) {}

    /**
     * A request was refused, or could not be carried out.
     *
     * @param session what is known of the connection
     * @param code what the client is told
     * @param reason what the client is not told, such as the rule that decided
     */
    default void requestFailed(SessionInfo session, ReplyCode code, String reason) {}

    /**
     * The server listens for the client: for one connection (BIND), or for datagrams (UDP ASSOCIATE).
     *
     * @param session what is known of the connection
     * @param local where it listens; what the client is told may be another address, see
     *     {@link Socks5ServerBuilder#advertisedAddress}
     */
    default void listening(SessionInfo session, InetSocketAddress local) {}

    /**
     * The client of an association has moved to another port of its address, see
     * {@link Socks5ServerBuilder#associationMoveAfter}. Where it is heard first is no move.
     *
     * @param session what is known of the connection
     * @param from where its datagrams have come from
     * @param to where they come from now, and answers go to
     */
    default void associationMoved(SessionInfo session, InetSocketAddress from, InetSocketAddress to) {}

    /**
     * A tunnel stands.
     *
     * @param session what is known of the connection
     * @param peer the address that was connected to: the destination's, or that of the first upstream; for BIND, the one
     *     that connected
     * @param taken since the request
     */
    default void connected(SessionInfo session, InetSocketAddress peer, Duration taken) {}

    /**
     * A connection that had been accepted is closed, for whatever reason. The last event of a session.
     *
     * @param session what is known of it
     * @param ending why, after how long, and what was relayed
     */
    default void closed(SessionInfo session, SessionEnd ending) {}
}
