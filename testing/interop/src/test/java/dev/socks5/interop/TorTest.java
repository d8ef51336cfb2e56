package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Tor makes of messages that come together. It has no network here, because all that it may use is a proxy which
 * is not there; but it answers a look-up of an address at once.
 */
class TorTest implements FlightMatrix {

    private static final String NOBODY = "127.0.0.1:1";
    private static final String ADDRESS = "192.0.2.1";

    @TempDir
    static Path folder;

    private Daemon tor;

    @BeforeAll
    void start() throws Exception {
        Path configuration = Files.createFile(folder.resolve("torrc"));
        tor = Daemon.start(port -> Program.TOR.with(
                "-f",
                configuration.toString(),
                "--defaults-torrc",
                configuration.toString(),
                "--SocksPort",
                "127.0.0.1:" + port,
                "--DataDirectory",
                folder.resolve("data").toString(),
                "--Socks5Proxy",
                NOBODY));
    }

    @AfterAll
    void stop() throws Exception {
        Daemon.stop(tor);
    }

    @Override
    public InetSocketAddress proxy() {
        return tor.address();
    }

    @Override
    public SendingAhead row() {
        return SendingAhead.TOR;
    }

    @Override
    public Request request(int port) {
        return new Request(Command.RESOLVE, Endpoint.of(ADDRESS, 0));
    }

    @Override
    public void use(Socks5Client client) throws IOException {
        assertThat(client.resolve(ADDRESS).getHostAddress()).isEqualTo(ADDRESS);
    }

    /** It takes any login: connections with different ones do not share a circuit. */
    @Nested
    class WithLogin implements FlightMatrix.WithLogin {

        @Override
        public InetSocketAddress proxy() {
            return tor.address();
        }

        @Override
        public SendingAhead row() {
            return SendingAhead.TOR;
        }

        @Override
        public Request request(int port) {
            return TorTest.this.request(port);
        }

        @Override
        public void use(Socks5Client client) throws IOException {
            TorTest.this.use(client);
        }
    }
}
