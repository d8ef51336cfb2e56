package dev.socks5.micrometer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.Socks5Server;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A program that has the client and no server is measured all the same, and the other way round. */
class WithoutTheOtherTest {

    private static final Path TESTS = Path.of("target", "test-classes");
    private static final List<Class<?>> BOTH = List.of(
            Socks5ClientMetrics.class, Endpoint.class, MeterRegistry.class, KeyValue.class, ObservationRegistry.class);

    @Test
    void theClientOnTheClassPath() throws Exception {
        runOnTheClassPath(ClientAlone.class, Socks5Client.class);
    }

    @Test
    void theServerOnTheClassPath() throws Exception {
        runOnTheClassPath(ServerAlone.class, Socks5Server.class);
    }

    @Test
    void theClientOnTheModulePath() throws Exception {
        runOnTheModulePath(ClientAlone.class, Socks5Client.class);
    }

    @Test
    void theServerOnTheModulePath() throws Exception {
        runOnTheModulePath(ServerAlone.class, Socks5Server.class);
    }

    private static void runOnTheClassPath(Class<?> program, Class<?> measured) throws Exception {
        URL[] path = Stream.concat(Stream.of(TESTS.toUri()), parts(measured))
                .map(WithoutTheOtherTest::url)
                .toArray(URL[]::new);
        // The platform's loader as its parent would find the modules of this test.
        try (URLClassLoader loader = new URLClassLoader(path, null)) {
            loader.loadClass(program.getName())
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) new String[0]);
        }
    }

    private static void runOnTheModulePath(Class<?> program, Class<?> measured) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--module-path",
                        parts(measured)
                                .map(part -> Path.of(part).toString())
                                .collect(Collectors.joining(File.pathSeparator)),
                        "--patch-module",
                        "dev.socks5.micrometer=" + TESTS,
                        "--add-modules",
                        measured.getPackageName(),
                        "--module",
                        "dev.socks5.micrometer/" + program.getName())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    /** Returns where the classes are that both programs need, and those of what is measured. */
    private static Stream<URI> parts(Class<?> measured) {
        return Stream.concat(BOTH.stream(), Stream.of(measured)).map(WithoutTheOtherTest::location);
    }

    private static URI location(Class<?> type) {
        try {
            return type.getProtectionDomain().getCodeSource().getLocation().toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URL url(URI uri) {
        try {
            return uri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
