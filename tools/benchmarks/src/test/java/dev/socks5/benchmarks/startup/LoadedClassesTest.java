package dev.socks5.benchmarks.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoadedClassesTest {

    @Test
    void countsClassesBySource() {
        LoadedClasses classes = LoadedClasses.of(List.of(
                "java.lang.Object source: shared objects file",
                "java.net.Proxy source: shared objects file (top)",
                "java.net.SocksSocketImpl source: jrt:/java.base",
                "dev.socks5.client.Socks5Client source: file:/tmp/socks5-client.jar",
                "dev.socks5.client.Dialer$$Lambda/0x01 source: dev.socks5.client.Dialer",
                "dev.socks5.benchmarks.startup.OurSocks source: file:/tmp/programs/",
                "a line of another kind"));

        assertThat(classes).isEqualTo(new LoadedClasses(6, 2, 2));
        assertThat(classes.parsed()).isEqualTo(4);
    }
}
