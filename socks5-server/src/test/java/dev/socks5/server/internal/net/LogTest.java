package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Socks5Server;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What it needs is there before it is needed; {@code RunnableServerIT} has a server that is out of descriptors. */
@Timeout(60)
class LogTest {

    private final Logger logger = Logger.getLogger("dev.socks5.server");
    private final List<LogRecord> formatted = new ArrayList<>();
    private final List<LogRecord> published = new ArrayList<>();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord warning) {
            published.add(warning);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private final Handler withoutFormatter = new Handler() {
        @Override
        public void publish(LogRecord warning) {
            published.add(warning);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        handler.setFormatter(new Formatter() {
            @Override
            public String format(LogRecord warning) {
                formatted.add(warning);
                return "";
            }
        });
        logger.addHandler(withoutFormatter);
        logger.addHandler(handler);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(withoutFormatter);
        logger.removeHandler(handler);
    }

    @Test
    void theHandlersArePreparedAndNothingIsLogged() throws Exception {
        Socks5Server.builder().listen("127.0.0.1", 0).start().close();
        assertThat(formatted).hasSize(1);
        assertThat(formatted.get(0).getThrown()).isNotNull();
        assertThat(published).isEmpty();
    }

    /** What runs in a JVM of its own. */
    static final class FirstWarning {

        private FirstWarning() {}

        public static void main(String[] args) throws IOException {
            Socks5Server.builder().listen("127.0.0.1", 0).start().close();
            List<FileInputStream> all = new ArrayList<>();
            try {
                while (true) {
                    all.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                Log.warn("said with " + all.size() + " files open", e);
            }
        }
    }

    /** With the JDK's usual backend, and with the one that it has without that module. */
    @ParameterizedTest
    @ValueSource(strings = {"java.base,java.logging", "java.base"})
    @EnabledOnOs(OS.LINUX)
    void theFirstWarningIsLoggedWithoutADescriptorLeft(String modules) throws Exception {
        Path codec = Path.of(Endpoint.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 100 && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "--limit-modules=" + modules,
                        "-cp",
                        String.join(File.pathSeparator, "target/classes", "target/test-classes", codec.toString()),
                        FirstWarning.class.getName())
                .redirectErrorStream(true)
                .start();
        String logged = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(logged).contains("said", "at " + FirstWarning.class.getName() + ".main(");
        assertThat(logged.indexOf("said")).isEqualTo(logged.lastIndexOf("said"));
    }

    /** Those of an application may do anything. */
    @Test
    void aHandlerThatCannotBePreparedIsNoReasonNotToStart() throws Exception {
        handler.setFormatter(new Formatter() {
            @Override
            public String format(LogRecord warning) {
                throw new ExceptionInInitializerError("on purpose");
            }
        });
        Socks5Server.builder().listen("127.0.0.1", 0).start().close();
        assertThat(published).isEmpty();
    }
}
