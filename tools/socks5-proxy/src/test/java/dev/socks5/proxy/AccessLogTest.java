package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.AccessRules;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class AccessLogTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.ofHours(1));
    private static final InetSocketAddress SOCKET = new InetSocketAddress("127.0.0.1", 40_000);
    private static final ClientAddress CLIENT = ClientAddress.of(SOCKET);
    private static final String HOSTILE = "a\" outcome=ok\r\nid=99 \u001b[2J";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicLong nanoTime = new AtomicLong();
    private final AccessLog log = new AccessLog(written, CLOCK, nanoTime::incrementAndGet);

    /** Closes the log, and reads it. */
    private List<Map<String, String>> lines() {
        log.close();
        return written.toString(StandardCharsets.US_ASCII)
                .lines()
                .map(LogfmtLine::parse)
                .toList();
    }

    private Socks5Server start() throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret", HOSTILE, "secret")))
                .accessRule(AccessRules.builder().deny("*:81").build())
                .listener(log)
                .start();
    }

    private static Socks5Client client(Socks5Server server, String user, String password) {
        return Socks5Client.builder()
                .proxy(server.localAddresses().get(0))
                .credentials(user, password)
                .build();
    }

    @Test
    void aTunnelIsOneLine() throws Exception {
        String origin;
        String client;
        try (Socks5Server server = start();
                ServerSocket listening = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            origin = Endpoint.of((InetSocketAddress) listening.getLocalSocketAddress())
                    .toString();
            try (Socket socket = client(server, "alice", "secret").connect(Endpoint.parse(origin));
                    Socket behind = listening.accept()) {
                client = "127.0.0.1:" + socket.getLocalPort();
                socket.getOutputStream().write(new byte[3]);
                behind.getInputStream().readNBytes(3);
                behind.getOutputStream().write(new byte[5]);
                socket.getInputStream().readNBytes(5);
            }
            assertThat(server.shutdown(Duration.ofSeconds(20))).isTrue();
        }
        List<Map<String, String>> lines = lines();
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0))
                .containsEntry("time", "2026-01-02T03:04:05.000Z")
                .containsEntry("id", "1")
                .containsEntry("client", client)
                .containsEntry("user", "alice")
                .containsEntry("command", "connect")
                .containsEntry("dst", origin)
                .containsEntry("peer", origin)
                .containsEntry("outcome", "ok")
                .containsEntry("up", "3")
                .containsEntry("down", "5")
                .containsEntry("close", "FINISHED")
                .doesNotContainKey("reason");
        assertThat(Double.parseDouble(lines.get(0).get("setup_ms")))
                .isPositive()
                .isLessThan(Double.parseDouble(lines.get(0).get("duration_ms")));
        assertThat(written.toString(StandardCharsets.US_ASCII)).doesNotContain("secret");
    }

    @Test
    void numbersAreInAsciiWhateverTheLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            SessionInfo session = new SessionInfo(1, CLIENT, null, null);
            log.loginFailed(session, HOSTILE);
            Duration duration = Duration.ofMillis(1_002);
            log.closed(session, new SessionEnd(CloseReason.NOT_AUTHENTICATED, duration, 0, 0, DatagramCounts.NONE));
        } finally {
            Locale.setDefault(before);
        }
        assertThat(lines().get(0)).containsEntry("duration_ms", "1002.000");
    }

    @Test
    void theReasonForWhichALoginFailedIsEscaped() {
        SessionInfo session = new SessionInfo(1, CLIENT, null, null);
        log.loginFailed(session, HOSTILE);
        Duration duration = Duration.ofMillis(2);
        log.closed(session, new SessionEnd(CloseReason.NOT_AUTHENTICATED, duration, 0, 0, DatagramCounts.NONE));
        assertThat(lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .containsEntry("outcome", "login-failed")
                        .containsEntry("reason", HOSTILE)
                        .containsEntry("id", "1"));
        assertThat(written.toString(StandardCharsets.US_ASCII)).matches("\\p{Print}+\\n");
    }

    /** Neither a user's name nor a path can forge a field. */
    @Test
    void localClientsAndUpstreamsAreNamed() {
        ClientAddress client = new ClientAddress.Unix("al ice");
        SessionInfo session = new SessionInfo(1, client, null, new Request(Command.CONNECT, Endpoint.UNSPECIFIED));
        log.requested(session);
        log.connected(session, UnixDomainSocketAddress.of("/run/a b.sock"), Duration.ofMillis(2));
        log.closed(session, ending(CloseReason.FINISHED));
        assertThat(lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .containsEntry("client", "unix:al\\x20ice")
                        .containsEntry("peer", "unix:/run/a b.sock")
                        .containsEntry("outcome", "ok"));
    }

    @Test
    void whatIsRefusedIsALineToo() throws Exception {
        try (Socks5Server server = start()) {
            assertThatThrownBy(() -> client(server, "alice", "secret").connect("127.0.0.1", 81))
                    .isInstanceOf(RequestRejectedException.class);
            assertThatThrownBy(() -> client(server, "alice", "wrong!").connect("127.0.0.1", 80))
                    .isInstanceOf(AuthenticationFailedException.class);
            assertThat(server.shutdown(Duration.ofSeconds(20))).isTrue();
        }
        List<Map<String, String>> lines = lines();
        assertThat(lines).hasSize(2);
        Map<String, String> refused = lines.get(0).get("id").equals("1") ? lines.get(0) : lines.get(1);
        Map<String, String> unknown = lines.get(0).get("id").equals("1") ? lines.get(1) : lines.get(0);
        assertThat(refused)
                .containsEntry("user", "alice")
                .containsEntry("dst", "127.0.0.1:81")
                .containsEntry("outcome", "02")
                .containsEntry("reason", "deny *:81")
                .containsEntry("close", "REQUEST_FAILED")
                .containsKey("setup_ms")
                .doesNotContainKey("peer");
        assertThat(unknown)
                .containsEntry("outcome", "login-failed")
                .containsEntry("reason", "the user name or password is not good")
                .containsEntry("close", "NOT_AUTHENTICATED")
                .doesNotContainKeys("user", "dst", "command");
    }

    @Test
    void whoLeavesWithoutARequestIsNoLine() throws Exception {
        try (Socks5Server server = start();
                Socket silent = new Socket()) {
            silent.connect(server.localAddresses().get(0));
            silent.shutdownOutput();
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
        log.closed(new SessionInfo(9, CLIENT, null, null), ending(CloseReason.BROKEN));
        assertThat(lines()).isEmpty();
    }

    private static SessionEnd ending(CloseReason reason) {
        return new SessionEnd(reason, Duration.ofMillis(1), 0, 0, DatagramCounts.NONE);
    }

    @ParameterizedTest
    @EnumSource(names = {"HANDSHAKE_TIMEOUT", "EVICTED", "MALFORMED", "SHUTDOWN", "FAULT", "NOT_AUTHENTICATED"})
    void whoIsHungUpOnBeforeARequestIsALine(CloseReason reason) {
        log.closed(new SessionInfo(7, CLIENT, new dev.socks5.server.User("alice"), null), ending(reason));
        assertThat(lines().get(0))
                .containsEntry("id", "7")
                .containsEntry("user", "alice")
                .containsEntry("outcome", "no-request")
                .containsEntry("duration_ms", "1.000")
                .containsEntry("close", reason.name())
                .doesNotContainKeys("command", "dst", "reason", "setup_ms");
    }

    @Test
    void whatIsNoSocksIsALine() throws Exception {
        try (Socks5Server server = start();
                Socket socket = new Socket()) {
            socket.connect(server.localAddresses().get(0));
            socket.getOutputStream().write("GET".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(server.shutdown(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(lines()).hasSize(1);
        assertThat(lines().get(0)).containsEntry("outcome", "no-request").containsEntry("close", "MALFORMED");
    }

    @Test
    void whatDidNotGetAsFarAsSocksHasAReason() {
        SessionInfo session = new SessionInfo(1, CLIENT, null, null);
        log.handshakeFailed(session, "no TLS on a port for TLS");
        log.closed(session, new SessionEnd(CloseReason.TLS_FAILED, Duration.ZERO, 0, 0, DatagramCounts.NONE));
        assertThat(lines().get(0))
                .containsEntry("outcome", "no-request")
                .containsEntry("reason", "no TLS on a port for TLS")
                .containsEntry("close", "TLS_FAILED");
    }

    /** Whoever sends no request can connect as often as he likes. */
    @Test
    void linesWithoutARequestAreBoundedInRate() {
        for (long id = 1; id <= AccessLog.WITHOUT_REQUEST_PER_SECOND + 5; id++) {
            log.closed(new SessionInfo(id, CLIENT, null, null), ending(CloseReason.EVICTED));
        }
        SessionInfo asks = new SessionInfo(100, CLIENT, null, new Request(Command.CONNECT, Endpoint.UNSPECIFIED));
        log.requested(asks);
        log.closed(asks, ending(CloseReason.CLIENT_LEFT));
        nanoTime.addAndGet(1_000_000_000);
        for (long id = 201; id <= 200 + AccessLog.WITHOUT_REQUEST_PER_SECOND + 1; id++) {
            log.closed(new SessionInfo(id, CLIENT, null, null), ending(CloseReason.EVICTED));
        }
        List<Map<String, String>> lines = lines();
        assertThat(lines).hasSize(23);
        assertThat(lines.get(9)).containsEntry("id", "10");
        assertThat(lines.get(10)).containsEntry("id", "100"); // It takes no part.
        assertThat(lines.get(11))
                .containsOnlyKeys("time", "outcome", "skipped")
                .containsEntry("outcome", "no-request")
                .containsEntry("skipped", "5");
        assertThat(lines.get(12)).containsEntry("id", "201");
        assertThat(lines.get(22)).containsEntry("skipped", "1");
    }

    @Test
    void aClientCannotForgeAnything() throws Exception {
        try (Socks5Server server = start()) {
            Endpoint evil = new Endpoint(new DomainName("evil.test 80\r\nid=1 \" x=\u001b"), 80);
            assertThatThrownBy(() -> client(server, HOSTILE, "secret").connect(evil))
                    .isInstanceOf(RequestRejectedException.class);
            assertThat(server.shutdown(Duration.ofSeconds(20))).isTrue();
        }
        List<Map<String, String>> lines = lines();
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0))
                .containsEntry("id", "1")
                .containsEntry("user", HOSTILE)
                .containsEntry("dst", "evil.test 80\r\nid=1 \" x=\u001b:80")
                .containsEntry("outcome", "04");
    }

    /** As it is for every other value: see {@link Logfmt}. */
    @Test
    void aNameIsEscapedOnceAndAsJson() {
        for (String name : List.of("a\\b\"", "b\u00fc", "\u0000", "plain.example")) {
            Request request = new Request(Command.CONNECT, new Endpoint(new DomainName(name), 80));
            SessionInfo session = new SessionInfo(1, CLIENT, null, request);
            log.requested(session);
            log.closed(session, ending(CloseReason.CLIENT_LEFT));
        }
        Request ipv6 = new Request(Command.CONNECT, Endpoint.parse("[::1]:80"));
        SessionInfo session = new SessionInfo(1, CLIENT, null, ipv6);
        log.requested(session);
        log.closed(session, ending(CloseReason.CLIENT_LEFT));
        log.close();
        assertThat(written.toString(StandardCharsets.US_ASCII).lines())
                .extracting(line -> line.replaceFirst(".* dst=(.*) outcome=.*", "$1"))
                .containsExactly(
                        "\"a\\\\b\\\":80\"", "\"b\\u00fc:80\"", "\"\\u0000:80\"", "plain.example:80", "[::1]:80");
    }

    @Test
    void anAssociationHasItsDatagrams() {
        SessionInfo session =
                new SessionInfo(7, CLIENT, null, new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED));
        log.requested(session);
        log.listening(session, new InetSocketAddress("127.0.0.1", 5000));
        DatagramCounts datagrams = new DatagramCounts(1, 2, 3, 4, 5, 6, 7);
        log.closed(session, new SessionEnd(CloseReason.FINISHED, Duration.ofMillis(1500), 10, 20, datagrams));
        assertThat(lines().get(0))
                .doesNotContainKey("moves")
                .containsEntry("command", "udp-associate")
                .containsEntry("outcome", "ok")
                .containsEntry("duration_ms", "1500.000")
                .containsEntry("up", "10")
                .containsEntry("down", "20")
                .containsEntry("datagrams_up", "1")
                .containsEntry("datagrams_down", "2")
                .containsEntry("datagrams_dropped", "25")
                .containsKey("setup_ms");
    }

    @Test
    void anAssociationHasItsMoves() {
        SessionInfo session =
                new SessionInfo(7, CLIENT, null, new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED));
        log.requested(session);
        log.listening(session, new InetSocketAddress("127.0.0.1", 5000));
        log.associationMoved(session, SOCKET, new InetSocketAddress("127.0.0.1", 40_001));
        log.associationMoved(session, new InetSocketAddress("127.0.0.1", 40_001), SOCKET);
        DatagramCounts datagrams = new DatagramCounts(1, 0, 0, 0, 0, 0, 0);
        log.closed(session, new SessionEnd(CloseReason.FINISHED, Duration.ofMillis(1500), 10, 0, datagrams));
        assertThat(lines().get(0)).containsEntry("outcome", "ok").containsEntry("moves", "2");
    }

    @Test
    void bindIsThereOnlyOnceSomebodyHasConnected() {
        Request request = new Request(Command.BIND, Endpoint.UNSPECIFIED);
        SessionEnd ending = new SessionEnd(CloseReason.CLIENT_LEFT, Duration.ofMillis(1), 0, 0, DatagramCounts.NONE);
        for (long id = 1; id <= 2; id++) {
            SessionInfo session = new SessionInfo(id, CLIENT, null, request);
            log.requested(session);
            log.listening(session, new InetSocketAddress("127.0.0.1", 5000));
            if (id == 2) {
                log.connected(session, SOCKET, Duration.ofMillis(2));
            }
            log.closed(session, ending);
        }
        assertThat(lines())
                .extracting(line -> line.get("command") + " " + line.get("outcome") + " " + line.get("setup_ms"))
                .containsExactly("bind none null", "bind ok 2.000");
    }

    @Test
    void aLookUpIsALine() throws Exception {
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .torResolve()
                        .resolver(name -> List.of(InetAddress.getByName("192.0.2.1")))
                        .listener(log)
                        .start();
                Socket socket = new Socket()) {
            socket.connect(server.localAddresses().get(0));
            socket.getOutputStream().write(new byte[] {5, 1, 0, 5, (byte) 0xF0, 0, 3, 1, 'x', 0, 0});
            assertThat(socket.getInputStream().readNBytes(12)).startsWith(5, 0, 5, 0);
            socket.shutdownOutput();
            assertThat(server.shutdown(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(lines().get(0))
                .containsEntry("command", "resolve")
                .containsEntry("dst", "x:0")
                .containsEntry("outcome", "ok")
                .containsEntry("close", "FINISHED");
    }

    /** Such a request fails before anybody knows what it was. */
    @Test
    void aRequestThatCannotBeReadIsALine() {
        SessionInfo session = new SessionInfo(7, CLIENT, null, null);
        log.requestFailed(session, ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED, "malformed request");
        log.closed(
                session, new SessionEnd(CloseReason.REQUEST_FAILED, Duration.ofMillis(1), 0, 0, DatagramCounts.NONE));
        assertThat(lines().get(0))
                .containsEntry("outcome", "08")
                .containsEntry("reason", "malformed request")
                .doesNotContainKeys("command", "dst", "setup_ms");
    }
}
