package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Our client by TLS through microsocks, which knows none: other programs stand before it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientTlsTest {

    private static final String USER = "alice";
    private static final String PASSWORD = "s3cret";

    private final Authority authority = new Authority();
    private SSLContext trusting;
    private Path certificate;
    private Daemon microsocks;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        trusting = authority.context();
        certificate = Authority.write(authority.issue("A proxy", "127.0.0.1"), directory.resolve("proxy.pem"));
        microsocks = Daemon.start(
                port -> Program.MICROSOCKS.with("-i", "127.0.0.1", "-p", "" + port, "-u", USER, "-P", PASSWORD));
    }

    @AfterAll
    void stop() throws IOException {
        Daemon.stop(microsocks);
    }

    /** What holds behind any program that speaks TLS. */
    abstract class Front implements ClientMatrix {

        private Daemon front;

        abstract List<String> command(int port, Path directory) throws IOException;

        @BeforeAll
        void start(@TempDir Path directory) throws Exception {
            front = Daemon.start(port -> command(port, directory));
        }

        @AfterAll
        void stop() throws IOException {
            Daemon.stop(front);
        }

        @Override
        public InetSocketAddress proxy() {
            return front.address();
        }

        @Override
        public Socks5ClientBuilder client() {
            return ClientMatrix.super
                    .client()
                    .credentials(USER, PASSWORD)
                    .requireLogin()
                    .tls(trusting);
        }

        @Override
        public void talk(Socket socket) throws IOException {
            Echo.checkByTurns(socket);
        }

        @Test
        void doesNotGoOnWithoutTrust() throws Exception {
            Socks5Client client = client().tls(new Authority().context()).build();
            assertThatThrownBy(() -> client.connect("localhost", 80)).isInstanceOf(SSLException.class);
        }

        @Test
        void reachesASecondProxyByTlsInsideTls() throws IOException {
            Socks5Client twice = client().build().through(client().build());
            try (Origin origin = Origin.echo();
                    Socket socket = twice.connect("localhost", origin.port())) {
                talk(socket);
            }
        }
    }

    @Nested
    class ThroughStunnel extends Front {
        @Override
        List<String> command(int port, Path directory) throws IOException {
            Path configuration = directory.resolve("stunnel.conf");
            Files.writeString(
                    configuration, """
                    foreground = yes
                    pid =
                    [socks]
                    accept = 127.0.0.1:%d
                    connect = 127.0.0.1:%d
                    cert = %s
                    """.formatted(port, microsocks.address().getPort(), certificate));
            return Program.STUNNEL.with(configuration.toString());
        }
    }

    @Nested
    class ThroughSocat extends Front {
        @Override
        List<String> command(int port, Path directory) {
            return Program.SOCAT.with(
                    "-t20",
                    "OPENSSL-LISTEN:" + port + ",bind=127.0.0.1,reuseaddr,fork,verify=0,cert=" + certificate,
                    "TCP:127.0.0.1:" + microsocks.address().getPort());
        }
    }
}
