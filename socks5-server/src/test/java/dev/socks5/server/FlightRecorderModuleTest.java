package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JVMs that embed a server, with and without the module {@code jdk.jfr}. */
@Timeout(60)
class FlightRecorderModuleTest {

    /** What runs in a JVM of its own: it relays a few bytes, and names {@code jdk.jfr} only if told to record. */
    static final class Embedder {

        private Embedder() {}

        public static void main(String[] args) throws Exception {
            if (args.length == 0) {
                relay();
            } else {
                Recorded.relay(Path.of(args[0]));
            }
        }

        static void relay() throws Exception {
            CountDownLatch over = new CountDownLatch(1);
            Socks5ServerListener end = new Socks5ServerListener() {
                @Override
                public void closed(SessionInfo session, SessionEnd end) {
                    over.countDown();
                }
            };
            try (ServerSocket origin = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                    Socks5Server server = Socks5Server.builder()
                            .listen("127.0.0.1", 0)
                            .listener(end)
                            .start()) {
                InetSocketAddress proxy = server.localAddresses().get(0);
                try (Socket client = new Socket(proxy.getAddress(), proxy.getPort())) {
                    String port = "%04x".formatted(origin.getLocalPort());
                    client.getOutputStream().write(HexFormat.of().parseHex("0501000501" + "00017f000001" + port));
                    byte[] answers = client.getInputStream().readNBytes(2 + 10);
                    try (Socket accepted = origin.accept()) {
                        accepted.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                    }
                    String relayed = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                    System.out.print("reply " + answers[3] + ", relayed " + relayed);
                }
                System.out.print(over.await(10, TimeUnit.SECONDS) ? ", and over\n" : "");
            }
        }
    }

    /** A class of its own, because it cannot be loaded without the module. */
    static final class Recorded {

        private Recorded() {}

        static void relay(Path file) throws Exception {
            try (Recording recording = new Recording()) {
                recording.start();
                Embedder.relay();
                recording.stop();
                recording.dump(file);
            }
        }
    }

    private static final String SERVED = "reply 0, relayed hello, and over\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void onTheClassPathWithoutTheModule() throws Exception {
        assertServesWithout(
                run("--limit-modules=java.base", "-cp", path(classes(), tests(), codec()), Embedder.class.getName()));
    }

    @Test
    void onTheModulePathWithoutTheModule() throws Exception {
        assertServesWithout(run(modular(List.of("--limit-modules=dev.socks5.server"), List.of())));
    }

    /** No module here names it, except as one that can be missing: the JDK's own services bring it. */
    @Test
    void onTheModulePathOfAFullJdkTheEventsAreRecorded() throws Exception {
        assertEventsAreRecorded(modular(List.of(), List.of(file().toString())));
    }

    @Test
    void onTheClassPathOfAFullJdkTheEventsAreRecorded() throws Exception {
        assertEventsAreRecorded("-cp", path(classes(), tests(), codec()), Embedder.class.getName(), file().toString());
    }

    private void assertServesWithout(String output) throws IOException {
        assertThat(output).isEqualTo(SERVED);
        assertThat(Files.readString(loaded()))
                .contains("dev.socks5.server.internal.report.JavaFlightRecorder ")
                .doesNotContain("internal.report.FlightLog", "internal.report.FlightEvent", "jdk.jfr");
    }

    private void assertEventsAreRecorded(String... command) throws Exception {
        assertThat(run(command)).contains(SERVED);
        assertThat(RecordingFile.readAllEvents(file()))
                .extracting(event -> event.getEventType().getName())
                .contains("dev.socks5.Accepted", "dev.socks5.Connected", "dev.socks5.Closed");
    }

    private Path file() {
        return folder.resolve("socks5.jfr");
    }

    private Path loaded() {
        return folder.resolve("loaded");
    }

    private static String[] modular(List<String> options, List<String> arguments) throws Exception {
        String main = "dev.socks5.server/" + Embedder.class.getName();
        List<String> own = List.of("-p", path(classes(), codec()), "--patch-module=dev.socks5.server=" + tests());
        return Stream.of(options, own, List.of("-m", main), arguments)
                .flatMap(List::stream)
                .toArray(String[]::new);
    }

    private static String path(Path... entries) {
        return String.join(
                File.pathSeparator, Stream.of(entries).map(Path::toString).toList());
    }

    private static Path classes() {
        return Path.of("target", "classes");
    }

    private static Path tests() {
        return Path.of("target", "test-classes");
    }

    private static Path codec() throws Exception {
        return Path.of(Endpoint.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    /** Runs a JVM that tells which classes it loads. */
    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-Xlog:class+load:file=" + loaded()));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(Duration.ofSeconds(40).toMillis(), TimeUnit.MILLISECONDS))
                    .as(Files.readString(output))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }
}
