package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A JVM without the module {@code jdk.jfr} that has a client. */
@Timeout(60)
class FlightRecorderModuleTest {

    /** What runs there. */
    static final class User {

        private User() {}

        public static void main(String[] args) throws Exception {
            int port;
            try (ServerSocket gone = new ServerSocket(0)) {
                port = gone.getLocalPort();
            }
            Socks5ClientListener listener = new Socks5ClientListener() {
                @Override
                public void failed(ConnectAttempt attempt, ConnectFailure failure) {
                    System.out.print("failed: " + failure.phase());
                }
            };
            Socks5ClientBuilder builder = Socks5Client.builder().proxy("127.0.0.1", port);
            for (Socks5Client client : new Socks5Client[] {
                builder.build(), builder.listener(listener).build()
            }) {
                try {
                    client.connect("origin.example", 80).close();
                } catch (IOException e) {
                    System.out.print(e.getClass().getSimpleName() + "; ");
                }
            }
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void connectsAndTellsListeners() throws Exception {
        Path loaded = folder.resolve("loaded");
        assertThat(run(
                        "-Xlog:class+load:file=" + loaded,
                        "--limit-modules=dev.socks5.client",
                        "-p",
                        classes() + File.pathSeparator + codec(),
                        "--patch-module=dev.socks5.client=" + Path.of("target", "test-classes"),
                        "-m",
                        "dev.socks5.client/" + User.class.getName()))
                .isEqualTo("ConnectException; failed: DIALConnectException; ");
        assertThat(Files.readString(loaded))
                .contains("dev.socks5.client.internal.report.JavaFlightRecorder ")
                .doesNotContain("internal.report.FlightLog", "internal.report.FlightEvent", "jdk.jfr");
    }

    private static Path classes() {
        return Path.of("target", "classes");
    }

    private static Path codec() throws Exception {
        return Path.of(Endpoint.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1");
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(40, TimeUnit.SECONDS))
                    .as(Files.readString(output))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }
}
