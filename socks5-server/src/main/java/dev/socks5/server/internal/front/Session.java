package dev.socks5.server.internal.front;

import dev.socks5.codec.ClientMessage;
import dev.socks5.codec.Command;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerHandshake;
import dev.socks5.codec.Turn;
import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.command.Bind;
import dev.socks5.server.internal.command.Connect;
import dev.socks5.server.internal.command.Lookup;
import dev.socks5.server.internal.limits.Lobby;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Listener;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.internal.net.Scope;
import dev.socks5.server.internal.net.Timers;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.secure.ProtectedStream;
import dev.socks5.server.internal.secure.TlsTerms;
import dev.socks5.server.internal.session.Core;
import dev.socks5.server.internal.session.EarlyInput;
import dev.socks5.server.internal.session.Farewell;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.session.Ticket;
import dev.socks5.server.internal.udp.Associate;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Leads one client from acceptance to its request.
 *
 * <pre>
 * [{@link ProxyHeader}, {@link Securing}]
 *      -&gt; greeting -&gt; [{@link Negotiation}] -&gt; request -&gt; {@link Connect}, ...
 *    \           \             \                   \
 *     +-----------+-------------+-------------------+--&gt; {@link Farewell}
 * </pre>
 *
 * <p>Lives on its connection's event loop. While it waits for another thread, it reads little, and only to notice a
 * reset.
 */
final class Session implements Connection.Owner, Lobby.Guest {

    /** More than the longest message; the rest of a read belongs to the tunnel, and is copied. */
    private static final int READ_SIZE = 4 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Core core;
    private final Ticket ticket;
    private final Connection client;
    private final Scope scope;
    private final Timers.Timer deadline;
    private final ServerHandshake handshake = new ServerHandshake();
    private final Negotiation negotiation;
    private ByteBuffer received = NOTHING;
    private boolean greeted;
    private boolean handedOver;

    private Session(Ticket ticket, Connection client) {
        this.core = ticket.core();
        this.ticket = ticket;
        this.client = client;
        this.scope = new Scope(core.blockingWork(), client);
        this.negotiation = new Negotiation(this);
        this.deadline = client.loop().timers().timer(() -> abort(CloseReason.HANDSHAKE_TIMEOUT));
        scope.atTheEnd(deadline::cancel);
        scope.atTheEnd(negotiation::close);
    }

    /**
     * Takes over an accepted connection, on the loop's thread.
     *
     * @param tls {@code null} if SOCKS comes at once
     */
    static void open(Ticket ticket, EventLoop loop, Listener.Accepted peer, @Nullable TlsTerms tls) {
        try {
            Session session = new Session(ticket, peer.on(loop));
            session.client.handOver(session);
            ticket.servedBy(session.client);
            session.deadline.set(ticket.settings().timeouts().handshake());
            session.enterLobby();
            if (tls == null) {
                session.client.reading(true);
            } else {
                session.client.guard(() -> Securing.begin(session, tls));
            }
        } catch (Throwable e) {
            peer.close();
            ticket.end(CloseReason.FAULT);
            Log.debug("connection not taken over: {0}", e);
        }
    }

    /** Ends the session, or its farewell, unless it has just left the lobby by itself. */
    @Override
    public void evict() {
        client.loop().execute(() -> {
            if (!handedOver) {
                client.abort(CloseReason.EVICTED);
            }
        });
    }

    Ticket ticket() {
        return ticket;
    }

    Connection client() {
        return client;
    }

    ServerHandshake handshake() {
        return handshake;
    }

    /** Has work done that may block, see {@link Scope#run}. */
    <T> void run(Supplier<T> work, T ifItFails, Consumer<T> then) {
        scope.run(ticket.client(), work, ifItFails, then);
    }

    /** Has something done when the session ends, or goes on as a command. */
    void atTheEnd(Runnable action) {
        scope.atTheEnd(action);
    }

    /**
     * Begins with SOCKS, now that the connection is secured by TLS.
     *
     * @param user the client, if its certificate has made that known
     * @param terms those by which the certificate was judged
     */
    void secured(Optional<? extends Principal> user, Terms terms) {
        user.ifPresent(who -> negotiation.certified(who, terms));
        client.handOver(this);
        client.reading(true);
    }

    /** Ends the session of a client that does not get as far as SOCKS; at once if it has not been answered. */
    void handshakeFailed(String reason, boolean answered) throws IOException {
        tellHandshakeFailed(reason);
        if (answered) {
            end();
            Farewell.drainAndClose(client, ticket, CloseReason.TLS_FAILED, this::leaveLobby);
        } else {
            abort(CloseReason.TLS_FAILED);
        }
    }

    private void tellHandshakeFailed(String reason) {
        ticket.tell((listener, session) -> listener.handshakeFailed(session, reason));
    }

    @Override
    public void readable() throws IOException {
        boolean itsTurn = !negotiation.isElsewhere();
        if (!itsTurn && received.remaining() >= READ_SIZE) {
            client.reading(false); // It speaks ahead of its turn: the system keeps that for later.
            return;
        }
        ByteBuffer buffer = client.loop().buffer().limit(READ_SIZE);
        if (client.read(buffer) >= 0) {
            received = EarlyInput.joined(received, buffer.flip());
            if (itsTurn) {
                client.together(this::advance);
            }
            countAhead();
        } else if (itsTurn) {
            abort(CloseReason.CLIENT_LEFT);
        } else {
            client.reading(false); // It has said everything, and waits for the answer.
        }
    }

    /** Counts the input that waits here, unless whoever goes on has it. */
    private void countAhead() {
        if (!scope.isOver()) {
            client.keepsAhead(received.remaining());
        }
    }

    /** Goes on with what has been received, because another thread has done its part. */
    void proceed(EventLoop.Step first) {
        client.guard(() -> {
            client.together(() -> {
                first.run();
                advance();
            });
            countAhead();
        });
    }

    private void advance() throws IOException {
        try {
            if (!ticket.identified() && !learnClient()) {
                return;
            }
            while (!scope.isOver() && !negotiation.isElsewhere()) {
                if (!(negotiation.isUnderWay() ? negotiation.advance(received) : receive())) {
                    client.reading(true);
                    return;
                }
            }
        } catch (MalformedMessageException e) {
            if (handshake.turn() == Turn.SEND) {
                leaveForGood();
                Farewell.sendFailure(client, ticket, handshake, e.replyCode(), "malformed request");
            } else {
                if (!greeted) {
                    tellHandshakeFailed(String.valueOf(e.getMessage()));
                }
                abort(CloseReason.MALFORMED);
            }
        }
    }

    /** Takes a message of the handshake's own; false if there is none. */
    private boolean receive() throws IOException {
        Optional<? extends ClientMessage> message = handshake.receive(received);
        if (message.isEmpty()) {
            return false;
        }
        if (message.get() instanceof Greeting greeting) {
            greeted = true;
            negotiation.select(greeting);
        } else {
            carryOut((Request) message.get());
        }
        return true;
    }

    /** Reads the header that comes first behind a balancer; nothing is read as SOCKS before it is there. */
    private boolean learnClient() {
        try {
            Optional<ProxyHeader> header = ProxyHeader.decode(received);
            if (header.isPresent() && !ticket.identify(header.get().client(ticket.client()))) {
                close();
            }
        } catch (ProtocolException e) {
            abort(CloseReason.MALFORMED);
        }
        return ticket.identified();
    }

    /** Drops the bytes at the front that were taken. */
    void skip(int count) {
        received.position(received.position() + count);
    }

    /** Protects everything from now on, the input that is here already as well. */
    void protect(Protection protection) {
        ProtectedStream.lay(client, protection, received);
        received = NOTHING;
    }

    private void carryOut(Request request) {
        Scope its = new Scope(core.blockingWork(), client);
        PendingRequest pending = new PendingRequest(request, ticket, client, handshake, received, its);
        ticket.requested(request);
        leaveForGood();
        if (ticket.overUserLimit()) {
            pending.fail(ReplyCode.NOT_ALLOWED, "the user has too many connections");
        } else if (ticket.hasUsedQuota()) {
            pending.fail(ReplyCode.NOT_ALLOWED, "the user has used up the quota");
        } else if (request.command().equals(Command.CONNECT)) {
            new Connect(pending).begin();
        } else if (request.command().equals(Command.BIND)) {
            new Bind(pending).begin();
        } else if (request.command().equals(Command.UDP_ASSOCIATE)
                && ticket.client().ip().isPresent()) {
            new Associate(pending).begin();
        } else if (request.command().equals(Command.UDP_ASSOCIATE)) {
            pending.fail(ReplyCode.COMMAND_NOT_SUPPORTED, "a local client has no address for datagrams");
        } else if (core.settings().commands().torResolve() && Lookup.serves(request.command())) {
            new Lookup(pending).begin();
        } else {
            pending.fail(ReplyCode.COMMAND_NOT_SUPPORTED, "command not supported");
        }
    }

    /** Leaves the lobby: from now on it cannot be evicted any more. */
    private void leaveForGood() {
        handedOver = true;
        leaveLobby();
        end();
    }

    /** Ends the session of a client that has not logged in, once everything written has gone out. */
    void loginFailed(String reason, CloseReason closed) throws IOException {
        ticket.tell((listener, session) -> listener.loginFailed(session, reason));
        end();
        Farewell.drainAndClose(client, ticket, closed, this::leaveLobby);
    }

    @Override
    public void abort(CloseReason reason) {
        try {
            close();
        } finally {
            ticket.end(reason);
        }
    }

    private void close() {
        end();
        leaveLobby();
        client.close();
    }

    private void end() {
        scope.end();
        received = NOTHING;
    }

    private void enterLobby() {
        Optional<Lobby.Guest> evicted = core.lobby().enter(this);
        while (evicted.isPresent()) { // More than one where fewer have room than before.
            evicted.get().evict();
            evicted = core.lobby().excess();
        }
    }

    private void leaveLobby() {
        core.lobby().leave(this);
    }
}
