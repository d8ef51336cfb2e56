package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.socks5.codec.Spoken.Word;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client sends without waiting, byte by byte, and what it makes of answers that do not fit. */
class SendAheadTest {

    private static final Endpoint PROXY = Endpoint.of("proxy.example", 1080);
    private static final Request CONNECT = Request.connect(Endpoint.of("192.0.2.9", 80));
    private static final String REQUEST = "05010001C00002090050";
    private static final String LOGIN = "0101750170";
    private static final String GRANTED = "05000001C00002070050";
    private static final String TOKEN = "01010005616C696365";

    /** What is on offer; the client has nothing else. */
    enum Offer {
        NOTHING,
        PASSWORD,
        NOTHING_OR_PASSWORD,
        GSSAPI;

        ClientHandshake begin() {
            ClientNegotiation nothing = ClientNegotiation.noAuthentication();
            ClientNegotiation password = ClientNegotiation.password(PasswordRequest.of("u", "p"));
            return handshake(
                    switch (this) {
                        case NOTHING -> List.of(nothing);
                        case PASSWORD -> List.of(password);
                        case NOTHING_OR_PASSWORD -> List.of(nothing, password);
                        case GSSAPI ->
                            List.of(ClientNegotiation.gssapi(
                                    FakeContext.initiator("alice"), ProtectionLevel.NONE, true));
                    });
        }
    }

    private static ClientHandshake handshake(List<? extends ClientNegotiation> offers) {
        return new ClientHandshake(CONNECT, offers, PROXY);
    }

    /** The flights, and the answers that each of them has from a server which is willing. */
    static Stream<Arguments> flights() {
        return Stream.of(
                arguments(Offer.NOTHING, SendAhead.NOTHING, "050100", "0500", REQUEST, GRANTED),
                arguments(Offer.NOTHING, SendAhead.ALL_BUT_LOGINS, "050100" + REQUEST, "0500" + GRANTED, "", ""),
                arguments(Offer.NOTHING, SendAhead.ALL, "050100" + REQUEST, "0500" + GRANTED, "", ""),
                arguments(
                        Offer.PASSWORD, SendAhead.NOTHING, "050102", "0502", LOGIN, "0100 " + REQUEST + " " + GRANTED),
                arguments(
                        Offer.PASSWORD, SendAhead.ALL_BUT_LOGINS, "050102", "0502", LOGIN + REQUEST, "0100" + GRANTED),
                arguments(Offer.PASSWORD, SendAhead.ALL, "050102" + LOGIN + REQUEST, "0502" + "0100" + GRANTED, "", ""),
                arguments(Offer.NOTHING_OR_PASSWORD, SendAhead.ALL_BUT_LOGINS, "05020002", "0500", REQUEST, GRANTED),
                arguments(Offer.NOTHING_OR_PASSWORD, SendAhead.ALL, "05020002", "0500", REQUEST, GRANTED),
                arguments(
                        Offer.NOTHING_OR_PASSWORD,
                        SendAhead.ALL_BUT_LOGINS,
                        "05020002",
                        "0502",
                        LOGIN + REQUEST,
                        "0100" + GRANTED),
                arguments(
                        Offer.NOTHING_OR_PASSWORD,
                        SendAhead.ALL,
                        "05020002",
                        "0502",
                        LOGIN + REQUEST,
                        "0100" + GRANTED),
                arguments(
                        Offer.GSSAPI,
                        SendAhead.ALL_BUT_LOGINS,
                        "050101",
                        "0501",
                        TOKEN,
                        "010100026869 0102000100 0102000100 " + REQUEST + " " + GRANTED),
                arguments(
                        Offer.GSSAPI,
                        SendAhead.ALL,
                        "050101" + TOKEN,
                        "0501" + "010100026869",
                        "0102000100",
                        "0102000100 " + REQUEST + " " + GRANTED));
    }

    /** However the answers are split. After the second answer, flights and answers take turns. */
    @ParameterizedTest
    @MethodSource
    void flights(Offer offer, SendAhead ahead, String first, String answer, String second, String rest)
            throws Socks5Exception {
        String[] more = rest.isEmpty() ? new String[0] : rest.split(" ", -1);
        for (int split = 0; split <= answer.length() / 2; split++) {
            ClientHandshake handshake = offer.begin();
            sends(handshake, ahead, first);
            receives(handshake, answer, split);
            if (!second.isEmpty()) {
                sends(handshake, ahead, second);
            }
            for (int i = 0; i < more.length; i++) {
                if (i % 2 == 0) {
                    receives(handshake, more[i], Math.min(split, more[i].length() / 2));
                } else {
                    sends(handshake, ahead, more[i]);
                }
            }
            assertThat(handshake.turn()).isEqualTo(Turn.DONE);
            assertThat(handshake.reply()).contains(Reply.success(Endpoint.of("192.0.2.7", 80)));
        }
    }

    private static void sends(ClientHandshake handshake, SendAhead ahead, String hex) throws Socks5Exception {
        assertThat(handshake.turn()).isEqualTo(Turn.SEND);
        assertThat(Buffers.hex(handshake.send(ahead))).isEqualTo(hex);
    }

    /** All that has come is taken, and then it is no more the server's turn. */
    private static void receives(ClientHandshake handshake, String hex, int split) throws Socks5Exception {
        ByteBuffer in = Buffers.of(hex + "CAFE");
        int end = in.limit() - 2;
        for (int limit : IntStream.of(split, end).distinct().toArray()) {
            in.limit(limit);
            while (handshake.turn() == Turn.RECEIVE && handshake.missing(in) == 0) {
                assertThat(handshake.receive(in)).isTrue();
            }
            if (handshake.turn() == Turn.RECEIVE) {
                assertThat(handshake.receive(in)).isFalse();
            }
        }
        assertThat(in.position()).isEqualTo(end);
        assertThat(handshake.turn()).isNotEqualTo(Turn.RECEIVE);
    }

    /** Row 7 and 11 of what must hold for clients: before the server has selected the method, nothing is secret. */
    @ParameterizedTest
    @EnumSource
    void noLoginBeforeTheSelectionUnlessToldSo(Offer offer) throws Socks5Exception {
        for (SendAhead ahead : List.of(SendAhead.NOTHING, SendAhead.ALL_BUT_LOGINS)) {
            assertThat(Buffers.hex(offer.begin().send(ahead))).doesNotContain(LOGIN, TOKEN);
        }
        assertThat(Buffers.hex(Offer.NOTHING_OR_PASSWORD.begin().send(SendAhead.ALL)))
                .doesNotContain(LOGIN);
        assertThat(Buffers.hex(offer.begin().send()))
                .isEqualTo(Buffers.hex(offer.begin().send(SendAhead.NOTHING)));
    }

    @ParameterizedTest
    @CsvSource({
        "NOTHING,  0502, the proxy selected a method that was not offered: username/password (0x02)",
        "NOTHING,  0501, the proxy selected a method that was not offered: GSSAPI (0x01)",
        "PASSWORD, 0500, the proxy selected a method that was not offered: no authentication (0x00)",
        "PASSWORD, 0580, the proxy selected a method that was not offered: method (0x80)",
        "GSSAPI,   0500, the proxy selected a method that was not offered: no authentication (0x00)",
    })
    void aServerThatSelectsSomethingElse(Offer offer, String answer, String message) throws Socks5Exception {
        ClientHandshake handshake = offer.begin();
        handshake.send(SendAhead.ALL);
        fails(handshake, answer, MalformedMessageException.class, message);
    }

    @ParameterizedTest
    @EnumSource
    void answersAreCheckedAsBefore(Offer offer) throws Socks5Exception {
        for (SendAhead ahead : SendAhead.values()) {
            ClientHandshake none = offer.begin();
            none.send(ahead);
            fails(none, "05FF", NoAcceptableMethodException.class, "the proxy accepts none of the methods offered: ");
            ClientHandshake other = offer.begin();
            other.send(ahead);
            fails(other, "0400", MalformedMessageException.class, "method selection: version 0x04 instead of 0x05");
            ClientHandshake closed = offer.begin();
            closed.send(ahead);
            assertThat(closed.closed(ByteBuffer.allocate(0)))
                    .hasMessage("the proxy closed the connection instead of selecting a method [proxy %s]", PROXY);
        }
    }

    @Test
    void refusalsAfterTheRequestWentAhead() throws Socks5Exception {
        ClientHandshake login = Offer.PASSWORD.begin();
        login.send(SendAhead.ALL);
        assertThat(login.receive(Buffers.of("0502"))).isTrue();
        fails(
                login,
                "0101",
                AuthenticationFailedException.class,
                "the proxy did not accept the user name and password");
        ClientHandshake verdict = Offer.PASSWORD.begin();
        verdict.send(SendAhead.ALL);
        assertThat(verdict.receive(Buffers.of("0502"))).isTrue();
        fails(verdict, "0700", MalformedMessageException.class, "login's answer: version 0x07");
        ClientHandshake request = Offer.NOTHING.begin();
        request.send(SendAhead.ALL_BUT_LOGINS);
        assertThat(request.receive(Buffers.of("0500"))).isTrue();
        fails(request, "05050001000000000000", RequestRejectedException.class, "the proxy rejected CONNECT (0x01)");
    }

    /** A method that promised that nothing but the verdict was missing. */
    @Test
    void answersThatMakeTheRequestWrong() throws Socks5Exception {
        GssapiProtection protection = new GssapiProtection(FakeContext.initiator("alice"), ProtectionLevel.INTEGRITY);
        for (SendAhead ahead : List.of(SendAhead.ALL_BUT_LOGINS, SendAhead.ALL)) {
            Spoken protecting = Spoken.client(0x80, Word.client("01"), Word.server("02"))
                    .verdict()
                    .protects(protection);
            Spoken asking =
                    Spoken.client(0x80, Word.server("02"), Word.client("01")).hasty();
            for (Spoken method : List.of(protecting, asking)) {
                ClientHandshake handshake = handshake(List.of(method));
                String flights = Buffers.hex(handshake.send(ahead));
                assertThat(handshake.receive(Buffers.of("0580"))).isTrue();
                if (handshake.turn() == Turn.SEND) {
                    flights += Buffers.hex(handshake.send(ahead));
                }
                assertThat(flights).endsWith(REQUEST);
                fails(
                        handshake,
                        "02",
                        MalformedMessageException.class,
                        "the proxy's answer to method (0x80) does not fit the request that was sent ahead of it"
                                + " [proxy proxy.example:1080]");
                assertThat(method.closed()).isEqualTo(1);
                assertThat(handshake.protection()).isEmpty();
            }
        }
    }

    private static <E extends Socks5Exception> void fails(
            ClientHandshake handshake, String hex, Class<E> type, String message) {
        assertThatExceptionOfType(type)
                .isThrownBy(() -> handshake.receive(Buffers.of(hex)))
                .withMessageStartingWith(message)
                .satisfies(e -> assertThat(e.proxy()).contains(PROXY));
        assertThat(handshake.turn()).isEqualTo(Turn.FAILED);
    }
}
