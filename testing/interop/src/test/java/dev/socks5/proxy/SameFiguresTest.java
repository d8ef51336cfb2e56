package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.socks5.client.RemoteListener;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5DatagramSocket;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.micrometer.Socks5ServerMetrics;
import dev.socks5.server.AccessRules;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.operation.OpenSession;
import dev.socks5.server.operation.SessionState;
import dev.socks5.server.operation.Usage;
import dev.socks5.server.operation.UserUsage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of four sessions (a tunnel, a BIND, an association and a request that is refused) as everybody has it who
 * can be asked: the list of open sessions, the reports while they run, listeners, Java Flight Recorder, metrics, the
 * access log, the sums of users and the statistics. In the package of the access log, which no other one sees.
 */
@Timeout(60)
class SameFiguresTest {

    private static final String CLOSED = "dev.socks5.Closed";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static final Pattern FIELD = Pattern.compile("(\\w+)=(\"[^\"]*\"|\\S*)");

    /** What one session has come to, as one of those has it who know. */
    private record Figures(long id, String user, String command, long up, long down, String datagrams, String reason) {}

    private record Report(long id, Usage soFar) {}

    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private final Map<Long, Figures> told = new ConcurrentSkipListMap<>();
    private final Map<Long, Duration> lifetimes = new ConcurrentSkipListMap<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @TempDir
    private Path folder;

    private final Socks5ServerListener listener = new Socks5ServerListener() {
        @Override
        public void progressed(SessionInfo session, Usage soFar) {
            reports.add(new Report(session.id(), soFar));
        }

        @Override
        public void closed(SessionInfo session, SessionEnd end) {
            told.put(
                    session.id(),
                    new Figures(
                            session.id(),
                            session.user().getName(),
                            command(session),
                            end.bytesUp(),
                            end.bytesDown(),
                            datagrams(end.datagrams()),
                            end.reason().name()));
            lifetimes.put(session.id(), end.duration());
        }
    };

    private static String command(SessionInfo session) {
        return command(session.request().command().toString());
    }

    /** As the log has it. */
    private static String command(String text) {
        return text.replaceFirst(" \\(.*", "").toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    private static String datagrams(DatagramCounts counts) {
        return counts.up() + "/" + counts.down() + "/" + counts.dropped();
    }

    @Test
    void everybodyHasTheSameFigures() throws Exception {
        AccessLog accessLog = new AccessLog(log, Clock.systemUTC(), System::nanoTime);
        Socks5ServerMetrics metrics = new Socks5ServerMetrics();
        metrics.bindTo(registry);
        ServerStatistics total;
        List<UserUsage> users;
        Path file = folder.resolve("sessions.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(CLOSED);
            recording.start();
            try (Socks5Server server = Socks5Server.builder()
                    .listen("127.0.0.1", 0)
                    .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret", "bert", "secret")))
                    .accessRule(AccessRules.builder().deny("*:81").build())
                    .progressEvery(Duration.ofMillis(10))
                    .listener(listener)
                    .listener(accessLog)
                    .listener(metrics)
                    .start()) {
                metrics.watch(server);
                tunnel(server);
                bind(server);
                association(server);
                refusal(server);
                assertThat(server.shutdown(Duration.ofSeconds(20))).isTrue();
                total = server.statistics();
                users = server.users();
                assertThat(server.sessions()).isEmpty();
            }
            recording.dump(file);
        }
        accessLog.close();
        assertThat(told.values())
                .extracting(Figures::user, Figures::command, Figures::up, Figures::down)
                .containsExactlyInAnyOrder(
                        tuple("alice", "connect", 3L, 5L),
                        tuple("alice", "bind", 2L, 4L),
                        tuple("bert", "udp-associate", 7L, 7L),
                        tuple("alice", "connect", 0L, 0L));
        assertThat(recorded(file)).isEqualTo(told);
        assertThat(logged()).isEqualTo(told);
        assertSums(total, users);
        assertMeters(total);
        registry.close();
    }

    // ------------------------------------------------------------------ four sessions

    private static Socks5Client client(Socks5Server server, String user) {
        return Socks5Client.builder()
                .proxy(server.localAddresses().get(0))
                .credentials(user, "secret")
                .build();
    }

    private void tunnel(Socks5Server server) throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 1, LOOPBACK);
                Socket near = client(server, "alice").connect("127.0.0.1", origin.getLocalPort());
                Socket far = origin.accept()) {
            exchange(near, 3, far, 5);
            assertListed(server, "alice", far.getLocalSocketAddress(), 3, 5, DatagramCounts.NONE);
        }
    }

    private void bind(Socks5Server server) throws Exception {
        try (RemoteListener listening = client(server, "alice").bind(Endpoint.of("127.0.0.1", 0));
                Socket far = new Socket(LOOPBACK, listening.address().port());
                Socket near = listening.accept()) {
            exchange(near, 2, far, 4);
            assertListed(server, "alice", far.getLocalSocketAddress(), 2, 4, DatagramCounts.NONE);
        }
    }

    private static void exchange(Socket near, int up, Socket far, int down) throws IOException {
        near.getOutputStream().write(new byte[up]);
        assertThat(far.getInputStream().readNBytes(up)).hasSize(up);
        far.getOutputStream().write(new byte[down]);
        assertThat(near.getInputStream().readNBytes(down)).hasSize(down);
    }

    private void association(Socks5Server server) throws Exception {
        try (DatagramSocket echo = new DatagramSocket(0, LOOPBACK);
                Socks5DatagramSocket near = client(server, "bert").associate()) {
            near.send(new DatagramPacket(new byte[7], 7, echo.getLocalSocketAddress()));
            DatagramPacket packet = new DatagramPacket(new byte[9], 9);
            echo.receive(packet);
            echo.send(packet);
            near.receive(packet);
            assertListed(server, "bert", null, 7, 7, new DatagramCounts(1, 1, 0, 0, 0, 0, 0));
        }
    }

    private static void refusal(Socks5Server server) {
        assertThatThrownBy(() -> client(server, "alice").connect("127.0.0.1", 81))
                .isInstanceOf(RequestRejectedException.class);
    }

    /** Once the last report has all that was moved, the list must have the same. */
    private void assertListed(
            Socks5Server server, String user, SocketAddress peer, long up, long down, DatagramCounts datagrams)
            throws InterruptedException {
        Usage all = new Usage(up, down, datagrams);
        Report report = reports.take();
        while (!report.soFar().equals(all)) {
            report = reports.take();
        }
        long id = report.id();
        List<OpenSession> listed =
                server.sessions().stream().filter(session -> session.id() == id).toList();
        assertThat(listed).singleElement().satisfies(session -> {
            assertThat(session.session().user().getName()).isEqualTo(user);
            assertThat(session.state()).isEqualTo(SessionState.RELAYING);
            assertThat(session.peer()).isEqualTo(peer);
            assertThat(session.usage()).isEqualTo(all);
            assertThat(session.age()).isPositive();
        });
    }

    // ------------------------------------------------------------------ those who can be asked

    private static Map<Long, Figures> recorded(Path file) throws IOException {
        Map<Long, Figures> all = new TreeMap<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            if (event.getEventType().getName().equals(CLOSED)) {
                long id = event.getLong("session");
                all.put(
                        id,
                        new Figures(
                                id,
                                event.getString("user"),
                                command(event.getString("command")),
                                event.getLong("bytesUp"),
                                event.getLong("bytesDown"),
                                event.getLong("datagramsUp") + "/" + event.getLong("datagramsDown") + "/"
                                        + event.getLong("datagramsDropped"),
                                event.getString("reason")));
            }
        }
        return all;
    }

    private Map<Long, Figures> logged() {
        Map<Long, Figures> all = new TreeMap<>();
        for (String line : log.toString(StandardCharsets.US_ASCII).lines().toList()) {
            Map<String, String> fields = new TreeMap<>();
            FIELD.matcher(line).results().forEach(field -> fields.put(field.group(1), field.group(2)));
            long id = Long.parseLong(fields.get("id"));
            all.put(
                    id,
                    new Figures(
                            id,
                            fields.get("user"),
                            fields.get("command"),
                            Long.parseLong(fields.get("up")),
                            Long.parseLong(fields.get("down")),
                            fields.getOrDefault("datagrams_up", "0")
                                    + "/" + fields.getOrDefault("datagrams_down", "0")
                                    + "/" + fields.getOrDefault("datagrams_dropped", "0"),
                            fields.get("close")));
        }
        return all;
    }

    private long sum(ToLongFunction<Figures> figure) {
        return told.values().stream().mapToLong(figure).sum();
    }

    private void assertSums(ServerStatistics total, List<UserUsage> users) {
        assertThat(total.bytesUp()).isEqualTo(sum(Figures::up));
        assertThat(total.bytesDown()).isEqualTo(sum(Figures::down));
        assertThat(users).filteredOn(user -> user.user() != null).hasSize(2).allSatisfy(user -> {
            ToLongFunction<Figures> up = its -> its.user().equals(user.user()) ? its.up() : 0;
            ToLongFunction<Figures> down = its -> its.user().equals(user.user()) ? its.down() : 0;
            assertThat(user.usage().bytesUp()).isEqualTo(sum(up));
            assertThat(user.usage().bytesDown()).isEqualTo(sum(down));
            assertThat(user.sessions()).isZero();
        });
    }

    private void assertMeters(ServerStatistics total) {
        assertThat(counter("socks5.server.relayed", "direction", "up")).isEqualTo((double) sum(Figures::up));
        assertThat(counter("socks5.server.relayed", "direction", "down")).isEqualTo((double) sum(Figures::down));
        assertThat(counter("socks5.server.datagrams", "direction", "up"))
                .isEqualTo((double) total.datagrams().up());
        List<Timer> timers =
                new ArrayList<>(registry.get("socks5.server.sessions").timers());
        timers.sort(Comparator.comparing(timer -> timer.getId().getTag("reason")));
        Map<String, Long> byReason = new TreeMap<>();
        long nanos = 0;
        for (Timer timer : timers) {
            nanos += Math.round(timer.totalTime(TimeUnit.NANOSECONDS));
            if (timer.count() > 0) {
                byReason.put(
                        timer.getId().getTag("reason").toUpperCase(Locale.ROOT).replace('-', '_'), timer.count());
            }
        }
        Map<String, Long> expected = new TreeMap<>();
        told.values().forEach(figures -> expected.merge(figures.reason(), 1L, Long::sum));
        assertThat(byReason).isEqualTo(expected);
        assertThat(nanos)
                .isEqualTo(
                        lifetimes.values().stream().mapToLong(Duration::toNanos).sum());
    }

    private double counter(String name, String tag, String value) {
        FunctionCounter counter = registry.get(name).tag(tag, value).functionCounter();
        return counter.count();
    }
}
