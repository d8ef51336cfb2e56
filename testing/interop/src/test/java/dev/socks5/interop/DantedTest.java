package dev.socks5.interop;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our client through Dante. Only without a login: Dante checks logins against the system's accounts, or by PAM, and a
 * test creates neither.
 */
class DantedTest implements RelayMatrix, FlightMatrix.WithTunnel {

    @TempDir
    static Path folder;

    private Daemon danted;

    @BeforeAll
    void start() throws Exception {
        danted = Daemon.start(on(folder));
    }

    @AfterAll
    void stop() throws Exception {
        Daemon.stop(danted);
    }

    @Override
    public SendingAhead row() {
        return SendingAhead.DANTED;
    }

    @Override
    public InetSocketAddress proxy() {
        return danted.address();
    }

    @Nested
    class BetweenOurs extends ChainMatrix {

        @Override
        Upstream middle() {
            return new Upstream(Endpoint.of(danted.address()), null);
        }
    }

    /** Gives its command line, with its configuration in a folder. */
    static Daemon.Command on(Path folder) {
        return port -> Program.DANTED.with("-f", configuration(folder, port).toString(), "-N", "1");
    }

    private static Path configuration(Path folder, int port) throws IOException {
        String user = System.getProperty("user.name");
        String loopback = NetworkInterface.getByInetAddress(Loopback.V4).getName();
        return Files.write(
                folder.resolve("danted.conf"),
                List.of(
                        "logoutput: stderr",
                        "internal: 127.0.0.1 port = " + port,
                        "external: " + loopback,
                        "clientmethod: none",
                        "socksmethod: none",
                        "user.privileged: " + user,
                        "user.unprivileged: " + user,
                        "client pass { from: 0/0 to: 0/0 }",
                        "socks pass { from: 0/0 to: 0/0 }"));
    }
}
