package dev.socks5.server.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Recording;
import jdk.jfr.Timespan;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FlightLogTest {

    private static final List<Class<? extends Event>> ALL = List.of(
            FlightEvent.Accepted.class,
            FlightEvent.Rejected.class,
            FlightEvent.Authenticated.class,
            FlightEvent.LoginFailed.class,
            FlightEvent.Requested.class,
            FlightEvent.RequestFailed.class,
            FlightEvent.Listening.class,
            FlightEvent.AssociationMoved.class,
            FlightEvent.Connected.class,
            FlightEvent.Closed.class);

    private static final String GOOD_LOGIN = "01 03 75 1b 31 06 73 65 63 72 65 74"; // "u", escape, "1"; "secret"
    private static final String BAD_LOGIN = "01 03 75 1b 31 06 77 72 6f 6e 67 21"; // the password is "wrong!"

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path file() {
        return folder.resolve("socks5.jfr");
    }

    private List<RecordedEvent> recorded(Socks5Server server) throws IOException {
        String address = Endpoint.of(server.localAddresses().get(0)).toString();
        return RecordingFile.readAllEvents(file()).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.socks5."))
                .filter(event -> address.equals(event.getString("server")))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime)) // Each thread writes by itself.
                .toList();
    }

    private static List<String> names(List<RecordedEvent> events, long session) {
        return events.stream()
                .filter(event -> event.hasField("session") && event.getLong("session") == session)
                .map(event -> event.getEventType().getName().replace("dev.socks5.", ""))
                .toList();
    }

    private static RecordedEvent only(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.socks5." + name))
                .toList();
        assertThat(found).as(name).hasSize(1);
        return found.get(0);
    }

    /** A tunnel (session 1), a refused connection, a refused request (2) and a failed login (3). */
    private static void live(Socks5Server server, Origin origin, Recorder told) throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
            try (RawClient overUserLimit = new RawClient(server)) {
                overUserLimit.expectDropped();
            }
            client.send(GOOD_LOGIN).expect("01 00");
            client.send(RawClient.connect(origin.address())).expectSuccess();
            client.send("2e 2e 2e");
            origin.take().getInputStream().readNBytes(3);
            client.reset();
        }
        told.until("closed");
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
            client.send(GOOD_LOGIN).expect("01 00");
            client.send(RawClient.connect("a\r\nb\u001b", 81)).expectFailure(0x04);
        }
        told.until("closed");
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
            client.send(BAD_LOGIN).expect("01 01").expectEnd();
        }
        told.until("closed");
    }

    private static Socks5Server start(Recorder told) throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("u\u001b1", "secret")))
                .maxConnections(1)
                .listener(told)
                .start();
    }

    @Test
    void aRecordingHasEverySessionsLife() throws Exception {
        Recorder told = new Recorder();
        try (Origin origin = new Origin();
                Socks5Server server = start(told);
                Recording recording = new Recording()) {
            recording.start(); // After the server: one can be started at any time.
            live(server, origin, told);
            recording.stop();
            recording.dump(file());
            List<RecordedEvent> events = recorded(server);

            assertThat(names(events, 1))
                    .containsExactly("Accepted", "Authenticated", "Requested", "Connected", "Closed");
            assertThat(names(events, 2))
                    .containsExactly("Accepted", "Authenticated", "Requested", "RequestFailed", "Closed");
            assertThat(names(events, 3)).containsExactly("Accepted", "LoginFailed", "Closed");
            assertThat(only(events, "Rejected").getString("reason")).isEqualTo("TOO_MANY_CONNECTIONS");

            assertThat(events).allMatch(event -> event.getStackTrace() == null);
            RecordedEvent connected = only(events, "Connected");
            String destination = Endpoint.of(origin.address()).toString();
            assertThat(connected.getString("client")).startsWith("127.0.0.1:");
            assertThat(connected.getString("user")).isEqualTo("u\\x1b1");
            assertThat(connected.getString("command")).isEqualTo("CONNECT (0x01)");
            assertThat(connected.getString("destination")).isEqualTo(destination);
            assertThat(connected.getString("peer")).isEqualTo(destination);
            assertThat(connected.getDuration("taken")).isPositive();

            assertThat(only(events, "LoginFailed").getString("reason"))
                    .isEqualTo("the user name or password is not good");
            RecordedEvent failed = only(events, "RequestFailed");
            assertThat(failed.getString("destination")).isEqualTo("a\\x0d\\x0ab\\x1b:81");
            assertThat(failed.getString("reply")).isEqualTo("host unreachable (0x04)");
            assertThat(failed.getString("reason")).isEqualTo("not a host name");

            RecordedEvent closed = events.stream()
                    .filter(event -> event.getEventType().getName().equals("dev.socks5.Closed"))
                    .findFirst()
                    .orElseThrow();
            assertThat(closed.getString("reason")).isEqualTo("BROKEN");
            assertThat(closed.getLong("bytesUp")).isEqualTo(3);
            assertThat(closed.getLong("bytesDown")).isZero();
            assertThat(closed.getDuration("lifetime")).isGreaterThan(connected.getDuration("taken"));
        }
    }

    /** A mechanism's message may name what the client has said. */
    @Test
    void theReasonForWhichALoginFailedIsEscaped() throws Exception {
        try (Recording recording = new Recording()) {
            recording.start();
            SessionInfo session =
                    new SessionInfo(1, ClientAddress.of(new InetSocketAddress("127.0.0.1", 4000)), null, null);
            new FlightLog(new InetSocketAddress("127.0.0.1", 1)).loginFailed(session, "who is a\u001b[2J\n?");
            recording.stop();
            recording.dump(file());
            RecordedEvent failed = RecordingFile.readAllEvents(file()).stream()
                    .filter(event -> "127.0.0.1:1".equals(event.getString("server")))
                    .findFirst()
                    .orElseThrow();
            assertThat(failed.getString("reason")).isEqualTo("who is a\\x1b[2J\\x0a?");
        }
    }

    @Test
    void aRecordingHasNoPasswords() throws Exception {
        Recorder told = new Recorder();
        try (Origin origin = new Origin();
                Socks5Server server = start(told);
                Recording recording = new Recording()) {
            recording.start();
            live(server, origin, told);
            recording.stop();
            recording.dump(file());
            assertThat(recorded(server)).isNotEmpty();
            assertThat(recorded(server).toString()).doesNotContain("secret", "wrong!");
            assertThat(Files.readString(file(), StandardCharsets.ISO_8859_1)).doesNotContain("secret", "wrong!");
        }
    }

    @Test
    void whatIsNotWantedIsNotRecorded() throws Exception {
        Recorder told = new Recorder();
        try (Origin origin = new Origin();
                Socks5Server server = start(told);
                Recording recording = new Recording()) {
            ALL.forEach(recording::disable);
            recording.enable(FlightEvent.LoginFailed.class);
            recording.start();
            live(server, origin, told);
            recording.stop();
            recording.dump(file());
            assertThat(recorded(server))
                    .extracting(event -> event.getEventType().getName())
                    .containsExactly("dev.socks5.LoginFailed");
        }
    }

    @Test
    void associationsAndListeningAreRecorded() throws Exception {
        FlightLog log = new FlightLog(new InetSocketAddress("127.0.0.1", 1));
        SessionInfo session = new SessionInfo(
                7,
                ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000)),
                null,
                new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED));
        try (Recording recording = new Recording()) {
            recording.start();
            log.listening(session, new InetSocketAddress("127.0.0.1", 5000));
            log.associationMoved(
                    session, new InetSocketAddress("127.0.0.1", 40_000), new InetSocketAddress("127.0.0.1", 40_001));
            log.closed(
                    session,
                    new SessionEnd(
                            CloseReason.IDLE_TIMEOUT,
                            Duration.ofSeconds(2),
                            10,
                            20,
                            new DatagramCounts(1, 2, 3, 4, 5, 6, 7)));
            recording.stop();
            recording.dump(file());
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file()).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.socks5.")
                        && event.getString("server").equals("127.0.0.1:1"))
                .toList();
        assertThat(names(events, 7)).containsExactly("Listening", "AssociationMoved", "Closed");
        assertThat(events.get(0).getString("local")).isEqualTo("127.0.0.1:5000");
        assertThat(events.get(1).getString("from")).isEqualTo("127.0.0.1:40000");
        assertThat(events.get(1).getString("to")).isEqualTo("127.0.0.1:40001");
        assertThat(events.get(2).getLong("datagramsUp")).isEqualTo(1);
        assertThat(events.get(2).getLong("datagramsDown")).isEqualTo(2);
        assertThat(events.get(2).getLong("datagramsDropped")).isEqualTo(25);
    }

    @Test
    void localClientsAndPathsAreNamed() throws Exception {
        FlightLog log = new FlightLog(UnixDomainSocketAddress.of("/run/front.sock"));
        SessionInfo session = new SessionInfo(7, new ClientAddress.Unix("al ice"), null, null);
        try (Recording recording = new Recording()) {
            recording.start();
            log.rejected(new ClientAddress.Unix(null), Socks5ServerListener.Rejection.TOO_MANY_FROM_CLIENT);
            log.connected(session, UnixDomainSocketAddress.of("/run/up\nstream.sock"), Duration.ofMillis(1));
            recording.stop();
            recording.dump(file());
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file()).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.socks5.")
                        && event.getString("server").equals("unix:/run/front.sock"))
                .toList();
        assertThat(events).extracting(event -> event.getString("client")).containsExactly("unix", "unix:al\\x20ice");
        assertThat(events.get(1).getString("peer")).isEqualTo("unix:/run/up\\x0astream.sock");
    }

    /** What tools show: names, a category, labels, units. */
    @Test
    void eventsDescribeThemselves() {
        for (Class<? extends Event> event : ALL) {
            EventType type = EventType.getEventType(event);
            assertThat(type.getName()).isEqualTo("dev.socks5." + event.getSimpleName());
            assertThat(type.getCategoryNames()).containsExactly("SOCKS5");
            assertThat(type.getLabel()).isNotNull();
            assertThat(type.getFields())
                    .as(type.getName())
                    .allSatisfy(field -> assertThat(field.getLabel()).isNotNull());
        }
        assertThat(EventType.getEventType(FlightEvent.Connected.class)
                        .getField("taken")
                        .getAnnotation(Timespan.class))
                .isNotNull();
        assertThat(EventType.getEventType(FlightEvent.Closed.class)
                        .getField("bytesUp")
                        .getAnnotation(DataAmount.class))
                .isNotNull();
    }
}
