package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be received and sent in each state, and that everything else is refused and changes nothing. */
class ServerHandshakeStatesTest {

    private static final String GREETING = "05 03 00 01 02";
    private static final String LOGIN = "01 01 75 01 70";
    private static final String CONNECT = "05 01 00 01 C0000201 0050";
    private static final String BIND = "05 02 00 01 C0000201 0050";
    private static final String BROKEN = "05 01 00 02";
    private static final String AUTHENTICATION = "01 01 0001 41";
    private static final String LEVEL = "01 02 0001 01";

    /** What a server can say, and the bytes of that, as far as they do not depend on more. */
    enum Answer {
        ANONYMOUS("0500"),
        BY_PASSWORD("0502"),
        BY_PASSWORD_IN_VAIN("0502"),
        BY_GSSAPI("0501"),
        NONE("05FF"),
        NEGOTIATED("01"),
        SUCCESS("05000001000000000000"),
        FAILURE("05010001000000000000");

        private final String hex;

        Answer(String hex) {
            this.hex = hex;
        }
    }

    private static final Set<Answer> REPLIES = Set.of(Answer.SUCCESS, Answer.FAILURE);
    private static final Set<Answer> SELECTIONS =
            Set.of(Answer.ANONYMOUS, Answer.BY_PASSWORD, Answer.BY_PASSWORD_IN_VAIN, Answer.BY_GSSAPI, Answer.NONE);

    /** A server, and the negotiation that it has under way. */
    private static final class Peer {
        private final ServerHandshake handshake = new ServerHandshake();
        private @Nullable ServerNegotiation negotiation;

        private ByteBuffer say(Answer answer) {
            return switch (answer) {
                case ANONYMOUS -> select(ServerNegotiation.noAuthentication());
                case BY_PASSWORD -> select(ServerNegotiation.password(login -> Optional.of(() -> "u")));
                case BY_PASSWORD_IN_VAIN -> select(ServerNegotiation.password(login -> Optional.empty()));
                case BY_GSSAPI -> select(gssapi());
                case NONE -> handshake.refuse();
                case NEGOTIATED -> negotiate();
                case SUCCESS -> handshake.send(Reply.success(Endpoint.UNSPECIFIED));
                case FAILURE -> handshake.send(Reply.failure(ReplyCode.GENERAL_FAILURE));
            };
        }

        private static ServerNegotiation gssapi() {
            return ServerNegotiation.gssapi(
                    FakeContext.acceptor(),
                    ProtectionLevel.NONE,
                    ProtectionLevel.CONFIDENTIALITY,
                    true,
                    name -> Optional.of(() -> name));
        }

        private ByteBuffer select(ServerNegotiation its) {
            ByteBuffer selection = handshake.select(its);
            negotiation = its;
            return selection;
        }

        private ByteBuffer negotiate() {
            try {
                return Objects.requireNonNull(negotiation).send();
            } catch (Socks5Exception e) {
                throw new AssertionError(e);
            }
        }

        private boolean isNegotiating() {
            return negotiation != null && Set.of(Turn.SEND, Turn.RECEIVE).contains(negotiation.turn());
        }

        private void receive(String hex) {
            ByteBuffer in = Buffers.of(hex);
            try {
                assertThat(
                                isNegotiating()
                                        ? Objects.requireNonNull(negotiation).receive(in)
                                        : handshake.receive(in).isPresent())
                        .isTrue();
            } catch (Socks5Exception e) {
                assertThat(handshake.turn()).isNotEqualTo(Turn.RECEIVE);
            }
        }
    }

    /** The name of a state, the messages that lead to it, and the answers that may be sent there. */
    static Stream<Arguments> states() {
        Set<Answer> nothing = Set.of();
        Set<Answer> its = Set.of(Answer.NEGOTIATED);
        Answer done = Answer.NEGOTIATED;
        return Stream.of(
                state("GREETING", Turn.RECEIVE, nothing),
                state("METHOD", Turn.SEND, SELECTIONS, GREETING),
                state("NEGOTIATION", Turn.RECEIVE, nothing, GREETING, Answer.BY_PASSWORD),
                state("NEGOTIATION", Turn.SEND, its, GREETING, Answer.BY_PASSWORD, LOGIN),
                state("NEGOTIATION", Turn.SEND, its, GREETING, Answer.BY_PASSWORD_IN_VAIN, LOGIN),
                state("REQUEST", Turn.RECEIVE, nothing, GREETING, Answer.BY_PASSWORD, LOGIN, done),
                state("REQUEST", Turn.RECEIVE, nothing, GREETING, Answer.ANONYMOUS),
                state("NEGOTIATION", Turn.RECEIVE, nothing, GREETING, Answer.BY_GSSAPI),
                state("NEGOTIATION", Turn.SEND, its, GREETING, Answer.BY_GSSAPI, AUTHENTICATION),
                state("NEGOTIATION", Turn.RECEIVE, nothing, GREETING, Answer.BY_GSSAPI, AUTHENTICATION, done),
                state("NEGOTIATION", Turn.SEND, its, GREETING, Answer.BY_GSSAPI, AUTHENTICATION, done, LEVEL),
                state("REQUEST", Turn.RECEIVE, nothing, GREETING, Answer.BY_GSSAPI, AUTHENTICATION, done, LEVEL, done),
                state("REPLY", Turn.SEND, REPLIES, GREETING, Answer.ANONYMOUS, CONNECT),
                state("REPLY", Turn.SEND, REPLIES, GREETING, Answer.ANONYMOUS, BIND),
                state("BIND_REPLY", Turn.SEND, REPLIES, GREETING, Answer.ANONYMOUS, BIND, Answer.SUCCESS),
                state("REJECTION", Turn.SEND, Set.of(Answer.FAILURE), GREETING, Answer.ANONYMOUS, BROKEN),
                state("DONE", Turn.DONE, nothing, GREETING, Answer.ANONYMOUS, CONNECT, Answer.SUCCESS),
                state("DONE", Turn.DONE, nothing, GREETING, Answer.ANONYMOUS, BIND, Answer.SUCCESS, Answer.SUCCESS),
                state("FAILED", Turn.FAILED, nothing, "04"),
                state("FAILED", Turn.FAILED, nothing, GREETING, Answer.NONE),
                state("FAILED", Turn.FAILED, nothing, GREETING, Answer.BY_PASSWORD, CONNECT),
                state("FAILED", Turn.FAILED, nothing, GREETING, Answer.BY_PASSWORD_IN_VAIN, LOGIN, done),
                state("NEGOTIATION", Turn.SEND, its, GREETING, Answer.BY_GSSAPI, CONNECT),
                state("FAILED", Turn.FAILED, nothing, GREETING, Answer.BY_GSSAPI, CONNECT, done),
                state("FAILED", Turn.FAILED, nothing, GREETING, Answer.BY_GSSAPI, AUTHENTICATION, done, CONNECT, done),
                state("FAILED", Turn.FAILED, nothing, GREETING, Answer.ANONYMOUS, CONNECT, Answer.FAILURE),
                state("FAILED", Turn.FAILED, nothing, GREETING, Answer.ANONYMOUS, BIND, Answer.FAILURE),
                state("FAILED", Turn.FAILED, nothing, GREETING, Answer.ANONYMOUS, BIND, Answer.SUCCESS, Answer.FAILURE),
                state("FAILED", Turn.FAILED, nothing, GREETING, Answer.ANONYMOUS, BROKEN, Answer.FAILURE));
    }

    private static Arguments state(String name, Turn turn, Set<Answer> allowed, Object... route) {
        return Arguments.of(name, turn, allowed, List.of(route));
    }

    @ParameterizedTest
    @MethodSource("states")
    void receivesInTurnOnly(String name, Turn turn, Set<Answer> allowed, List<Object> route)
            throws MalformedMessageException {
        Peer peer = reach(route);
        assertThat(peer.handshake.turn()).isEqualTo(turn);
        ByteBuffer in = ByteBuffer.allocate(0);
        if (turn == Turn.RECEIVE && !peer.isNegotiating()) {
            assertThat(peer.handshake.receive(in)).isEmpty();
        } else {
            assertThatIllegalStateException()
                    .isThrownBy(() -> peer.handshake.receive(in))
                    .withMessage(
                            turn == Turn.RECEIVE
                                    ? "what comes next is the negotiation's"
                                    : "cannot receive now: " + turn);
        }
        assertThat(peer.handshake.turn()).isEqualTo(turn);
    }

    @ParameterizedTest
    @MethodSource("states")
    void sendsInTurnOnly(String name, Turn turn, Set<Answer> allowed, List<Object> route) {
        for (Answer answer : Answer.values()) {
            Peer peer = reach(route);
            assertThat(peer.handshake.turn()).isEqualTo(turn);
            if (allowed.contains(answer)) {
                assertThat(Buffers.hex(peer.say(answer))).startsWith(answer.hex);
            } else if (answer == Answer.NEGOTIATED && peer.negotiation != null) {
                assertThatIllegalStateException()
                        .isThrownBy(peer::negotiate)
                        .withMessageMatching("cannot send now: .*|no authentication has no messages");
                assertThat(peer.handshake.turn()).isEqualTo(turn);
            } else if (answer != Answer.NEGOTIATED && !(name.equals("REJECTION") && answer == Answer.SUCCESS)) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> peer.say(answer))
                        .withMessage("cannot %s now: %s"
                                .formatted(SELECTIONS.contains(answer) ? "select a method" : "send a reply", name));
                assertThat(peer.handshake.turn()).isEqualTo(turn);
            }
        }
    }

    private static Peer reach(List<Object> route) {
        Peer peer = new Peer();
        for (Object step : route) {
            if (step instanceof Answer answer) {
                assertThat(peer.say(answer).position()).isZero();
            } else {
                peer.receive((String) step);
            }
        }
        return peer;
    }
}
