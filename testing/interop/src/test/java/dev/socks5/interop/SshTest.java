package dev.socks5.interop;

import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Socks5Exception;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Our client through {@code ssh -D}, to a daemon of our own, as the user who runs the test. */
class SshTest implements ClientMatrix, FlightMatrix.WithTunnel {

    @TempDir
    static Path folder;

    private Sshd sshd;
    private Daemon ssh;

    @BeforeAll
    void start() throws Exception {
        sshd = Sshd.start(folder);
        ssh = Daemon.start(port -> Program.SSH.with(
                "-N",
                "-F",
                "none",
                "-i",
                sshd.clientKey().toString(),
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
                Sshd.USER + "@127.0.0.1"));
    }

    @AfterAll
    void stop() throws Exception {
        Daemon.stop(ssh);
        Sshd.stop(sshd);
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
