package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JVMs with and without the module {@code jdk.net}, which knows the users of local clients. */
@Timeout(60)
class UnixUserModuleTest {

    /** What runs in a JVM of its own: two clients come by a path, and it says who they are. */
    static final class Embedder {

        private Embedder() {}

        public static void main(String[] args) throws Exception {
            Path path = Path.of(args[0]);
            CountDownLatch accepted = new CountDownLatch(2);
            Socks5ServerListener listener = new Socks5ServerListener() {
                @Override
                public void accepted(SessionInfo session) {
                    System.out.println(session.client());
                    accepted.countDown();
                }
            };
            try (Socks5Server server =
                    Socks5Server.builder().listenUnix(path).listener(listener).start()) {
                new UnixClient(path).close();
                new UnixClient(server.localPaths().get(0)).close();
                accepted.await(10, TimeUnit.SECONDS);
            }
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void withTheModuleTheUserIsKnown() throws Exception {
        String me = "unix:" + System.getProperty("user.name");
        assertThat(run("out")).containsExactly(me, me);
        assertThat(Files.readString(folder.resolve("err"))).isEmpty();
    }

    /** The log says so once. */
    @Test
    void withoutTheModuleItIsNot() throws Exception {
        assertThat(run("out", "--limit-modules=java.base")).containsExactly("unix", "unix");
        assertThat(Files.readString(folder.resolve("err"))).containsOnlyOnce("is the module jdk.net there?");
    }

    private List<String> run(String output, String... options) throws Exception {
        String classes = Stream.of(
                        Path.of("target", "classes"),
                        Path.of("target", "test-classes"),
                        Path.of(Endpoint.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI()),
                        Path.of(org.assertj.core.api.Assertions.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI()))
                .map(Path::toString)
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                classes,
                Embedder.class.getName(),
                folder.resolve("proxy.sock").toString()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(output).toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        try {
            assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(folder.resolve(output));
    }
}
