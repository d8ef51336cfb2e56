package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The server's half of the handshake (RFC 1928 sections 3 to 6, RFC 1929, RFC 1961), without I/O and without policy: it
 * says whose turn it is and what may be said, and the caller decides. {@link ClientHandshake} is the other half.
 *
 * <pre>
 * GREETING --&gt; METHOD --+-----------------------&gt; REQUEST --&gt; REPLY --+--------------------&gt; DONE
 *                 |     |                            ^           |    |                       ^
 *                 |     +--&gt; LOGIN --&gt; LOGIN_RESULT --+           |    +--(BIND)--&gt; BIND_REPLY --+
 *                 |     +--&gt; GSSAPI &lt;--&gt; GSSAPI_ANSWER --+         |                      |
 *                 |                        |                     |                      |
 *                 +------------------------+---------------------+----------------------+---&gt; FAILED
 * </pre>
 *
 * <p>It takes exactly the handshake's bytes from a buffer: those that follow are the tunnel's, or the next message's.
 * Once it has {@linkplain Turn#FAILED failed}, nothing more can be received or sent, whatever the client had sent
 * ahead. After a malformed request one failure reply may still be sent, and after a malformed message of a security
 * mechanism an abort.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ServerHandshake {

    private enum State {
        GREETING(Turn.RECEIVE),
        METHOD(Turn.SEND),
        LOGIN(Turn.RECEIVE),
        LOGIN_RESULT(Turn.SEND),
        GSSAPI(Turn.RECEIVE),
        GSSAPI_ANSWER(Turn.SEND),
        GSSAPI_ABORT(Turn.SEND),
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
    private boolean binding;

    /** A handshake that waits for the greeting. */
    public ServerHandshake() {}

    /**
     * Tells what has to be done next.
     *
     * @return {@link Turn#RECEIVE} for {@link #receive(ByteBuffer)}, {@link Turn#SEND} for {@link #send(ServerMessage)}
     */
    public Turn turn() {
        return state.turn;
    }

    /**
     * Takes the next message from the front of a buffer.
     *
     * @param in the bytes received; its position is moved past the message, if there was a whole one
     * @return a {@link Greeting}, {@link PasswordRequest}, {@link GssapiMessage} or {@link Request}, or empty if it is
     *     incomplete
     * @throws MalformedMessageException if the client sent something else; of a request, a failure
     *     {@link Reply} with {@link MalformedMessageException#replyCode()} may be sent then, and of the method GSSAPI a
     *     {@link GssapiMessage.Abort}
     * @throws IllegalStateException if it is not the client's turn
     */
    public Optional<? extends ClientMessage> receive(ByteBuffer in) throws MalformedMessageException {
        if (turn() != Turn.RECEIVE) {
            throw new IllegalStateException("cannot receive now: " + state);
        }
        State before = state;
        state = switch (before) { // and stays so if decoding throws
            case REQUEST -> State.REJECTION;
            case GSSAPI -> State.GSSAPI_ABORT;
            default -> State.FAILED;
        };
        Optional<? extends ClientMessage> message = switch (before) {
            case GREETING -> Greeting.decode(in);
            case LOGIN -> PasswordRequest.decode(in);
            case GSSAPI -> GssapiMessage.decode(in);
            default -> Request.decode(in);
        };
        state = message.isPresent() ? after(message.get()) : before;
        return message;
    }

    private State after(ClientMessage message) {
        if (message instanceof Greeting greeting) {
            offered = greeting.methods();
            return State.METHOD;
        }
        if (message instanceof Request request) {
            binding = request.command().equals(Command.BIND);
            return State.REPLY;
        }
        return message instanceof GssapiMessage ? State.GSSAPI_ANSWER : State.LOGIN_RESULT;
    }

    /**
     * The bytes of an answer.
     *
     * @param message a {@link MethodSelection} after a greeting, a {@link PasswordResponse} after a login, a
     *     {@link GssapiMessage} after another one, a {@link Reply} after a request, and a second one of a BIND whose
     *     first succeeded
     * @return a new buffer, ready to be read
     * @throws IllegalStateException if this message is not to be sent now
     * @throws IllegalArgumentException if the method selected was not offered or is not one that this class can carry
     *     out, or a success is sent for a malformed request, or {@link GssapiMessage.Encapsulated} during a negotiation
     */
    public ByteBuffer send(ServerMessage message) {
        if (state == State.METHOD && message instanceof MethodSelection selection) {
            state = after(selection.method());
        } else if (state == State.LOGIN_RESULT && message instanceof PasswordResponse response) {
            state = response.succeeded() ? State.REQUEST : State.FAILED;
        } else if (message instanceof GssapiMessage answer && mayAnswer(List.of(answer))) {
            return send(List.of(answer));
        } else if (REPLYING.contains(state) && message instanceof Reply reply) {
            state = after(reply);
        } else {
            throw new IllegalStateException(
                    "cannot send a %s now: %s".formatted(message.getClass().getSimpleName(), state));
        }
        return message.encode();
    }

    /**
     * The bytes of the answers to a {@link GssapiMessage}, as {@link GssapiNegotiation#answer} gives them. There may be
     * none: then the client goes on. The level ends the negotiation, and what is sent and received from then on is
     * protected accordingly; an abort ends the handshake.
     *
     * @param answers at most one level or abort, as the last one
     * @return a new buffer, ready to be read, with nothing in it if there are no answers
     * @throws IllegalStateException if these are not to be sent now
     * @throws IllegalArgumentException if something follows a level or an abort, or one is
     *     {@link GssapiMessage.Encapsulated}
     */
    public ByteBuffer send(List<GssapiMessage> answers) {
        if (!mayAnswer(answers)) {
            throw new IllegalStateException("cannot answer a GssapiMessage now: " + state);
        }
        State next = State.GSSAPI;
        for (GssapiMessage answer : answers) {
            if (next != State.GSSAPI) {
                throw new IllegalArgumentException("a level or an abort is the last answer: " + answers);
            }
            next = after(answer);
        }
        state = next;
        return Wire.encode(answers);
    }

    private boolean mayAnswer(List<GssapiMessage> answers) {
        return state == State.GSSAPI_ANSWER
                || (state == State.GSSAPI_ABORT && answers.equals(List.of(new GssapiMessage.Abort())));
    }

    private static State after(GssapiMessage answer) {
        if (answer instanceof GssapiMessage.Authentication) {
            return State.GSSAPI;
        }
        if (answer instanceof GssapiMessage.LevelNegotiation) {
            return State.REQUEST;
        }
        if (answer instanceof GssapiMessage.Abort) {
            return State.FAILED;
        }
        throw new IllegalArgumentException("no answer of a negotiation: " + answer);
    }

    private State after(AuthMethod selected) {
        if (selected.equals(AuthMethod.NO_ACCEPTABLE)) {
            return State.FAILED;
        }
        if (!offered.contains(selected)) {
            throw new IllegalArgumentException("not offered by the client: " + selected);
        }
        if (selected.equals(AuthMethod.NO_AUTHENTICATION)) {
            return State.REQUEST;
        }
        if (selected.equals(AuthMethod.USERNAME_PASSWORD)) {
            return State.LOGIN;
        }
        if (selected.equals(AuthMethod.GSSAPI)) {
            return State.GSSAPI;
        }
        throw new IllegalArgumentException("no sub-negotiation known for " + selected);
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
}
