package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The server's half of the handshake (RFC 1928 sections 3 to 6, RFC 1929), without I/O and without policy: it says whose
 * turn it is and what may be said, and the caller decides. {@link ClientHandshake} is the other half.
 *
 * <pre>
 * GREETING --&gt; METHOD --+-----------------------&gt; REQUEST --&gt; REPLY --+--------------------&gt; DONE
 *                 |     |                            ^           |    |                       ^
 *                 |     +--&gt; LOGIN --&gt; LOGIN_RESULT --+           |    +--(BIND)--&gt; BIND_REPLY --+
 *                 |                        |                     |                      |
 *                 +------------------------+---------------------+----------------------+---&gt; FAILED
 * </pre>
 *
 * <p>It takes exactly the handshake's octets from a buffer: those that follow are the tunnel's, or the next message's.
 * Once it has {@linkplain Turn#FAILED failed}, nothing more can be received or sent, whatever the client had sent ahead.
 * After a malformed request one failure reply may still be sent.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ServerHandshake {

    private enum State {
        GREETING(Turn.RECEIVE),
        METHOD(Turn.SEND),
        LOGIN(Turn.RECEIVE),
        LOGIN_RESULT(Turn.SEND),
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
     * What has to be done next.
     *
     * @return {@link Turn#RECEIVE} for {@link #receive(ByteBuffer)}, {@link Turn#SEND} for {@link #send(ServerMessage)}
     */
    public Turn turn() {
        return state.turn;
    }

    /**
     * Takes the next message from the front of a buffer.
     *
     * @param in the octets received; its position is moved past the message, if there was a whole one
     * @return a {@link Greeting}, {@link PasswordRequest} or {@link Request}, or empty if it is incomplete
     * @throws MalformedMessageException if the client sent something else; of a request, a failure
     *     {@link Reply} with {@link MalformedMessageException#replyCode()} may be sent then
     * @throws IllegalStateException if it is not the client's turn
     */
    public Optional<? extends ClientMessage> receive(ByteBuffer in) throws MalformedMessageException {
        if (turn() != Turn.RECEIVE) {
            throw new IllegalStateException("cannot receive now: " + state);
        }
        State before = state;
        state = before == State.REQUEST ? State.REJECTION : State.FAILED; // and stays so if decoding throws
        Optional<? extends ClientMessage> message = switch (before) {
            case GREETING -> Greeting.decode(in);
            case LOGIN -> PasswordRequest.decode(in);
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
        return State.LOGIN_RESULT;
    }

    /**
     * The bytes of an answer.
     *
     * @param message a {@link MethodSelection} after a greeting, a {@link PasswordResponse} after a login, a
     *     {@link Reply} after a request, and a second one of a BIND whose first succeeded
     * @return a new buffer, ready to be read
     * @throws IllegalStateException if this message is not to be sent now
     * @throws IllegalArgumentException if the method selected was not offered or is not one that this class can carry
     *     out, or a success is sent for a malformed request
     */
    public ByteBuffer send(ServerMessage message) {
        if (state == State.METHOD && message instanceof MethodSelection selection) {
            state = after(selection.method());
        } else if (state == State.LOGIN_RESULT && message instanceof PasswordResponse response) {
            state = response.succeeded() ? State.REQUEST : State.FAILED;
        } else if (REPLYING.contains(state) && message instanceof Reply reply) {
            state = after(reply);
        } else {
            throw new IllegalStateException(
                    "cannot send a %s now: %s".formatted(message.getClass().getSimpleName(), state));
        }
        return message.encode();
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
