package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.gssapi.GssapiAcceptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A JVM in which no descriptor is left when the first client logs in. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class GssapiWithoutDescriptorsTest {

    /** What runs in that JVM. */
    static final class FirstLogin {

        private FirstLogin() {}

        public static void main(String[] args) throws Exception {
            GssapiAcceptor.builder().keytab(Path.of("none")).build();
            List<FileInputStream> all = new ArrayList<>();
            try {
                while (true) {
                    all.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                String algorithm = Cipher.getInstance("AES/CBC/NoPadding").getAlgorithm();
                System.out.println(all.isEmpty() ? e.toString() : algorithm);
            }
        }
    }

    @Test
    void whatDecryptsTicketsIsThere() throws Exception {
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 512 && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstLogin.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEqualTo("AES/CBC/NoPadding\n");
    }
}
