package dev.socks5.client.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectPhase;
import dev.socks5.client.ConnectTimes;
import dev.socks5.client.ConnectTimes.ProxyTimes;
import dev.socks5.client.ScriptedProxy;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

    private static final List<Class<? extends Event>> ALL =
            List.of(FlightEvent.Connecting.class, FlightEvent.Connected.class, FlightEvent.ConnectFailed.class);

    private static final Endpoint FIRST = Endpoint.of("192.0.2.1", 1080);
    private static final Endpoint SECOND = Endpoint.of("proxy.example", 1082);
    private static final ConnectAttempt ATTEMPT =
            new ConnectAttempt(1_000_000, Request.connect(Endpoint.of("origin.example", 443)), List.of(FIRST, SECOND));

    private final FlightLog log = new FlightLog();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private interface Life {
        void live() throws Exception;
    }

    private Path file() {
        return folder.resolve("socks5.jfr");
    }

    private List<RecordedEvent> recorded(Life life) throws Exception {
        try (Recording recording = new Recording()) {
            recording.start();
            life.live();
            recording.stop();
            return events(recording);
        }
    }

    private List<RecordedEvent> events(Recording recording) throws IOException {
        recording.dump(file());
        return RecordingFile.readAllEvents(file()).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.socks5.client."))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime)) // Each thread writes by itself.
                .toList();
    }

    private static List<String> names(List<RecordedEvent> events) {
        return events.stream()
                .map(event -> event.getEventType().getName().replace("dev.socks5.client.", ""))
                .toList();
    }

    private static ScriptedProxy loggingIn(ScriptedProxy.Script last) throws IOException {
        return new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.LOGIN_SELECTED);
            client.readLogin();
            last.play(client);
            client.awaitEnd();
        });
    }

    private static Socks5Client client(ScriptedProxy proxy) {
        return proxy.clientBuilder().credentials("user", "secret-1").build();
    }

    /** Of a client that nobody listens to; with and without waiting. */
    @Test
    void aRecordingHasEveryAttempt() throws Exception {
        try (ScriptedProxy good = loggingIn(client -> {
                    client.send(ScriptedProxy.LOGIN_ACCEPTED);
                    client.readRequest();
                    client.send(ScriptedProxy.SUCCESS);
                });
                ScriptedProxy bad = loggingIn(client -> client.send("01 01"))) {
            Socks5Client before = client(good);
            List<RecordedEvent> events = recorded(() -> {
                before.connect("origin.example", 443).close();
                assertThatThrownBy(() ->
                                client(bad).connectAsync("origin.example", 443).get(15, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(AuthenticationFailedException.class);
            });
            assertThat(names(events)).containsExactly("Connecting", "Connected", "Connecting", "ConnectFailed");
            assertThat(events).allSatisfy(event -> {
                assertThat(event.getString("command")).isEqualTo("CONNECT (0x01)");
                assertThat(event.getString("destination")).isEqualTo("origin.example:443");
            });
            assertThat(events.get(1).getLong("attempt")).isEqualTo(events.get(0).getLong("attempt"));
            assertThat(events.get(3).getLong("attempt")).isEqualTo(events.get(2).getLong("attempt"));
            assertThat(events.get(1).getString("proxies"))
                    .isEqualTo(Endpoint.of(good.address()).toString());
            assertThat(events.get(1).getDuration("total")).isPositive();
            assertThat(events.get(3).getString("phase")).isEqualTo("NEGOTIATION");
            assertThat(events.get(3).getString("proxy"))
                    .isEqualTo(Endpoint.of(bad.address()).toString());
            assertThat(events.toString()).doesNotContain("secret-1");
            assertThat(Files.readString(file(), StandardCharsets.ISO_8859_1)).doesNotContain("secret-1");
            for (int connecting : new int[] {0, 2}) {
                assertThat(events.get(connecting).getStackTrace().getFrames())
                        .as("the code that wants the connection")
                        .anyMatch(frame -> frame.getMethod().getType().getName().equals(FlightLogTest.class.getName()));
            }
            assertThat(events.get(1).getStackTrace()).isNull();
            assertThat(events.get(3).getStackTrace()).isNull();
        }
    }

    @Test
    void thePhasesOfAllProxiesAreAddedUp() throws Exception {
        List<RecordedEvent> events = recorded(() -> log.connected(
                ATTEMPT,
                new ConnectTimes(
                        Duration.ofNanos(1),
                        Duration.ofNanos(2),
                        List.of(
                                new ProxyTimes(FIRST, Duration.ofNanos(3), Duration.ofNanos(5), Duration.ofNanos(7)),
                                new ProxyTimes(
                                        SECOND, Duration.ofNanos(10), Duration.ofNanos(20), Duration.ofNanos(30))),
                        Duration.ofNanos(100))));
        RecordedEvent connected = events.get(0);
        assertThat(connected.getLong("attempt")).isEqualTo(1_000_000);
        assertThat(connected.getString("proxies")).isEqualTo("192.0.2.1:1080, proxy.example:1082");
        assertThat(connected.getLong("lookUp")).isEqualTo(1);
        assertThat(connected.getLong("dial")).isEqualTo(2);
        assertThat(connected.getLong("tls")).isEqualTo(13);
        assertThat(connected.getLong("negotiation")).isEqualTo(25);
        assertThat(connected.getLong("request")).isEqualTo(37);
        assertThat(connected.getLong("total")).isEqualTo(100);
    }

    /** A factory's socket, or a method, may say anything; what a supplier of logins says may be a secret. */
    @Test
    void reasonsAreEscapedAndThoseOfOthersLeftOut() throws Exception {
        List<RecordedEvent> events = recorded(() -> {
            for (Throwable cause : List.of(
                    new IOException("who is a\u001b[2J\n\u20ac?"), new IllegalStateException("no entry secret-2"))) {
                log.failed(
                        ATTEMPT,
                        new ConnectFailure(ConnectPhase.LOOK_UP, Optional.empty(), cause, Duration.ofNanos(5)));
            }
        });
        assertThat(events)
                .extracting(event -> event.getString("reason"))
                .containsExactly(
                        "java.io.IOException: who is a\\x1b[2J\\x0a\\u20ac?", "java.lang.IllegalStateException");
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getString("proxy")).isNull();
            assertThat(event.getString("phase")).isEqualTo("LOOK_UP");
            assertThat(event.getLong("total")).isEqualTo(5);
        });
    }

    @Test
    void whatIsNotWantedIsNotRecorded() throws Exception {
        for (Class<? extends Event> wanted : ALL) {
            try (Recording recording = new Recording()) {
                ALL.forEach(recording::disable);
                recording.enable(wanted);
                recording.start();
                assertThat(new ConnectEvents(List.of(), System::nanoTime).areWanted())
                        .isTrue();
                log.connecting(ATTEMPT);
                log.connected(ATTEMPT, new ConnectTimes(Duration.ZERO, Duration.ZERO, List.of(), Duration.ZERO));
                log.failed(
                        ATTEMPT,
                        new ConnectFailure(ConnectPhase.DIAL, Optional.empty(), new IOException(), Duration.ZERO));
                recording.stop();
                assertThat(names(events(recording))).containsExactly(wanted.getSimpleName());
            }
        }
        assertThat(new ConnectEvents(List.of(), System::nanoTime).areWanted()).isFalse();
    }

    /** What tools show: names, a category, labels, units. */
    @Test
    void eventsDescribeThemselves() {
        for (Class<? extends Event> event : ALL) {
            EventType type = EventType.getEventType(event);
            assertThat(type.getName()).isEqualTo("dev.socks5.client." + event.getSimpleName());
            assertThat(type.getCategoryNames()).containsExactly("SOCKS5");
            assertThat(type.getLabel()).isNotNull();
            assertThat(type.getFields())
                    .as(type.getName())
                    .allSatisfy(field -> assertThat(field.getLabel()).isNotNull());
        }
        assertThat(EventType.getEventType(FlightEvent.Connected.class)
                        .getField("total")
                        .getAnnotation(Timespan.class))
                .isNotNull();
    }
}
