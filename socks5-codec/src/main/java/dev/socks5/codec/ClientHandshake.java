package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of the handshake (RFC 1928 sections 3 to 6, RFC 1929, RFC 1961), without I/O.
 * {@link ServerHandshake} is the other half.
 *
 * <pre>
 * GREETING --&gt; METHOD --+-----------------------&gt; REQUEST --&gt; REPLY --+--------------------&gt; DONE
 *                       |                            ^                |                       ^
 *                       +--&gt; LOGIN --&gt; LOGIN_RESULT --+                +--(BIND)--&gt; BIND_REPLY --+
 *                       |                            ^
 *                       +--&gt; GSSAPI &lt;--&gt; GSSAPI_ANSWER --+
 * </pre>
 *
 * <p>Whoever has the bytes drives it, by asking whose {@link #turn()} it is:
 *
 * <pre>{@code
 * ClientHandshake handshake = new ClientHandshake(Request.connect(Endpoint.of("example.com", 443)));
 * while (handshake.turn() != Turn.DONE) {
 *     if (handshake.turn() == Turn.SEND) {
 *         write(handshake.send());
 *     } else {
 *         read(buffer);
 *         handshake.receive(buffer);
 *     }
 * }
 * }</pre>
 *
 * <p>It takes exactly the handshake's bytes from a buffer: those that follow are the tunnel's. A driver that cannot
 * put bytes back reads no more than {@link #missing(ByteBuffer)} at a time. Of a BIND, both replies are received.
 *
 * <p>Where a security mechanism is used, the driver asks for the {@link #protection()} before it sends the request, and
 * if there is any, puts everything through it from then on: what it sends before it is written, what it receives before
 * it comes here.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ClientHandshake {

    private enum State {
        GREETING(Turn.SEND),
        METHOD(Turn.RECEIVE),
        LOGIN(Turn.SEND),
        LOGIN_RESULT(Turn.RECEIVE),
        GSSAPI(Turn.SEND),
        GSSAPI_ANSWER(Turn.RECEIVE),
        REQUEST(Turn.SEND),
        REPLY(Turn.RECEIVE),
        BIND_REPLY(Turn.RECEIVE),
        DONE(Turn.DONE),
        FAILED(Turn.FAILED);

        private final Turn turn;

        State(Turn turn) {
            this.turn = turn;
        }
    }

    private final Request request;
    private final @Nullable PasswordRequest login;
    private final @Nullable GssapiNegotiation gssapi;
    private final @Nullable Endpoint proxy;
    private final Greeting greeting;
    private List<GssapiMessage> prepared = List.of();
    private State state = State.GREETING;

    /**
     * A handshake that offers no authentication.
     *
     * @param request what to ask for
     */
    public ClientHandshake(Request request) {
        this(request, null);
    }

    /**
     * A handshake that offers no authentication and, if there is a login, that as well. The login is sent only if the
     * server selects it.
     *
     * @param request what to ask for
     * @param login the user name and password, or {@code null} for none
     */
    public ClientHandshake(Request request, @Nullable PasswordRequest login) {
        this(request, login, null, null);
    }

    /**
     * The same with a proxy that its failures name, and a security mechanism. If there is one, to go without
     * authentication is not offered: that the proxy is the right one, and that nobody listens, is not for the proxy to
     * give up.
     *
     * @param request what to ask for
     * @param login the user name and password, or {@code null} for none
     * @param gssapi the {@linkplain GssapiNegotiation#initiator initiator's side} of a negotiation that has not begun,
     *     or {@code null} for none. It begins only if the server selects it; to close it is the caller's business.
     * @param proxy what {@link Socks5Exception#proxy()} is to say, or {@code null} for nothing
     */
    public ClientHandshake(
            Request request,
            @Nullable PasswordRequest login,
            @Nullable GssapiNegotiation gssapi,
            @Nullable Endpoint proxy) {
        this.request = request;
        this.login = login;
        this.gssapi = gssapi;
        this.proxy = proxy;
        AuthMethod first = gssapi == null ? AuthMethod.NO_AUTHENTICATION : AuthMethod.GSSAPI;
        this.greeting = login == null ? Greeting.of(first) : Greeting.of(first, AuthMethod.USERNAME_PASSWORD);
    }

    /**
     * Tells what has to be done next.
     *
     * @return {@link Turn#SEND} for {@link #send()}, {@link Turn#RECEIVE} for {@link #receive(ByteBuffer)}
     */
    public Turn turn() {
        return state.turn;
    }

    /**
     * The next message to write, whole; of the method GSSAPI there may be two.
     *
     * @return a new buffer, ready to be read
     * @throws IllegalStateException if it is not this side's turn to send
     */
    public ByteBuffer send() {
        return switch (state) {
            case GREETING -> send(greeting, State.METHOD);
            case LOGIN -> send(Objects.requireNonNull(login), State.LOGIN_RESULT);
            case GSSAPI -> sendPrepared();
            case REQUEST -> send(request, State.REPLY);
            default -> throw outOfTurn("send");
        };
    }

    private ByteBuffer send(ClientMessage message, State next) {
        state = next;
        return message.encode();
    }

    private ByteBuffer sendPrepared() {
        List<GssapiMessage> messages = prepared;
        prepared = List.of();
        state = State.GSSAPI_ANSWER;
        return Wire.encode(messages);
    }

    /**
     * Takes the next message from the front of a buffer. May block if there is a security mechanism and the server has
     * selected it, see {@link GssapiContext#establish}.
     *
     * @param in the bytes received; its position is moved past the message, if there was a whole one
     * @return the message, or empty if it is incomplete
     * @throws MalformedMessageException if the server sent something else, or selected a method that was not offered
     * @throws NoAcceptableMethodException if the server takes none of the methods offered
     * @throws AuthenticationFailedException if the server did not accept the login, or has aborted
     * @throws GssapiException if no security context comes about, or it protects too little
     * @throws RequestRejectedException if the server did not do what was asked
     * @throws IllegalStateException if it is not the server's turn
     */
    public Optional<? extends ServerMessage> receive(ByteBuffer in) throws Socks5Exception {
        if (turn() != Turn.RECEIVE) {
            throw outOfTurn("receive");
        }
        try {
            return take(in);
        } catch (Socks5Exception e) {
            e.blame(proxy);
            throw e;
        }
    }

    private Optional<? extends ServerMessage> take(ByteBuffer in) throws Socks5Exception {
        State before = state;
        state = State.FAILED; // and stays so if anything below throws
        Optional<? extends ServerMessage> message = switch (before) {
            case METHOD -> MethodSelection.decode(in);
            case LOGIN_RESULT -> PasswordResponse.decode(in);
            case GSSAPI_ANSWER -> GssapiMessage.decode(in);
            default -> reply(in);
        };
        state = message.isPresent() ? after(before, message.get()) : before;
        return message;
    }

    /** Where Tor fails to look something up, it leaves ATYP 0: whatever follows REP, it is a failure. */
    private Optional<Reply> reply(ByteBuffer in) throws Socks5Exception {
        try {
            return Reply.decode(in);
        } catch (MalformedMessageException e) {
            Reply failure = Reply.truncatedFailure(in).orElseThrow(() -> e);
            RequestRejectedException rejected = new RequestRejectedException(request, failure);
            rejected.initCause(e);
            throw rejected;
        }
    }

    private State after(State before, ServerMessage message) throws Socks5Exception {
        if (message instanceof MethodSelection selection) {
            return after(selection);
        }
        if (message instanceof PasswordResponse response) {
            return after(response);
        }
        if (message instanceof GssapiMessage answer) {
            return prepare(negotiation().answer(answer));
        }
        return after(before, (Reply) message);
    }

    private State after(MethodSelection selection) throws Socks5Exception {
        AuthMethod method = selection.method();
        if (method.equals(AuthMethod.NO_ACCEPTABLE)) {
            throw new NoAcceptableMethodException(greeting.methods());
        }
        if (!greeting.methods().contains(method)) {
            throw new MalformedMessageException("the proxy selected a method that was not offered: " + method);
        }
        if (method.equals(AuthMethod.GSSAPI)) {
            return prepare(negotiation().begin());
        }
        return method.equals(AuthMethod.USERNAME_PASSWORD) ? State.LOGIN : State.REQUEST;
    }

    private GssapiNegotiation negotiation() {
        return Objects.requireNonNull(gssapi); // Else the method was not offered.
    }

    private State prepare(List<GssapiMessage> messages) {
        prepared = messages;
        return negotiation().isDone() ? State.REQUEST : State.GSSAPI;
    }

    private static State after(PasswordResponse response) throws Socks5Exception {
        if (!response.succeeded()) {
            throw new AuthenticationFailedException(response);
        }
        return State.REQUEST;
    }

    private State after(State before, Reply reply) throws Socks5Exception {
        if (!reply.succeeded()) {
            throw new RequestRejectedException(request, reply);
        }
        boolean oneMore = before == State.REPLY && request.command().equals(Command.BIND);
        return oneMore ? State.BIND_REPLY : State.DONE;
    }

    /**
     * Returns the protection for the request and everything after it. To be asked when the request is
     * next, or later.
     *
     * @return empty if nothing is to be protected
     */
    public Optional<Protection> protection() {
        if (gssapi == null || !gssapi.isDone()) {
            return Optional.empty();
        }
        gssapi.blame(proxy);
        return gssapi.protection();
    }

    /**
     * Tells how many more bytes {@link #receive(ByteBuffer)} needs, at the least, to return a message.
     * Whoever reads exactly so many, again and again, never reads into the tunnel.
     *
     * @param in the bytes received so far; left as it is
     * @return a positive number, or 0 if the message is complete
     * @throws IllegalStateException if it is not the server's turn
     */
    public int missing(ByteBuffer in) {
        int length = switch (state) {
            case METHOD -> MethodSelection.LENGTH;
            case LOGIN_RESULT -> PasswordResponse.LENGTH;
            case GSSAPI_ANSWER -> GssapiFrame.shortestLength(in);
            case REPLY, BIND_REPLY -> Reply.shortestLength(in);
            default -> throw outOfTurn("receive");
        };
        return Math.max(0, length - in.remaining());
    }

    /**
     * Tells what it means that the server has closed the connection now. The handshake is {@link Turn#FAILED} then.
     *
     * @param in the bytes received and not taken yet; left as it is
     * @return the failure to report: {@link RequestRejectedException} if the server got as far as REP, else
     *     {@link MalformedMessageException}
     * @throws IllegalStateException if the handshake is over
     */
    public Socks5Exception closed(ByteBuffer in) {
        State before = state;
        if (before == State.DONE || before == State.FAILED) {
            throw outOfTurn("close");
        }
        state = State.FAILED;
        Socks5Exception failure = closed(before, in);
        failure.blame(proxy);
        return failure;
    }

    private Socks5Exception closed(State before, ByteBuffer in) {
        boolean replying = before == State.REPLY || before == State.BIND_REPLY;
        Optional<Reply> failure = replying ? Reply.truncatedFailure(in) : Optional.empty();
        if (failure.isPresent()) {
            return new RequestRejectedException(request, failure.get());
        }
        return new MalformedMessageException("the proxy closed the connection "
                + switch (before) {
                    case GREETING, METHOD -> "instead of selecting a method";
                    case LOGIN, LOGIN_RESULT, GSSAPI, GSSAPI_ANSWER -> "instead of answering the login";
                    default -> "instead of answering the request";
                });
    }

    private IllegalStateException outOfTurn(String call) {
        return new IllegalStateException("cannot " + call + " now: " + state);
    }
}
