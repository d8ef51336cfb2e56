package dev.socks5.benchmarks.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.benchmarks.startup.FreshJvm.Nanos;
import dev.socks5.server.AccessRules;
import dev.socks5.server.Socks5Server;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every program, through our server in this process. */
@Timeout(60)
class FreshJvmTest {

    private Socks5Server server;

    @TempDir
    private Path programs;

    @BeforeEach
    void start() throws IOException {
        Program.extract(programs);
        server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .accessRule(AccessRules.builder().allow("127.0.0.0/8").build())
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void takesTheTimeOfAProgramThatArrives(Program program) throws IOException {
        try (Greeter origin = new Greeter()) {
            Nanos taken = jvm(origin.address()).run(program);
            assertThat(taken.main()).isBetween(0L, taken.process());
        }
    }

    @ParameterizedTest
    @EnumSource
    void seesClassesOfTheLibraryWhereItIsUsed(Program program) throws IOException {
        try (Greeter origin = new Greeter()) {
            LoadedClasses classes = LoadedClasses.of(jvm(origin.address()).loaded(program));
            assertThat(classes.all()).isGreaterThan(100);
            assertThat(classes.parsed()).isBetween(1L, classes.all());
            assertThat(classes.ours() > 0).isEqualTo(program == Program.OURS);
        }
    }

    /** Linking a record's {@code equals}, or a concatenation, takes longer than all the rest of a first connection. */
    @Test
    void aFirstConnectionLinksNoMethodsOfRecordsAndNoText() throws IOException {
        try (Greeter origin = new Greeter()) {
            List<String> loaded = jvm(origin.address()).loaded(Program.OURS);
            assertThat(loaded).noneMatch(line -> line.startsWith("java.lang.runtime.ObjectMethods "));
            assertThat(loaded)
                    .filteredOn(line -> line.startsWith("java.lang.invoke.LambdaForm$") && line.contains(" source: _"))
                    .hasSizeLessThan(10);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "EMPTY")
    void failsWhereTheOriginDoesNotAnswer(Program program) throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            nobody = (InetSocketAddress) closed.getLocalSocketAddress();
        }
        FreshJvm jvm = jvm(nobody);
        assertThatThrownBy(() -> jvm.run(program))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(program.mainClass() + " failed: ");
    }

    private FreshJvm jvm(InetSocketAddress origin) {
        return new FreshJvm(
                Path.of(System.getProperty("java.home")),
                programs + File.pathSeparator + System.getProperty("java.class.path"),
                server.localAddresses().get(0),
                origin);
    }
}
