package dev.socks5.junit.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachmentTest {

    @Test
    void optionsThatForbidItAreKnown() {
        Map<String, String> usual = Map.of("EnableDynamicAgentLoading", "true", "DisableAttachMechanism", "false");
        assertThat(Attachment.forbiddenBy(usual::get)).isEmpty();
        assertThat(Attachment.forbiddenBy(Map.of("EnableDynamicAgentLoading", "false")::get))
                .hasValue("-XX:-EnableDynamicAgentLoading");
        assertThat(Attachment.forbiddenBy(Map.of("DisableAttachMechanism", "true")::get))
                .hasValue("-XX:+DisableAttachMechanism");
    }

    /** Another kind of JVM has none of them. */
    @Test
    void optionsThatAreNotThereForbidNothing() {
        assertThat(Attachment.forbiddenBy(Map.<String, String>of()::get)).isEmpty();
    }

    @Test
    void theJarIsNamedWhereItIs(@TempDir Path directory) throws Exception {
        Path jar = Files.createFile(directory.resolve("the kit.jar"));
        assertThat(Attachment.option(jar.toUri().toURL())).isEqualTo("-javaagent:" + jar);
    }

    @Test
    void whereThereIsNoJarTheOptionIsExplained(@TempDir Path directory) throws Exception {
        String explained = "-javaagent: and the path of the jar of socks5-junit";
        assertThat(Attachment.option(null)).isEqualTo(explained);
        assertThat(Attachment.option(directory.toUri().toURL())).isEqualTo(explained);
        assertThat(Attachment.option(URI.create("http://127.0.0.1/kit.jar").toURL()))
                .isEqualTo(explained);
        assertThat(Attachment.option(new java.net.URL("file:/not escaped"))).isEqualTo(explained);
    }
}
