package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.codec.Buffers.Snapshot;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be called in each state, how much is missing there, and what it means if the server closes. */
class ClientHandshakeStatesTest {

    private static final Request BIND = new Request(Command.BIND, Endpoint.of("192.0.2.1", 21));
    private static final PasswordRequest LOGIN = PasswordRequest.of("user", "secret");

    /** A state, and how a BIND with a login gets there: what it sends, and what it receives. */
    enum Stage {
        GREETING(Turn.SEND, ""),
        METHOD(Turn.RECEIVE, "send"),
        LOGIN(Turn.SEND, "send 0502"),
        LOGIN_RESULT(Turn.RECEIVE, "send 0502 send"),
        REQUEST_AFTER_LOGIN(Turn.SEND, "send 0502 send 0100"),
        GSSAPI(Turn.SEND, "send 0501"),
        GSSAPI_ANSWER(Turn.RECEIVE, "send 0501 send"),
        GSSAPI_LEVEL(Turn.SEND, "send 0501 send 010100026869"),
        GSSAPI_LEVEL_ANSWER(Turn.RECEIVE, "send 0501 send 010100026869 send"),
        REQUEST_AFTER_GSSAPI(Turn.SEND, "send 0501 send 010100026869 send 0102000101"),
        REQUEST(Turn.SEND, "send 0500"),
        REPLY(Turn.RECEIVE, "send 0500 send"),
        BIND_REPLY(Turn.RECEIVE, "send 0500 send 050000017F0000010014"),
        DONE(Turn.DONE, "send 0500 send 050000017F0000010014 050000017F0000010014"),
        FAILED_SELECTION(Turn.FAILED, "send 05FF"),
        FAILED_LOGIN(Turn.FAILED, "send 0502 send 0101"),
        FAILED_GSSAPI(Turn.FAILED, "send 0501 send 01FF"),
        FAILED_REPLY(Turn.FAILED, "send 0500 send 05010001000000000000"),
        FAILED_BIND_REPLY(Turn.FAILED, "send 0500 send 050000017F0000010014 05010001000000000000"),
        MALFORMED_SELECTION(Turn.FAILED, "send 0400"),
        MALFORMED_REPLY(Turn.FAILED, "send 0500 send 05000002");

        private final Turn turn;
        private final String steps;

        Stage(Turn turn, String steps) {
            this.turn = turn;
            this.steps = steps;
        }

        ClientHandshake reach() throws Socks5Exception {
            ClientNegotiation gssapi =
                    ClientNegotiation.gssapi(FakeContext.initiator("alice"), ProtectionLevel.INTEGRITY, true);
            ClientNegotiation login = ClientNegotiation.password(ClientHandshakeStatesTest.LOGIN);
            ClientHandshake handshake =
                    new ClientHandshake(BIND, List.of(ClientNegotiation.noAuthentication(), login, gssapi), null);
            for (String step : steps.isEmpty() ? List.<String>of() : List.of(steps.split(" ", -1))) {
                if (step.equals("send")) {
                    handshake.send();
                } else {
                    receive(handshake, step);
                }
            }
            return handshake;
        }

        private static void receive(ClientHandshake handshake, String hex) {
            try {
                assertThat(handshake.receive(Buffers.of(hex))).isTrue();
            } catch (Socks5Exception e) {
                assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
            }
        }
    }

    /** One octet that any message might begin with. */
    private static ByteBuffer octet(Stage stage) {
        return Buffers.of(stage.name().startsWith("GSSAPI") ? "01" : "05");
    }

    @ParameterizedTest
    @EnumSource
    void hasItsTurn(Stage stage) throws Socks5Exception {
        assertThat(stage.reach().turn()).isEqualTo(stage.turn);
    }

    @ParameterizedTest
    @EnumSource
    void knowsWhetherItHasBeenLetIn(Stage stage) throws Socks5Exception {
        boolean in = stage.name().matches("REQUEST.*|.*REPLY|DONE");
        assertThat(stage.reach().isNegotiated()).isEqualTo(in);
    }

    @ParameterizedTest
    @EnumSource
    void sendsInTurnOnly(Stage stage) throws Socks5Exception {
        ClientHandshake handshake = stage.reach();
        if (stage.turn == Turn.SEND) {
            assertThat(handshake.send().hasRemaining()).isTrue();
            assertThat(handshake.turn()).isEqualTo(Turn.RECEIVE);
        } else {
            assertThatIllegalStateException().isThrownBy(handshake::send).withMessageStartingWith("cannot send now: ");
            assertThat(handshake.turn()).isEqualTo(stage.turn);
        }
    }

    @ParameterizedTest
    @EnumSource
    void receivesInTurnOnly(Stage stage) throws Socks5Exception {
        ClientHandshake handshake = stage.reach();
        ByteBuffer in = octet(stage);
        if (stage.turn == Turn.RECEIVE) {
            assertThat(handshake.receive(in)).isFalse();
        } else {
            assertThatIllegalStateException()
                    .isThrownBy(() -> handshake.receive(in))
                    .withMessageStartingWith("cannot receive now: ");
        }
        assertThat(in.remaining()).isEqualTo(1);
        assertThat(handshake.turn()).isEqualTo(stage.turn);
    }

    @ParameterizedTest
    @EnumSource
    void asksForMoreInTurnOnly(Stage stage) throws Socks5Exception {
        ClientHandshake handshake = stage.reach();
        ByteBuffer in = octet(stage);
        if (stage.turn == Turn.RECEIVE) {
            assertThat(handshake.missing(in)).isPositive();
        } else {
            assertThatIllegalStateException().isThrownBy(() -> handshake.missing(in));
        }
        assertThat(in.remaining()).isEqualTo(1);
        assertThat(handshake.turn()).isEqualTo(stage.turn);
    }

    @ParameterizedTest
    @EnumSource
    void endsOnceOnly(Stage stage) throws Socks5Exception {
        ClientHandshake handshake = stage.reach();
        ByteBuffer in = octet(stage);
        if (stage.turn == Turn.SEND || stage.turn == Turn.RECEIVE) {
            assertThat(handshake.closed(in)).isInstanceOf(MalformedMessageException.class);
            assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
        } else {
            assertThat(handshake.turn()).isEqualTo(stage.turn);
        }
        assertThat(in.remaining()).isEqualTo(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> handshake.closed(in))
                .withMessageStartingWith("cannot be closed now: ");
    }

    @ParameterizedTest
    @CsvSource({
        "GREETING, selecting a method",
        "METHOD, selecting a method",
        "LOGIN, answering the login",
        "LOGIN_RESULT, answering the login",
        "GSSAPI, answering the login",
        "GSSAPI_ANSWER, answering the login",
        "GSSAPI_LEVEL, answering the login",
        "GSSAPI_LEVEL_ANSWER, answering the login",
        "REQUEST_AFTER_GSSAPI, answering the request",
        "REQUEST, answering the request",
        "REPLY, answering the request",
        "BIND_REPLY, answering the request",
    })
    void whatTheServerFailedToDo(Stage stage, String task) throws Socks5Exception {
        assertThat(stage.reach().closed(ByteBuffer.allocate(0)))
                .hasMessage("the proxy closed the connection instead of " + task);
    }

    /** Some servers send no more of a failure than VER and REP. */
    @ParameterizedTest
    @CsvSource({
        "REPLY,      05 05,               05",
        "REPLY,      05 77,               77",
        "REPLY,      05 FF,               FF",
        "REPLY,      05 01 00,            01",
        "REPLY,      05 02 00 01 000000,  02",
        "BIND_REPLY, 05 06,               06",
    })
    void closingAfterRepIsThatFailure(Stage stage, String hex, String code) throws Socks5Exception {
        for (Buffers kind : Buffers.values()) {
            ByteBuffer in = kind.holding(Buffers.octets(hex));
            Snapshot before = Snapshot.of(in);
            ClientHandshake handshake = stage.reach();
            assertThat(handshake.closed(in)).isInstanceOfSatisfying(RequestRejectedException.class, e -> {
                assertThat(e.request()).isEqualTo(BIND);
                assertThat(e.reply()).isEqualTo(Reply.failure(ReplyCode.of(Integer.parseInt(code, 16))));
            });
            assertThat(Snapshot.of(in)).isEqualTo(before);
            assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "REPLY,        05",
        "REPLY,        05 00",
        "REPLY,        05 00 00 01 00",
        "REPLY,        04 05",
        "BIND_REPLY,   05 00",
        "METHOD,       05 05",
        "LOGIN_RESULT, 05 05",
        "LOGIN,        05 05",
        "GSSAPI_ANSWER, 05 05",
        "REQUEST,      05 05",
    })
    void closingAnywhereElseIsNone(Stage stage, String hex) throws Socks5Exception {
        assertThat(stage.reach().closed(Buffers.of(hex))).isInstanceOf(MalformedMessageException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "METHOD,       '',                       2",
        "METHOD,       05,                       1",
        "METHOD,       05 00,                    0",
        "METHOD,       05 00 05,                 0",
        "LOGIN_RESULT, '',                       2",
        "LOGIN_RESULT, 01,                       1",
        "LOGIN_RESULT, 01 00,                    0",
        "GSSAPI_ANSWER, '',                      2",
        "GSSAPI_ANSWER, 01 FF,                   0",
        "GSSAPI_ANSWER, 01 01,                   2",
        "GSSAPI_ANSWER, 01 01 FFFF,              65535",
        "GSSAPI_LEVEL_ANSWER, 01 02 0001 01 05,  0",
        // the shortest reply has a name of one octet; five octets tell the length of any
        "REPLY,        '',                       5",
        "REPLY,        05 00 00 01,              1",
        "REPLY,        05 00 00 01 7F,           5",
        "REPLY,        05 00 00 01 FF 000001 04, 1",
        "REPLY,        05 00 00 04 20,           17",
        "REPLY,        05 00 00 04 FF,           17",
        "REPLY,        05 00 00 03 01,           3",
        "REPLY,        05 00 00 03 FF,           257",
        "REPLY,        05 00 00 03 80 6161,      128",
        "REPLY,        05 00 00 03 01 61 0050,   0",
        "BIND_REPLY,   05 00 00 01 7F,           5",
        "BIND_REPLY,   05 00 00 01 7F000001 0438 FF, 0",
    })
    void asksForNoMoreThanTheMessage(Stage stage, String hex, int missing) throws Socks5Exception {
        for (Buffers kind : Buffers.values()) {
            ByteBuffer in = kind.holding(Buffers.octets(hex));
            Snapshot before = Snapshot.of(in);
            assertThat(stage.reach().missing(in)).isEqualTo(missing);
            assertThat(Snapshot.of(in)).isEqualTo(before);
        }
    }
}
