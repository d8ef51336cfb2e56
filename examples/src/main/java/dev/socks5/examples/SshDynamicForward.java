package dev.socks5.examples;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.Connector;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.transport.DialException;
import dev.socks5.server.transport.DialRequest;
import dev.socks5.server.transport.Dialer;
import dev.socks5.server.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.DefaultConfig;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ssh -D} does: connections leave from the far end of an SSH connection, where names are looked up as well.
 * The SSH is that of sshj. For example: {@code 127.0.0.1:1080 alice@shell.example:22}, with the keys and the known
 * hosts in {@code ~/.ssh}.
 */
public final class SshDynamicForward implements Dialer {

    private static final int KEEP_ALIVE_SECONDS = 15;
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final String user;
    private final Endpoint host;
    private final Path folder;
    private @Nullable SSHClient connection;

    /**
     * Makes a dialler, which connects when it is asked for the first destination.
     *
     * @param user who logs in
     * @param host the SSH server
     * @param folder with the private keys, named as OpenSSH names them, and {@code known_hosts}
     */
    public SshDynamicForward(String user, Endpoint host, Path folder) {
        this.user = user;
        this.host = host;
        this.folder = folder;
    }

    // recipe: ssh -D in Java
    @Override
    public Transport dial(DialRequest request) throws IOException {
        Endpoint target = request.target();
        try {
            DirectConnection channel =
                    connection().newDirectConnection(target.address().toString(), target.port());
            return Transport.of(channel.getInputStream(), channel.getOutputStream(), channel);
        } catch (OpenFailException e) {
            throw new DialException(
                    switch (e.getReason()) {
                        case ADMINISTRATIVELY_PROHIBITED -> ReplyCode.NOT_ALLOWED;
                        case CONNECT_FAILED -> ReplyCode.CONNECTION_REFUSED; // or the name is not known there
                        default -> ReplyCode.GENERAL_FAILURE;
                    },
                    e.getMessage());
        }
    }
    // end of recipe

    /** One SSH connection is enough for all; if it has been lost, the next request makes a new one. */
    private synchronized SSHClient connection() throws DialException {
        try {
            if (connection == null || !connection.isConnected()) {
                connection = connect();
            }
            return connection;
        } catch (IOException e) {
            throw new DialException(ReplyCode.NETWORK_UNREACHABLE, "no SSH connection: " + e.getMessage());
        }
    }

    private SSHClient connect() throws IOException {
        DefaultConfig config = new DefaultConfig();
        config.setKeepAliveProvider(KeepAliveProvider.KEEP_ALIVE);
        SSHClient ssh = new SSHClient(config);
        try {
            ssh.loadKnownHosts(folder.resolve("known_hosts").toFile()); // a host that is not there is refused
            ssh.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
            // Or a loss may go unnoticed. Before it is connected: later would not start what sends them.
            ssh.getConnection().getKeepAlive().setKeepAliveInterval(KEEP_ALIVE_SECONDS);
            ssh.connect(host.address().toString(), host.port());
            ssh.getSocket().setTcpNoDelay(true); // or small messages wait for each other, 40 ms or so
            ssh.authPublickey(user, keys());
            return ssh;
        } catch (IOException e) {
            ssh.disconnect();
            throw e;
        }
    }

    private String[] keys() {
        return Stream.of("id_ed25519", "id_ecdsa", "id_rsa")
                .map(folder::resolve)
                .filter(Files::exists)
                .map(Path::toString)
                .toArray(String[]::new);
    }

    /**
     * Runs it until the process is told to stop.
     *
     * @param args where to listen, as HOST:PORT, and where to log in, as USER@HOST:PORT
     * @throws IOException if it cannot listen there
     */
    public static void main(String[] args) throws IOException {
        int at = args.length == 2 ? args[1].indexOf('@') : -1;
        if (at < 0) {
            System.err.println("usage: SshDynamicForward HOST:PORT USER@HOST:PORT");
            return;
        }
        Endpoint host = Endpoint.parse(args[1].substring(at + 1));
        Path folder = Path.of(System.getProperty("user.home"), ".ssh");
        Dialer there = new SshDynamicForward(args[1].substring(0, at), host, folder);
        Socks5Server server = Socks5Server.builder()
                .listen(Endpoint.parse(args[0]).toInetSocketAddress())
                .connector(Connector.always(Route.by(there)))
                .start();
        System.out.println("SOCKS5 on " + server.localAddresses());
    }
}
