package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A JVM that has no IPv6, as on a host without it. */
@Timeout(120)
class WithoutIpv6Test {

    /** What runs in that JVM. */
    static final class Starter {

        private Starter() {}

        public static void main(String[] args) throws IOException {
            InetSocketAddress ipv6 = new InetSocketAddress(InetAddress.getByName("::1"), 0);
            try (Socks5Server server = Socks5Server.builder().listen(ipv6).start()) {
                System.out.println(server.localAddresses());
            } catch (IOException | RuntimeException e) {
                System.out.println(e);
            }
        }
    }

    @Test
    void anAddressThatCannotBeListenedOnIsSaidSo() throws Exception {
        Path codec = Path.of(Endpoint.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String classes = String.join(File.pathSeparator, "target/classes", "target/test-classes", codec.toString());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        classes,
                        Starter.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).startsWith("java.net.BindException: cannot listen on [::1]:0: ");
    }
}
