package dev.socks5.examples.server;

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
import dev.socks5.server.Authenticator;
import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.Ending;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessLogTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.ofHours(1));
    private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 40_000);
    private static final String HOSTILE = "a\" outcome=ok\r\nid=99 \u001b[2J";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AccessLog log = new AccessLog(written, CLOCK);

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
                .authenticator(Authenticator.of(Map.of("alice", "secret", HOSTILE, "secret")))
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
            log.loginFailed(session);
            Duration duration = Duration.ofMillis(1_002);
            log.closed(session, new Ending(CloseReason.NOT_AUTHENTICATED, duration, 0, 0, DatagramCounts.NONE));
        } finally {
            Locale.setDefault(before);
        }
        assertThat(lines().get(0)).containsEntry("duration_ms", "1002.000");
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
                .containsEntry("close", "NOT_AUTHENTICATED")
                .doesNotContainKeys("user", "dst", "command");
    }

    @Test
    void whoAsksForNothingIsNoLine() throws Exception {
        try (Socks5Server server = start();
                Socket silent = new Socket()) {
            silent.connect(server.localAddresses().get(0));
            silent.shutdownOutput();
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(lines()).isEmpty();
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
                .containsEntry("dst", "evil.test\\x2080\\x0d\\x0aid=1\\x20\\x22\\x20x=\\x1b:80")
                .containsEntry("outcome", "04");
    }

    @Test
    void anAssociationHasItsDatagrams() {
        SessionInfo session =
                new SessionInfo(7, CLIENT, null, new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED));
        log.requested(session);
        log.listening(session, new InetSocketAddress("127.0.0.1", 5000));
        DatagramCounts datagrams = new DatagramCounts(1, 2, 3, 4, 5, 6, 7);
        log.closed(session, new Ending(CloseReason.FINISHED, Duration.ofMillis(1500), 10, 20, datagrams));
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
        log.associationMoved(session, CLIENT, new InetSocketAddress("127.0.0.1", 40_001));
        log.associationMoved(session, new InetSocketAddress("127.0.0.1", 40_001), CLIENT);
        DatagramCounts datagrams = new DatagramCounts(1, 0, 0, 0, 0, 0, 0);
        log.closed(session, new Ending(CloseReason.FINISHED, Duration.ofMillis(1500), 10, 0, datagrams));
        assertThat(lines().get(0)).containsEntry("outcome", "ok").containsEntry("moves", "2");
    }

    @Test
    void bindIsThereOnlyOnceSomebodyHasConnected() {
        Request request = new Request(Command.BIND, Endpoint.UNSPECIFIED);
        Ending ending = new Ending(CloseReason.CLIENT_LEFT, Duration.ofMillis(1), 0, 0, DatagramCounts.NONE);
        for (long id = 1; id <= 2; id++) {
            SessionInfo session = new SessionInfo(id, CLIENT, null, request);
            log.requested(session);
            log.listening(session, new InetSocketAddress("127.0.0.1", 5000));
            if (id == 2) {
                log.connected(session, CLIENT, Duration.ofMillis(2));
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
        log.closed(session, new Ending(CloseReason.REQUEST_FAILED, Duration.ofMillis(1), 0, 0, DatagramCounts.NONE));
        assertThat(lines().get(0))
                .containsEntry("outcome", "08")
                .containsEntry("reason", "malformed request")
                .doesNotContainKeys("command", "dst", "setup_ms");
    }
}
