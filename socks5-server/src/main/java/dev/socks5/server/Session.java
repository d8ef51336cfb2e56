package dev.socks5.server;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ClientMessage;
import dev.socks5.codec.Command;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerHandshake;
import dev.socks5.codec.Turn;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client's handshake, from acceptance to the request.
 *
 * <pre>
 * [{@link ProxyHeader}] -&gt; greeting -&gt; [login -&gt; authenticator] -&gt; request -&gt; {@link Connect}, {@link Bind}, ...
 *                            \             \                        \
 *                             +-------------+------------------------+--&gt; {@link Farewell}
 * </pre>
 *
 * <p>Lives on its connection's event loop. What may block happens on another thread and comes back as a task; if the
 * session is over by then, nobody cares. While it waits for such a thing it
 * reads little, and only to notice a reset.
 */
final class Session implements Connection.Owner {

    /** More than the longest message; what is left of a read is the tunnel's, and copied. */
    private static final int READ_SIZE = 4 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Core core;
    private final Ticket ticket;
    private final Connection client;
    private final Timers.Timer deadline;
    private final ServerHandshake handshake = new ServerHandshake();
    private ByteBuffer received = NOTHING;
    private boolean negotiating;
    private @Nullable GssapiLogin gssapi;
    private boolean handedOver;
    private volatile boolean over; // read by errands as well

    private Session(Ticket ticket, EventLoop loop, SocketChannel channel) throws IOException {
        this.core = ticket.core();
        this.ticket = ticket;
        this.deadline = loop.timers().timer(() -> abort(CloseReason.HANDSHAKE_TIMEOUT));
        this.client = new Connection(loop, channel); // Last: the loop has it from now on.
    }

    /** Takes over an accepted channel; on its loop. */
    static void open(Ticket ticket, EventLoop loop, SocketChannel channel) {
        try {
            Session session = new Session(ticket, loop, channel);
            session.client.handOver(session);
            session.client.reading(true);
            session.deadline.set(Settings.nanos(ticket.settings().handshakeTimeout()));
            session.core
                    .lobby()
                    .enter(session)
                    .ifPresent(oldest -> oldest.loop().execute(oldest::evict));
        } catch (Throwable e) {
            Channels.close(channel);
            ticket.end(CloseReason.FAULT);
            Log.debug("connection not taken over: {0}", e);
        }
    }

    /** The lobby is full; unless this session has just left it by itself. */
    private void evict() {
        if (!handedOver) {
            abort(CloseReason.EVICTED);
        }
    }

    private EventLoop loop() {
        return client.loop();
    }

    @Override
    public void readable() throws IOException {
        boolean itsTurn = handshake.turn() == Turn.RECEIVE;
        if (!itsTurn && received.remaining() >= READ_SIZE) {
            client.reading(false); // It speaks ahead of its turn: the system keeps that for later.
            return;
        }
        ByteBuffer buffer = loop().buffer().limit(READ_SIZE);
        if (client.read(buffer) >= 0) {
            received = EarlyInput.joined(received, buffer.flip());
            if (itsTurn) {
                advance();
            }
            countAhead();
        } else if (itsTurn) {
            abort(CloseReason.CLIENT_LEFT);
        } else {
            client.reading(false); // It has said everything, and waits for the answer.
        }
    }

    /** Unless whoever goes on has it. */
    private void countAhead() {
        if (!over) {
            client.keepsAhead(received.remaining());
        }
    }

    private void advance() throws IOException {
        try {
            if (!ticket.identified() && !learnClient()) {
                return;
            }
            while (!over && handshake.turn() == Turn.RECEIVE) {
                Optional<? extends ClientMessage> message = handshake.receive(received);
                if (message.isEmpty()) {
                    client.reading(true);
                    return;
                }
                answer(message.get());
            }
        } catch (MalformedMessageException e) {
            if (negotiating) {
                abortLogin();
            } else if (handshake.turn() == Turn.SEND) {
                leaveForGood();
                Farewell.refuse(client, ticket, handshake, e.replyCode(), "malformed request");
            } else {
                abort(CloseReason.MALFORMED);
            }
        }
    }

    /** Behind a balancer a header comes first; nothing is read as SOCKS before it is there. */
    private boolean learnClient() {
        try {
            Optional<ProxyHeader> header = ProxyHeader.decode(received);
            if (header.isPresent() && !ticket.identify(header.get().client(ticket.client()))) {
                closeNow();
            }
        } catch (ProtocolException e) {
            abort(CloseReason.MALFORMED);
        }
        return ticket.identified();
    }

    private void answer(ClientMessage message) throws IOException {
        if (message instanceof Greeting greeting) {
            select(greeting);
        } else if (message instanceof PasswordRequest login) {
            authenticate(login);
        } else if (message instanceof GssapiMessage token) {
            authenticate(token);
        } else {
            handOver((Request) message);
        }
    }

    private void select(Greeting greeting) throws IOException {
        AuthMethod selected = core.settings().methods().stream()
                .filter(greeting.methods()::contains)
                .findFirst()
                .orElse(AuthMethod.NO_ACCEPTABLE);
        client.write(handshake.send(new MethodSelection(selected)));
        negotiating = selected.equals(AuthMethod.GSSAPI);
        if (selected.equals(AuthMethod.NO_ACCEPTABLE)) {
            ticket.tell(Socks5ServerListener::loginFailed);
            drainAndClose();
        }
    }

    private void authenticate(PasswordRequest request) {
        PasswordAuthenticator authenticator = core.settings().authenticator();
        if (authenticator == null) {
            throw new AssertionError("a login is only asked for where there is an authenticator");
        }
        Login login = new Login(request, ticket.client());
        if (authenticator.mayBlock()) {
            core.blockingWork()
                    .run(
                            ticket.client().getAddress(),
                            client,
                            () -> over,
                            () -> login.judge(authenticator, core.throttle()),
                            Optional.empty(),
                            this::answerLogin);
        } else {
            answerLogin(login.judge(authenticator, core.throttle()));
        }
    }

    private void answerLogin(Optional<? extends Principal> user) {
        client.guard(() -> {
            client.write(handshake.send(user.isPresent() ? PasswordResponse.SUCCESS : PasswordResponse.FAILURE));
            if (user.isPresent()) {
                ticket.loggedIn(user.get());
                advance();
                countAhead();
            } else {
                ticket.tell(Socks5ServerListener::loginFailed);
                drainAndClose();
            }
        });
    }

    private void authenticate(GssapiMessage message) {
        GssapiLogin.Policy policy = core.settings().gssapi();
        if (policy == null) {
            throw new AssertionError("a token is only asked for where there is a mechanism");
        }
        GssapiLogin login = gssapi == null ? policy.begin() : gssapi;
        gssapi = login;
        core.blockingWork()
                .run(
                        ticket.client().getAddress(),
                        client,
                        () -> over,
                        () -> login.answer(message),
                        GssapiLogin.ABORT,
                        answers -> answer(login, answers));
    }

    private void answer(GssapiLogin login, List<GssapiMessage> answers) {
        client.guard(() -> {
            if (answers.equals(GssapiLogin.ABORT)) {
                abortLogin();
                return;
            }
            client.write(handshake.send(answers));
            if (login.user().isPresent()) {
                negotiating = false;
                gssapi = null;
                login.protection().ifPresent(this::protect);
                ticket.loggedIn(login.user().get());
            }
            advance();
            countAhead();
        });
    }

    /** RFC 1961 section 3.8. */
    private void abortLogin() throws IOException {
        client.write(handshake.send(GssapiLogin.ABORT));
        ticket.tell(Socks5ServerListener::loginFailed);
        drainAndClose();
    }

    private void protect(Protection protection) {
        client.protect(protection, received);
        received = NOTHING;
    }

    private void handOver(Request request) {
        PendingRequest pending = new PendingRequest(request, ticket, client, handshake, received);
        ticket.requested(request);
        leaveForGood();
        if (ticket.overUserLimit()) {
            pending.fail(ReplyCode.NOT_ALLOWED, "the user has too many connections");
        } else if (request.command().equals(Command.CONNECT)) {
            Connect.carryOut(pending);
        } else if (request.command().equals(Command.BIND)) {
            Bind.carryOut(pending);
        } else if (request.command().equals(Command.UDP_ASSOCIATE)) {
            Associate.carryOut(pending);
        } else if (core.settings().torResolve() && Lookup.serves(request.command())) {
            Lookup.carryOut(pending);
        } else {
            pending.fail(ReplyCode.COMMAND_NOT_SUPPORTED, "command not supported");
        }
    }

    /** What follows is no longer a handshake, and cannot be evicted as one. */
    private void leaveForGood() {
        handedOver = true;
        leaveLobby();
        end();
    }

    private void drainAndClose() throws IOException {
        end();
        Farewell.say(client, ticket, CloseReason.NOT_AUTHENTICATED, this::leaveLobby);
    }

    @Override
    public void abort(CloseReason reason) {
        try {
            closeNow();
        } finally {
            ticket.end(reason);
        }
    }

    private void closeNow() {
        end();
        leaveLobby();
        client.close();
    }

    private void end() {
        over = true;
        if (gssapi != null) {
            gssapi.close();
        }
        deadline.cancel();
        received = NOTHING;
    }

    private void leaveLobby() {
        core.lobby().leave(this);
    }
}
