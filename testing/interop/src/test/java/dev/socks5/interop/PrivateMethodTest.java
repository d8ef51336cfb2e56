package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.examples.PrivateMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example with a private method, each side against a peer that was written in Python from the description. */
@Timeout(120)
class PrivateMethodTest {

    private static final String TOKEN = "a token of some length";

    @BeforeAll
    static void requirePython() {
        Program.PYTHON.require();
    }

    private static List<String> example(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PrivateMethod.class.getName()));
        command.addAll(List.of(args));
        return command;
    }

    private static List<String> python(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", PySocksTest.script("private-method.py")));
        command.addAll(List.of(args));
        return command;
    }

    private static Daemon pythonServer() throws Exception {
        return Daemon.start(port -> python("serve", "" + port, TOKEN));
    }

    private static Daemon javaServer() throws Exception {
        return Daemon.start(port -> example("serve", "127.0.0.1:" + port, TOKEN));
    }

    private static Run fetch(Daemon proxy, String token, Origin origin) throws Exception {
        String there = "127.0.0.1:" + origin.port();
        return Run.of(example("fetch", "127.0.0.1:" + proxy.address().getPort(), token, there), "a question ");
    }

    @Test
    void theClientFetchesThroughAnybodysServer() throws Exception {
        try (Daemon proxy = pythonServer();
                Origin origin = Origin.echo()) {
            assertThat(fetch(proxy, TOKEN, origin)).isEqualTo(new Run(0, "a question " + Origin.FAREWELL, ""));
        }
    }

    @Test
    void theClientEndsWithStatusOneIfItIsRefused() throws Exception {
        try (Daemon proxy = pythonServer();
                Origin origin = Origin.echo()) {
            Run run = fetch(proxy, "another token", origin);

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.output()).isEmpty();
            assertThat(run.errors())
                    .startsWith("the proxy did not accept the token")
                    .doesNotContain("another");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"whole", "bytes"})
    void theServerServesAnybodysClient(String pieces) throws Exception {
        try (Daemon proxy = javaServer();
                Origin origin = Origin.echo()) {
            String port = "" + proxy.address().getPort();
            Run run = Run.of(python("fetch", port, TOKEN, "" + origin.port(), pieces), "a question ");

            assertThat(run).isEqualTo(new Run(0, "05800100 0500 a question " + Origin.FAREWELL + "\n", ""));
        }
    }

    /** What stands behind the token is not looked at any more: neither the request nor the data. */
    @ParameterizedTest
    @ValueSource(strings = {"whole", "bytes"})
    void theServerSaysNoAndCloses(String pieces) throws Exception {
        try (Daemon proxy = javaServer();
                Origin origin = Origin.echo()) {
            String port = "" + proxy.address().getPort();
            Run run = Run.of(python("fetch", port, "another", "" + origin.port(), pieces), "a question ");

            assertThat(run).isEqualTo(new Run(0, "05800101  \n", ""));
        }
    }

    @Test
    void bothSidesOfTheExampleUnderstandEachOther() throws Exception {
        try (Daemon proxy = javaServer();
                Origin origin = Origin.echo()) {
            assertThat(fetch(proxy, TOKEN, origin)).isEqualTo(new Run(0, "a question " + Origin.FAREWELL, ""));
            assertThat(fetch(proxy, "", origin).status()).isEqualTo(1);
        }
    }
}
