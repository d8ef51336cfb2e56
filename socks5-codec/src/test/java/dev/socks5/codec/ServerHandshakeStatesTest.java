package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be received and sent in each state, and that everything else is refused and changes nothing. */
class ServerHandshakeStatesTest {

    private static final MethodSelection ANONYMOUS = new MethodSelection(AuthMethod.NO_AUTHENTICATION);
    private static final MethodSelection BY_PASSWORD = new MethodSelection(AuthMethod.USERNAME_PASSWORD);
    private static final MethodSelection NONE = new MethodSelection(AuthMethod.NO_ACCEPTABLE);
    private static final Reply SUCCESS = Reply.success(Endpoint.UNSPECIFIED);
    private static final Reply FAILURE = Reply.failure(ReplyCode.GENERAL_FAILURE);

    private static final MethodSelection BY_GSSAPI = new MethodSelection(AuthMethod.GSSAPI);
    private static final GssapiMessage TOKEN = new GssapiMessage.Authentication(GssapiToken.of((byte) 1));
    private static final GssapiMessage LEVEL = new GssapiMessage.LevelNegotiation(GssapiToken.of((byte) 1));
    private static final GssapiMessage ABORT = new GssapiMessage.Abort();

    private static final String GREETING = "05 03 00 01 02";
    private static final String LOGIN = "01 01 75 01 70";
    private static final String CONNECT = "05 01 00 01 C0000201 0050";
    private static final String BIND = "05 02 00 01 C0000201 0050";
    private static final String BROKEN = "05 01 00 02";

    private static final String AUTHENTICATION = "01 01 0001 41";

    private static final List<ServerMessage> ANSWERS = List.of(
            ANONYMOUS,
            BY_PASSWORD,
            BY_GSSAPI,
            NONE,
            PasswordResponse.SUCCESS,
            PasswordResponse.FAILURE,
            TOKEN,
            LEVEL,
            ABORT,
            SUCCESS,
            FAILURE);

    /** The name of a state, the messages that lead to it, and the answers that may be sent there. */
    static Stream<Arguments> states() {
        Set<ServerMessage> nothing = Set.of();
        Set<ServerMessage> replies = Set.of(SUCCESS, FAILURE);
        return Stream.of(
                state("GREETING", Turn.RECEIVE, nothing),
                state("METHOD", Turn.SEND, Set.of(ANONYMOUS, BY_PASSWORD, BY_GSSAPI, NONE), GREETING),
                state("LOGIN", Turn.RECEIVE, nothing, GREETING, BY_PASSWORD),
                state(
                        "LOGIN_RESULT",
                        Turn.SEND,
                        Set.of(PasswordResponse.SUCCESS, PasswordResponse.FAILURE),
                        GREETING,
                        BY_PASSWORD,
                        LOGIN),
                state("REQUEST", Turn.RECEIVE, nothing, GREETING, BY_PASSWORD, LOGIN, PasswordResponse.SUCCESS),
                state("REQUEST", Turn.RECEIVE, nothing, GREETING, ANONYMOUS),
                state("GSSAPI", Turn.RECEIVE, nothing, GREETING, BY_GSSAPI),
                state("GSSAPI_ANSWER", Turn.SEND, Set.of(TOKEN, LEVEL, ABORT), GREETING, BY_GSSAPI, AUTHENTICATION),
                state("GSSAPI", Turn.RECEIVE, nothing, GREETING, BY_GSSAPI, AUTHENTICATION, TOKEN),
                state("REQUEST", Turn.RECEIVE, nothing, GREETING, BY_GSSAPI, AUTHENTICATION, LEVEL),
                state("REPLY", Turn.SEND, replies, GREETING, ANONYMOUS, CONNECT),
                state("REPLY", Turn.SEND, replies, GREETING, ANONYMOUS, BIND),
                state("BIND_REPLY", Turn.SEND, replies, GREETING, ANONYMOUS, BIND, SUCCESS),
                state("REJECTION", Turn.SEND, Set.of(FAILURE), GREETING, ANONYMOUS, BROKEN),
                state("DONE", Turn.DONE, nothing, GREETING, ANONYMOUS, CONNECT, SUCCESS),
                state("DONE", Turn.DONE, nothing, GREETING, ANONYMOUS, BIND, SUCCESS, SUCCESS),
                state("FAILED", Turn.FAILED, nothing, "04"),
                state("FAILED", Turn.FAILED, nothing, GREETING, NONE),
                state("FAILED", Turn.FAILED, nothing, GREETING, BY_PASSWORD, CONNECT),
                state("FAILED", Turn.FAILED, nothing, GREETING, BY_PASSWORD, LOGIN, PasswordResponse.FAILURE),
                state("GSSAPI_ABORT", Turn.SEND, Set.of(ABORT), GREETING, BY_GSSAPI, CONNECT),
                state("FAILED", Turn.FAILED, nothing, GREETING, BY_GSSAPI, CONNECT, ABORT),
                state("FAILED", Turn.FAILED, nothing, GREETING, BY_GSSAPI, AUTHENTICATION, ABORT),
                state("FAILED", Turn.FAILED, nothing, GREETING, ANONYMOUS, CONNECT, FAILURE),
                state("FAILED", Turn.FAILED, nothing, GREETING, ANONYMOUS, BIND, FAILURE),
                state("FAILED", Turn.FAILED, nothing, GREETING, ANONYMOUS, BIND, SUCCESS, FAILURE),
                state("FAILED", Turn.FAILED, nothing, GREETING, ANONYMOUS, BROKEN, FAILURE));
    }

    private static Arguments state(String name, Turn turn, Set<ServerMessage> allowed, Object... route) {
        return Arguments.of(name, turn, allowed, List.of(route));
    }

    @ParameterizedTest
    @MethodSource("states")
    void receivesInTurnOnly(String name, Turn turn, Set<ServerMessage> allowed, List<Object> route)
            throws MalformedMessageException {
        ServerHandshake handshake = reach(route);
        assertThat(handshake.turn()).isEqualTo(turn);
        ByteBuffer in = ByteBuffer.allocate(0);
        if (turn == Turn.RECEIVE) {
            assertThat(handshake.receive(in)).isEmpty();
        } else {
            assertThatIllegalStateException()
                    .isThrownBy(() -> handshake.receive(in))
                    .withMessage("cannot receive now: " + name);
        }
        assertThat(handshake.turn()).isEqualTo(turn);
    }

    @ParameterizedTest
    @MethodSource("states")
    void sendsInTurnOnly(String name, Turn turn, Set<ServerMessage> allowed, List<Object> route)
            throws MalformedMessageException {
        assertThat(ANSWERS).containsAll(allowed);
        for (ServerMessage answer : ANSWERS) {
            ServerHandshake handshake = reach(route);
            if (allowed.contains(answer)) {
                assertThat(handshake.send(answer)).isEqualTo(answer.encode());
            } else if (!(name.equals("REJECTION") && answer.equals(SUCCESS))) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> handshake.send(answer))
                        .withMessage("cannot send a %s now: %s"
                                .formatted(answer.getClass().getSimpleName(), name));
                assertThat(handshake.turn()).isEqualTo(turn);
            }
        }
    }

    private static ServerHandshake reach(List<Object> route) throws MalformedMessageException {
        ServerHandshake handshake = new ServerHandshake();
        for (Object step : route) {
            if (step instanceof ServerMessage answer) {
                handshake.send(answer);
            } else {
                receive(handshake, (String) step);
            }
        }
        return handshake;
    }

    private static void receive(ServerHandshake handshake, String hex) {
        try {
            assertThat(handshake.receive(Buffers.of(hex))).isPresent();
        } catch (MalformedMessageException e) {
            assertThat(handshake.turn()).isNotEqualTo(Turn.RECEIVE);
        }
    }
}
