package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Socks5Exception;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Our client through {@code ssh -D}, to a daemon of our own, as the user who runs the test. */
class SshTest implements ClientMatrix, FlightMatrix.WithTunnel {

    /** Where a daemon that root runs keeps its processes; the package's start script would create it. */
    private static final Path PRIVILEGE_SEPARATION = Path.of("/run/sshd");

    @TempDir
    static Path folder;

    private Daemon sshd;
    private Daemon ssh;

    @BeforeAll
    void start() throws Exception {
        String user = System.getProperty("user.name");
        if (user.equals("root")) {
            Files.createDirectories(PRIVILEGE_SEPARATION);
        }
        keyPair("host");
        keyPair("client");
        sshd = Daemon.start(
                port -> Program.SSHD.with("-D", "-e", "-f", configuration(port).toString()));
        ssh = Daemon.start(port -> Program.SSH.with(
                "-N",
                "-F",
                "none",
                "-i",
                file("client"),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "ExitOnForwardFailure=yes",
                "-D",
                "127.0.0.1:" + port,
                "-p",
                "" + sshd.address().getPort(),
                user + "@127.0.0.1"));
    }

    private static void keyPair(String name) throws Exception {
        Run run = Run.of(Program.SSH_KEYGEN.with("-q", "-t", "ed25519", "-N", "", "-f", file(name)));
        assertThat(run.status()).as(run.errors()).isZero();
    }

    private static Path configuration(int port) throws IOException {
        return Files.write(
                folder.resolve("sshd_config"),
                List.of(
                        "Port " + port,
                        "ListenAddress 127.0.0.1",
                        "HostKey " + file("host"),
                        "AuthorizedKeysFile " + file("client.pub"),
                        "PidFile none",
                        "PasswordAuthentication no",
                        "PermitRootLogin prohibit-password",
                        // The folder is a temporary one, which it would not trust.
                        "StrictModes no",
                        "UsePAM no"));
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    @AfterAll
    void stop() throws Exception {
        Daemon.stop(ssh);
        Daemon.stop(sshd);
    }

    @Override
    public SendingAhead row() {
        return SendingAhead.OPENSSH;
    }

    @Override
    public InetSocketAddress proxy() {
        return ssh.address();
    }

    /** It sends no reply to what it cannot do: it closes the connection. */
    @Override
    public Class<? extends Socks5Exception> rejection() {
        return MalformedMessageException.class;
    }
}
