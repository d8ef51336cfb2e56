package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.SendAhead;
import dev.socks5.server.Connector;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which bytes upstreams get before they have answered. The second of two is known by name, and played by the same. */
@Timeout(60)
class UpstreamSendAheadTest {

    private static final String LOGIN = "01 01 61 01 62";
    private static final String LOGIN_ACCEPTED = "01 00";
    private static final String TO_SECOND = RawClient.connect("inner.example", 1080);
    private static final String REQUEST = RawClient.connect("origin.example", 80);
    private static final String ZERO = "05 00 00 01 00 00 00 00 00 00";
    private static final String SUCCESS = "05 00 00 01 c0 00 02 01 9c 40";

    private final Recorder events = new Recorder();
    private RawUpstream upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = new RawUpstream();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    private Socks5Server through(Upstream first, Upstream... next) throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .connector(Connector.always(Route.through(first, next)))
                .listener(events)
                .start();
    }

    private static Upstream second(boolean login, SendAhead ahead) {
        return new Upstream(
                Endpoint.of("inner.example", 1080), login ? PasswordRequest.of("a", "b") : null, List.of(), ahead);
    }

    private static RawClient request(Socks5Server server) throws IOException {
        return new RawClient(server)
                .send(RawClient.GREETING)
                .expect(RawClient.ANONYMOUS)
                .send(REQUEST);
    }

    private String failure() throws InterruptedException {
        List<String> seen = events.until("requestFailed");
        return seen.get(seen.size() - 1);
    }

    @Test
    void nothingWithoutBeingTold() throws Exception {
        try (Socks5Server server = through(upstream.upstream());
                RawClient client = request(server)) {
            upstream.accept().expect(RawClient.GREETING).send("05 ff").expectEnd();
            client.expectFailure(0x01);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NOTHING", mode = EnumSource.Mode.EXCLUDE)
    void withoutALoginTheRequestFollowsTheGreetingAndAllAnswersMayComeAtOnce(SendAhead ahead) throws Exception {
        try (Socks5Server server = through(upstream.upstream().sendingAhead(ahead));
                RawClient client = request(server)) {
            upstream.accept().expect(RawClient.GREETING + REQUEST).send("05 00" + SUCCESS + "68 69");
            client.expect(SUCCESS + "68 69").send("2e");
            upstream.expect("2e");
        }
    }

    @Test
    void aLoginIsNotSentBeforeItIsSelectedAndTheRequestFollowsIt() throws Exception {
        Upstream hop = upstream.upstream("a", "b").sendingAhead(SendAhead.ALL_BUT_LOGINS);
        try (Socks5Server server = through(hop);
                RawClient refused = request(server)) {
            upstream.accept()
                    .expect(RawUpstream.GREETING_WITH_LOGIN)
                    .send("05 ff")
                    .expectEnd();
            refused.expectFailure(0x01);
            try (RawClient client = request(server)) {
                upstream.accept().expect(RawUpstream.GREETING_WITH_LOGIN).send("05 02");
                upstream.expect(LOGIN + REQUEST).send(LOGIN_ACCEPTED + SUCCESS);
                client.expect(SUCCESS);
            }
            try (RawClient client = request(server)) {
                upstream.accept().expect(RawUpstream.GREETING_WITH_LOGIN).send("05 00");
                upstream.expect(REQUEST).send(SUCCESS);
                client.expect(SUCCESS);
            }
        }
    }

    @Test
    void allIsTheLoginAsWellAndNothingElseIsOffered() throws Exception {
        Upstream hop = upstream.upstream("a", "b").sendingAhead(SendAhead.ALL);
        try (Socks5Server server = through(hop);
                RawClient client = request(server)) {
            upstream.accept().expect("05 01 02" + LOGIN + REQUEST).send("05 02" + LOGIN_ACCEPTED + SUCCESS);
            client.expect(SUCCESS);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "05 00, selected a method that was not offered",
        "05 ff, accepts none of the methods",
        "05 02 01 01, did not accept the user name"
    })
    void anotherAnswerThanTheOneItIsForIsAFailure(String answer, String reason) throws Exception {
        Upstream hop = upstream.upstream("a", "b").sendingAhead(SendAhead.ALL);
        try (Socks5Server server = through(hop);
                RawClient client = request(server)) {
            upstream.accept().expect("05 01 02" + LOGIN + REQUEST).send(answer);
            client.expectFailure(0x01);
            assertThat(failure())
                    .startsWith("requestFailed 1 upstream " + hop.endpoint() + ": ")
                    .contains(reason);
        }
    }

    @Test
    void ofTheUriToo() throws Exception {
        String where = upstream.upstream().endpoint().toString();
        try (Socks5Server server = through(Upstream.parse("socks5://a:b@" + where + "?sendAhead=login"));
                RawClient client = request(server)) {
            upstream.accept().expect("05 01 02" + LOGIN + REQUEST).send("05 02" + LOGIN_ACCEPTED + SUCCESS);
            client.expect(SUCCESS);
        }
    }

    /** What each of the two is sent ahead, and whether there is a login for the second. */
    @ParameterizedTest
    @CsvSource({
        "ALL_BUT_LOGINS, ALL_BUT_LOGINS, false",
        "ALL, ALL, false",
        "ALL, ALL_BUT_LOGINS, false",
        "ALL_BUT_LOGINS, ALL, true"
    })
    void throughTwoEverythingGoesInOneFlight(SendAhead ofFirst, SendAhead ofSecond, boolean login) throws Exception {
        String toSecond = login ? "05 01 02" + LOGIN : RawClient.GREETING;
        try (Socks5Server server = through(upstream.upstream().sendingAhead(ofFirst), second(login, ofSecond));
                RawClient client = request(server)) {
            upstream.accept().expect(RawClient.GREETING + TO_SECOND + toSecond + REQUEST);
            upstream.send("05 00" + ZERO + (login ? "05 02" + LOGIN_ACCEPTED : "05 00") + SUCCESS + "68 69");
            client.expect(SUCCESS + "68 69");
        }
    }

    @Test
    void theLoginForTheSecondWaitsUntilItHasSelectedThat() throws Exception {
        Upstream first = upstream.upstream().sendingAhead(SendAhead.ALL);
        try (Socks5Server server = through(first, second(true, SendAhead.ALL_BUT_LOGINS));
                RawClient refused = request(server)) {
            upstream.accept().expect(RawClient.GREETING + TO_SECOND + RawUpstream.GREETING_WITH_LOGIN);
            upstream.send("05 00" + ZERO + "05 ff").expectEnd();
            refused.expectFailure(0x01);
            try (RawClient client = request(server)) {
                upstream.accept().expect(RawClient.GREETING + TO_SECOND + RawUpstream.GREETING_WITH_LOGIN);
                upstream.send("05 00" + ZERO + "05 02").expect(LOGIN + REQUEST);
                upstream.send(LOGIN_ACCEPTED + SUCCESS);
                client.expect(SUCCESS);
            }
        }
    }

    @Test
    void aSecondThatIsSentNothingAheadWaitsForTheFirst() throws Exception {
        Upstream first = upstream.upstream().sendingAhead(SendAhead.ALL);
        try (Socks5Server server = through(first, second(false, SendAhead.NOTHING));
                RawClient refused = request(server)) {
            upstream.accept().expect(RawClient.GREETING + TO_SECOND);
            upstream.send("05 00" + "05 01 00 01 00 00 00 00 00 00").expectEnd();
            refused.expectFailure(0x01);
            try (RawClient client = request(server)) {
                upstream.accept().expect(RawClient.GREETING + TO_SECOND).send("05 00" + ZERO);
                upstream.expect(RawClient.GREETING).send("05 00").expect(REQUEST);
                upstream.send(SUCCESS);
                client.expect(SUCCESS);
            }
        }
    }

    @Test
    void aFirstThatIsSentNothingAheadIsWaitedForAndTheSecondGetsItsFlight() throws Exception {
        try (Socks5Server server = through(upstream.upstream(), second(false, SendAhead.ALL_BUT_LOGINS));
                RawClient client = request(server)) {
            upstream.accept().expect(RawClient.GREETING).send("05 00").expect(TO_SECOND);
            upstream.send(ZERO).expect(RawClient.GREETING + REQUEST);
            upstream.send("05 00" + SUCCESS);
            client.expect(SUCCESS);
        }
    }

    /** The answers to the one flight, what the client is told, and who is to blame. */
    @ParameterizedTest
    @CsvSource({
        "05 ff, 1, 1 of 2",
        "05 00 05 05 00 01 00 00 00 00 00 00, 1, 1 of 2",
        "05 00 05 00 00 01 00 00 00 00 00 00 05 ff, 1, 2 of 2",
        "05 00 05 00 00 01 00 00 00 00 00 00 05 02 01 01, 1, 2 of 2",
        "05 00 05 00 00 01 00 00 00 00 00 00 05 02 01 00 05 05 00 01 00 00 00 00 00 00, 5, 2 of 2"
    })
    void theOneThatRefusesIsNamed(String answers, int code, String which) throws Exception {
        Upstream first = upstream.upstream().sendingAhead(SendAhead.ALL_BUT_LOGINS);
        try (Socks5Server server = through(first, second(true, SendAhead.ALL));
                RawClient client = request(server)) {
            upstream.accept().expect(RawClient.GREETING + TO_SECOND + "05 01 02" + LOGIN + REQUEST);
            upstream.send(answers);
            client.expectFailure(code);
            assertThat(failure()).startsWith("requestFailed " + code + " upstream " + which + ", ");
        }
    }

    @Test
    void theOneThatEndsItIsNamed() throws Exception {
        Upstream first = upstream.upstream().sendingAhead(SendAhead.ALL);
        try (Socks5Server server = through(first, second(false, SendAhead.ALL));
                RawClient client = request(server)) {
            upstream.accept().expect(RawClient.GREETING + TO_SECOND).end();
            client.expectFailure(0x01);
            assertThat(failure()).startsWith("requestFailed 1 upstream 1 of 2, ");
        }
    }

    @Test
    void aPrivateMethodsFirstMessageIsSentAheadOnlyIfAllIs() throws Exception {
        Upstream hop =
                upstream.upstream().withMethod((proxy, command, destination) -> new PrivateLogin(1, method -> {}));
        try (Socks5Server server = through(hop.sendingAhead(SendAhead.ALL));
                RawClient client = request(server)) {
            upstream.accept().expect("05 01 80" + "07 01" + REQUEST).send("05 80" + "01 00" + SUCCESS + "68 69");
            client.expect(SUCCESS + "68 69");
        }
        try (Socks5Server server = through(hop.sendingAhead(SendAhead.ALL_BUT_LOGINS));
                RawClient client = request(server)) {
            upstream.accept().expect("05 01 80").send("05 80").expect("07 01" + REQUEST);
            upstream.send("01 00" + SUCCESS);
            client.expect(SUCCESS);
        }
        try (Socks5Server server = through(hop.sendingAhead(SendAhead.ALL_BUT_LOGINS));
                RawClient client = request(server)) {
            upstream.accept().expect("05 01 80").send("05 ff").expectEnd();
            client.expectFailure(0x01);
        }
    }

    @Test
    void ofABindAndAnAssociationToo() throws Exception {
        Upstream hop = upstream.upstream().sendingAhead(SendAhead.ALL_BUT_LOGINS);
        String bind = "05 02 00 01 7f 00 00 01 00 00";
        String associate = "05 03 00 01 00 00 00 00 00 00";
        try (Socks5Server server = through(hop);
                RawClient binding =
                        new RawClient(server).send(RawClient.GREETING + bind).expect(RawClient.ANONYMOUS)) {
            upstream.accept().expect(RawClient.GREETING + bind).send("05 00" + SUCCESS + SUCCESS + "21");
            binding.expect(SUCCESS + SUCCESS + "21");
            try (RawClient associating =
                    new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
                associating.send(associate);
                upstream.accept().expect(RawClient.GREETING + associate).send("05 00 05 00 00 01 7f 00 00 01 00 09");
                associating.expectSuccess();
            }
        }
    }
}
