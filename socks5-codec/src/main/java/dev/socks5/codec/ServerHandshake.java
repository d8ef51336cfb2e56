package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's half of the handshake (RFC 1928 sections 3 to 6), without I/O and without policy: it says whose turn it
 * is and what may be said, and the caller decides. {@link ClientHandshake} is the other half.
 *
 * <pre>
 * GREETING --&gt; METHOD --&gt; NEGOTIATION --&gt; REQUEST --&gt; REPLY --+--------------------&gt; DONE
 *                |        {@link ServerNegotiation}     |      |     |                       ^
 *                |            |                      |      |     +--(BIND)--&gt; BIND_REPLY --+
 *                +------------+----------------------+------+-----------------------+---&gt; FAILED
 * </pre>
 *
 * <p>The caller selects a method by its negotiation, and carries that out by itself, with the bytes that come next; the
 * handshake goes on with the request when the negotiation is done.
 *
 * <p>It takes exactly the handshake's bytes from a buffer: those that follow are the tunnel's, or the next message's.
 * Once it has {@linkplain Turn#FAILED failed}, nothing more can be received or sent, whatever the client had sent
 * ahead. After a malformed request one failure reply may still be sent.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ServerHandshake {

    private enum State {
        GREETING(Turn.RECEIVE),
        METHOD(Turn.SEND),
        NEGOTIATION(Turn.RECEIVE), // or as the negotiation says
        REQUEST(Turn.RECEIVE),
        REPLY(Turn.SEND),
        REJECTION(Turn.SEND),
        BIND_REPLY(Turn.SEND),
        DONE(Turn.DONE),
        FAILED(Turn.FAILED);

        private final Turn turn;

        State(Turn turn) {
            this.turn = turn;
        }
    }

    private static final Set<State> REPLYING = EnumSet.of(State.REPLY, State.REJECTION, State.BIND_REPLY);

    private State state = State.GREETING;
    private List<AuthMethod> offered = List.of();
    private @Nullable ServerNegotiation negotiation;
    private boolean binding;

    /** A handshake that waits for the greeting. */
    public ServerHandshake() {}

    /**
     * Tells what has to be done next. While a negotiation is under way, it is that negotiation which says so, and which
     * does it.
     *
     * @return {@link Turn#RECEIVE} for {@link #receive(ByteBuffer)}; {@link Turn#SEND} for {@link #select} or
     *     {@link #refuse} after a greeting, and for {@link #send} after a request
     */
    public Turn turn() {
        if (negotiation != null) {
            Turn its = negotiation.turn();
            if (its != Turn.DONE && its != Turn.FAILED) {
                return its;
            }
            negotiation = null;
            state = its == Turn.DONE ? State.REQUEST : State.FAILED;
        }
        return state.turn;
    }

    /**
     * Takes the next message from the front of a buffer.
     *
     * @param in the bytes received; its position is moved past the message, if there was a whole one
     * @return a {@link Greeting} or a {@link Request}, or empty if it is incomplete
     * @throws MalformedMessageException if the client sent something else; of a request, a failure
     *     {@link Reply} with {@link MalformedMessageException#replyCode()} may be sent then
     * @throws IllegalStateException if it is not the client's turn, or a negotiation is under way
     */
    public Optional<? extends ClientMessage> receive(ByteBuffer in) throws MalformedMessageException {
        turn().require(Turn.RECEIVE);
        return switch (state) {
            case GREETING -> receiveGreeting(in);
            case REQUEST -> receiveRequest(in);
            default -> throw new IllegalStateException("what comes next is the negotiation's");
        };
    }

    private Optional<Greeting> receiveGreeting(ByteBuffer in) throws MalformedMessageException {
        state = State.FAILED; // and stays so if decoding throws
        Optional<Greeting> greeting = Greeting.decode(in);
        state = greeting.isPresent() ? State.METHOD : State.GREETING;
        offered = greeting.map(Greeting::methods).orElse(offered);
        return greeting;
    }

    private Optional<Request> receiveRequest(ByteBuffer in) throws MalformedMessageException {
        state = State.REJECTION; // and stays so if decoding throws
        Optional<Request> request = Request.decode(in);
        state = request.isPresent() ? State.REPLY : State.REQUEST;
        binding = request.isPresent() && request.get().command().equals(Command.BIND);
        return request;
    }

    /**
     * Selects a method, whose negotiation begins.
     *
     * @param its a new negotiation. It stays the caller's, who closes it
     * @return the bytes of the {@link MethodSelection}: a new buffer, ready to be read
     * @throws IllegalStateException if no greeting is to be answered now
     * @throws IllegalArgumentException if the client has not offered the method, or it is
     *     {@link AuthMethod#NO_ACCEPTABLE}, which is none even if it was offered
     */
    public ByteBuffer select(ServerNegotiation its) {
        require(state == State.METHOD, "select a method");
        AuthMethod method = its.method();
        if (method.equals(AuthMethod.NO_ACCEPTABLE)) {
            throw new IllegalArgumentException("cannot be selected: " + method); // The client takes it for the end.
        }
        if (!offered.contains(method)) {
            throw new IllegalArgumentException("not offered by the client: " + method);
        }
        state = State.NEGOTIATION;
        negotiation = its;
        return new MethodSelection(method).encode();
    }

    /**
     * Accepts none of the methods that the client has offered, and ends the handshake.
     *
     * @return the bytes of a {@link MethodSelection} of {@link AuthMethod#NO_ACCEPTABLE}
     * @throws IllegalStateException if no greeting is to be answered now
     */
    public ByteBuffer refuse() {
        require(state == State.METHOD, "select a method");
        state = State.FAILED;
        return new MethodSelection(AuthMethod.NO_ACCEPTABLE).encode();
    }

    /**
     * Answers a request.
     *
     * @param reply a first one, and of a BIND whose first succeeded a second one
     * @return its bytes: a new buffer, ready to be read
     * @throws IllegalStateException if no request is to be answered now
     * @throws IllegalArgumentException if a success is sent for a malformed request
     */
    public ByteBuffer send(Reply reply) {
        require(REPLYING.contains(state), "send a reply");
        state = after(reply);
        return reply.encode();
    }

    private State after(Reply reply) {
        if (!reply.succeeded()) {
            return State.FAILED;
        }
        if (state == State.REJECTION) {
            throw new IllegalArgumentException("a malformed request cannot succeed");
        }
        return state == State.REPLY && binding ? State.BIND_REPLY : State.DONE;
    }

    private void require(boolean allowed, String what) {
        if (!allowed) {
            throw new IllegalStateException(String.format("cannot %s now: %s", what, state));
        }
    }
}
