package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The daemon of OpenSSH on a port of its own, for the user who runs the test, who logs in with a key. */
final class Sshd implements AutoCloseable {

    static final String USER = System.getProperty("user.name");

    /** Where a daemon that root runs keeps its processes; the package's start script would create it. */
    private static final Path PRIVILEGE_SEPARATION = Path.of("/run/sshd");

    private final Path folder;
    private final Daemon daemon;

    private Sshd(Path folder, Daemon daemon) {
        this.folder = folder;
        this.daemon = daemon;
    }

    /**
     * Starts one.
     *
     * @param folder for keys and configuration
     * @param settings further lines of the configuration
     */
    static Sshd start(Path folder, String... settings) throws Exception {
        if (USER.equals("root")) {
            Files.createDirectories(PRIVILEGE_SEPARATION);
        }
        keyPair(folder, "host");
        keyPair(folder, "id_ecdsa");
        return new Sshd(
                folder,
                Daemon.start(port -> Program.SSHD.with(
                        "-D", "-e", "-f", configuration(folder, port, settings).toString())));
    }

    private static void keyPair(Path folder, String name) throws Exception {
        Run run = Run.of(Program.SSH_KEYGEN.with(
                "-q", "-t", "ecdsa", "-N", "", "-f", folder.resolve(name).toString()));
        assertThat(run.status()).as(run.errors()).isZero();
    }

    private static Path configuration(Path folder, int port, String... settings) throws IOException {
        List<String> own = List.of(
                "Port " + port,
                "ListenAddress 127.0.0.1",
                "HostKey " + folder.resolve("host"),
                "AuthorizedKeysFile " + folder.resolve("id_ecdsa.pub"),
                "PidFile none",
                "PasswordAuthentication no",
                "PermitRootLogin prohibit-password",
                // The folder is a temporary one, which it would not trust.
                "StrictModes no",
                "UsePAM no");
        return Files.write(
                folder.resolve("sshd_config"),
                Stream.concat(own.stream(), Stream.of(settings)).toList());
    }

    InetSocketAddress address() {
        return daemon.address();
    }

    /** The private key of the user. */
    Path clientKey() {
        return folder.resolve("id_ecdsa");
    }

    /** A folder as that of the user's SSH: the private key, and a file that knows the daemon's key. */
    Path userFolder() throws IOException {
        String key = Files.readString(folder.resolve("host.pub"));
        Files.writeString(
                folder.resolve("known_hosts"), "[127.0.0.1]:" + address().getPort() + " " + key);
        return folder;
    }

    /** Kills the processes that serve connections; the daemon goes on. */
    void loseConnections() {
        daemon.endChildren();
    }

    /** Ends one that may not have been started. */
    static void stop(@Nullable Sshd sshd) throws IOException {
        if (sshd != null) {
            sshd.close();
        }
    }

    @Override
    public void close() throws IOException {
        daemon.close();
    }
}
