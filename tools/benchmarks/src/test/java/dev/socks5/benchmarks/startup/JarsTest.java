package dev.socks5.benchmarks.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarsTest {

    @TempDir
    private Path project;

    @Test
    void findsThePublishedJarsAndNoOthers() throws IOException {
        Path codec = jar("socks5-codec/target/socks5-codec-1.2.0.jar", 61_400);
        Path client = jar("socks5-client/target/socks5-client-0.1.0-SNAPSHOT.jar", 900);
        jar("extensions/socks5-gssapi/target/socks5-gssapi-1.2.0.jar", 20_600);
        jar("socks5-codec/target/socks5-codec-1.2.0-sources.jar", 1);
        jar("tools/socks5-proxy/target/socks5-proxy-1.2.0.jar", 1);
        jar("socks5-codec/old/socks5-codec-1.1.0.jar", 1);

        Jars jars = Jars.below(project);

        assertThat(jars.markdown()).isEqualTo("""
                        | jar | KB |
                        |---|---|
                        | `socks5-gssapi` | 21 |
                        | `socks5-client` | 1 |
                        | `socks5-codec` | 61 |
                        """);
        assertThat(jars.classPath()).isEqualTo(client + File.pathSeparator + codec);
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Path codec = jar("socks5-codec/target/socks5-codec-1.2.0.jar", 1);
        assertThatThrownBy(() -> Jars.below(project).classPath())
                .isInstanceOf(IOException.class)
                .hasMessage("not one codec and one client: [" + codec + "]");
    }

    private Path jar(String name, int size) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[size]);
    }
}
