package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code import java.net.*; import dev.socks5.client.*;} has to work: no name may stand for two types. */
class ApiNamesTest {

    @Test
    void clashWithNoneOfTheJdks() throws Exception {
        Path classes = Path.of(Socks5Client.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.list(classes.resolve("dev/socks5/client"))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.matches("[A-Za-z0-9]+\\.class"))
                    .map(file -> file.replace(".class", ""))
                    .toList();
            assertThat(names).contains("Socks5Client", "NoProxy");
            for (String name : names) {
                for (String other : List.of("java.net.", "javax.net.", "java.io.", "java.nio.channels.")) {
                    assertThatThrownBy(() -> Class.forName(other + name)).isInstanceOf(ClassNotFoundException.class);
                }
            }
        }
    }
}
