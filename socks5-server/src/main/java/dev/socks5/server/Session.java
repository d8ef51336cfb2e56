package dev.socks5.server;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ClientMessage;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerHandshake;
import dev.socks5.codec.Turn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client's way from acceptance to a tunnel, or to a failure reply.
 *
 * <pre>
 * greeting -&gt; [login -&gt; authenticator] -&gt; request -&gt; screening -&gt; dial -&gt; reply -&gt; {@link Tunnel}
 *        \             \                        \            \        \
 *         +-------------+------------------------+------------+--------+--&gt; {@link Farewell}
 * </pre>
 *
 * <p>Lives on its connection's event loop. What may block happens on another thread and comes back as a task; if the
 * session is over by then, nobody cares. While it waits for such a thing it reads nothing.
 */
final class Session implements Handler, Dial.Caller {

    /** More than the longest message; what is left of a read is the tunnel's, and copied. */
    private static final int READ_SIZE = 4 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Core core;
    private final Ticket ticket;
    private final Connection client;
    private final Timers.Timer deadline;
    private final ServerHandshake handshake = new ServerHandshake();
    private ByteBuffer received = NOTHING;
    private boolean requested;
    private @Nullable Dial dial;
    private volatile boolean over; // read by errands as well

    private Session(Ticket ticket, EventLoop loop, SocketChannel channel) throws IOException {
        this.core = ticket.core();
        this.ticket = ticket;
        this.client = new Connection(loop, channel, SelectionKey.OP_READ, this);
        this.deadline = loop.timers().timer(this::expire);
    }

    /** Takes over an accepted channel; on its loop. */
    static void open(Ticket ticket, EventLoop loop, SocketChannel channel) {
        try {
            Session session = new Session(ticket, loop, channel);
            session.deadline.set(Settings.nanos(ticket.settings().handshakeTimeout()));
            session.core
                    .lobby()
                    .enter(session)
                    .ifPresent(oldest -> oldest.loop().execute(oldest::evict));
        } catch (Throwable e) {
            Log.debug("connection not taken over: {0}", e);
            Channels.close(channel);
            ticket.end(0, 0);
        }
    }

    /** The lobby is full; unless this session has just left it by itself. */
    private void evict() {
        if (!requested) {
            abort();
        }
    }

    private EventLoop loop() {
        return client.loop();
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        if (key.isWritable()) {
            client.flush();
        }
        if (!key.isReadable()) {
            return;
        }
        if (handshake.turn() != Turn.RECEIVE) {
            client.reading(false); // It speaks ahead of its turn: the system keeps that for later.
            return;
        }
        ByteBuffer buffer = loop().buffer().limit(READ_SIZE);
        if (client.read(buffer) < 0) {
            abort();
            return;
        }
        buffer.flip();
        received = ByteBuffer.allocate(received.remaining() + buffer.remaining())
                .put(received)
                .put(buffer)
                .flip();
        advance();
    }

    private void advance() throws IOException {
        try {
            while (!over && handshake.turn() == Turn.RECEIVE) {
                Optional<? extends ClientMessage> message = handshake.receive(received);
                if (message.isEmpty()) {
                    client.reading(true);
                    return;
                }
                answer(message.get());
            }
        } catch (MalformedMessageException e) {
            if (handshake.turn() == Turn.SEND) {
                leaveLobby();
                fail(e.replyCode(), "malformed request");
            } else {
                abort();
            }
        }
    }

    private void answer(ClientMessage message) throws IOException {
        if (message instanceof Greeting greeting) {
            select(greeting);
        } else if (message instanceof PasswordRequest login) {
            authenticate(login);
        } else {
            carryOut((Request) message);
        }
    }

    private void select(Greeting greeting) throws IOException {
        AuthMethod required =
                core.settings().authenticator() == null ? AuthMethod.NO_AUTHENTICATION : AuthMethod.USERNAME_PASSWORD;
        boolean offered = greeting.methods().contains(required);
        client.write(handshake.send(new MethodSelection(offered ? required : AuthMethod.NO_ACCEPTABLE)));
        if (!offered) {
            ticket.tell(Socks5ServerListener::loginFailed);
            sayFarewell();
        }
    }

    private void authenticate(PasswordRequest login) throws IOException {
        Authenticator authenticator = core.settings().authenticator();
        if (authenticator == null) {
            throw new AssertionError("a login is only asked for where there is an authenticator");
        }
        if (authenticator.mayBlock()) {
            elsewhere(
                    () -> {
                        boolean good = isGood(authenticator, login);
                        return () -> answerLogin(login, good);
                    },
                    () -> answerLogin(login, false));
        } else {
            answerLogin(login, isGood(authenticator, login));
        }
    }

    private boolean isGood(Authenticator authenticator, PasswordRequest login) {
        try {
            return authenticator.authenticate(login, ticket.client());
        } catch (Exception e) {
            Log.warn("login refused: the authenticator failed", e);
            return false;
        }
    }

    private void answerLogin(PasswordRequest login, boolean good) throws IOException {
        client.write(handshake.send(good ? PasswordResponse.SUCCESS : PasswordResponse.FAILURE));
        if (good) {
            ticket.loggedIn(login.username());
            advance();
        } else {
            ticket.tell(Socks5ServerListener::loginFailed);
            sayFarewell();
        }
    }

    private void carryOut(Request request) throws IOException {
        requested = true;
        ticket.requested(request);
        leaveLobby();
        deadline.set(Settings.nanos(core.settings().connectTimeout()));
        if (!request.command().equals(Command.CONNECT)) {
            fail(ReplyCode.COMMAND_NOT_SUPPORTED, "command not supported");
            return;
        }
        AccessRequest access =
                new AccessRequest(ticket.client(), ticket.user(), request.command(), request.destination(), null);
        if (core.screening().mayBlock(request.destination())) {
            elsewhere(
                    () -> {
                        Screening.Outcome outcome = core.screening().screen(access);
                        return () -> connect(outcome);
                    },
                    () -> fail(ReplyCode.GENERAL_FAILURE, "a rule, the resolver or the executor failed"));
        } else {
            connect(core.screening().screen(access));
        }
    }

    private void connect(Screening.Outcome outcome) throws IOException {
        if (!outcome.granted()) {
            fail(outcome.code(), outcome.reason());
            return;
        }
        dial = new Dial(loop(), outcome.addresses(), this);
        dial.proceed();
    }

    @Override
    public void connected(SocketChannel channel) {
        try {
            Connection origin = new Connection(loop(), channel, 0, this);
            over = true;
            deadline.cancel();
            InetSocketAddress remote = origin.remoteAddress();
            Endpoint bound =
                    core.settings().hideBoundAddress() ? Endpoint.UNSPECIFIED : Endpoint.of(origin.localAddress());
            ticket.tell((listener, session) -> listener.connected(session, remote));
            client.write(handshake.send(Reply.success(bound)));
            Tunnel.open(ticket, client, origin, received);
        } catch (Throwable e) {
            Log.debug("tunnel not opened: {0}", e);
            Channels.close(channel);
            abort();
        }
    }

    @Override
    public void failed(ReplyCode code) {
        take(() -> fail(code, "connect failed"));
    }

    private void expire() {
        if (requested) {
            take(() -> fail(ReplyCode.HOST_UNREACHABLE, "connect timed out"));
        } else {
            abort();
        }
    }

    private void fail(ReplyCode code, String reason) throws IOException {
        ticket.tell((listener, session) -> listener.requestFailed(session, code, reason));
        client.write(handshake.send(Reply.failure(code)));
        sayFarewell();
    }

    private void sayFarewell() throws IOException {
        end();
        Farewell.say(client, ticket, this::leaveLobby);
    }

    @Override
    public void abort() {
        if (!over) {
            end();
        }
        leaveLobby();
        client.close();
        ticket.end(0, 0);
    }

    private void end() {
        over = true;
        deadline.cancel();
        received = NOTHING;
        if (dial != null) {
            dial.cancel();
        }
    }

    private void leaveLobby() {
        core.lobby().leave(this);
    }

    /** Something that may block, and what to do with its result, on the loop. */
    @FunctionalInterface
    private interface Errand {
        Step run();
    }

    @FunctionalInterface
    private interface Step {
        void take() throws IOException;
    }

    private void elsewhere(Errand errand, Step ifItFails) throws IOException {
        boolean taken = core.errands().submit(() -> {
            if (over) {
                return; // Nobody waits for it any more.
            }
            Step step = outcome(errand, ifItFails);
            loop().execute(() -> take(step));
        });
        if (!taken) {
            ifItFails.take();
        }
    }

    private static Step outcome(Errand errand, Step ifItFails) {
        try {
            return errand.run();
        } catch (Throwable e) {
            Log.warn("a policy failed", e);
            return ifItFails;
        }
    }

    private void take(Step step) {
        try {
            if (!over) {
                step.take();
            }
        } catch (IOException e) {
            abort();
        } catch (Throwable e) {
            Log.warn("connection aborted after an unexpected failure", e);
            abort();
        }
    }
}
