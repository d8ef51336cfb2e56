package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.examples.SshDynamicForward;
import dev.socks5.server.Connector;
import dev.socks5.server.Route;
import dev.socks5.server.transport.Dialer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example that is ssh -D, with the daemon of OpenSSH at its far end. */
@Timeout(60)
class SshDynamicForwardTest {

    private static final int PATIENCE_MILLIS = 20_000;

    private static Sshd sshd;
    private static OurServer proxy;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        sshd = Sshd.start(folder, "PermitOpen localhost:* 127.0.0.1:*");
        proxy = open(dialer(sshd.address()));
    }

    @AfterAll
    static void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        Sshd.stop(sshd);
    }

    private static Dialer dialer(InetSocketAddress host) throws IOException {
        return new SshDynamicForward(Sshd.USER, Endpoint.of(host), sshd.userFolder());
    }

    /** It looks nothing up: names have to be known at the far end. */
    private static OurServer open(Dialer dialer) throws IOException {
        return OurServer.with(settings -> settings.connector(Connector.always(Route.by(dialer)))
                .resolver(name -> {
                    throw new UnknownHostException(name);
                }));
    }

    private static Socks5Client client(OurServer proxy) {
        return Socks5Client.builder().proxy(proxy.address()).build();
    }

    private static ReplyCode rejection(OurServer proxy, String host, int port) {
        RequestRejectedException[] rejection = new RequestRejectedException[1];
        assertThatThrownBy(() -> client(proxy).connect(host, port).close())
                .isInstanceOfSatisfying(RequestRejectedException.class, e -> rejection[0] = e);
        return rejection[0].reply().code();
    }

    @Test
    void curlFetchesMegabytesByAName() throws Exception {
        try (Origin origin = Origin.web()) {
            Run run =
                    Run.of(Program.CURL.with("-sS", "--socks5-hostname", proxy.hostAndPort(), origin.url("localhost")));

            assertThat(run.errors()).isEmpty();
            assertThat(Origin.digest(run.output().getBytes(ISO_8859_1))).isEqualTo(Origin.digest(Origin.BODY));
        }
    }

    @Test
    void halfACloseGoesThrough() throws IOException {
        try (Origin origin = Origin.echo();
                Socket socket = client(proxy).connect("127.0.0.1", origin.port())) {
            socket.getOutputStream().write("a question ".getBytes(ISO_8859_1));
            socket.shutdownOutput();

            assertThat(socket.getInputStream().readAllBytes())
                    .asString(ISO_8859_1)
                    .isEqualTo("a question " + Origin.FAREWELL);
        }
    }

    /** As with a server that ends its answer by closing. */
    @Test
    void theEndAtTheFarEndComesFirst() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, Loopback.V4);
                Socket socket = client(proxy).connect("127.0.0.1", listener.getLocalPort());
                Socket far = listener.accept()) {
            far.getOutputStream().write('x');
            far.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).containsExactly('x');

            socket.getOutputStream().write('y');
            socket.shutdownOutput();
            assertThat(far.getInputStream().readAllBytes()).containsExactly('y');
        }
    }

    @Test
    void whatRefusesThereIsRefusedHere() throws IOException {
        try (Socket refusing = Loopback.refusing()) {
            assertThat(rejection(proxy, "127.0.0.1", refusing.getLocalPort())).isEqualTo(ReplyCode.CONNECTION_REFUSED);
        }
    }

    @Test
    void whatTheDaemonForbidsIsNotAllowed() {
        assertThat(rejection(proxy, "elsewhere.test", 80)).isEqualTo(ReplyCode.NOT_ALLOWED);
    }

    @Test
    void withoutAnSshServerTheNetworkIsUnreachable() throws IOException {
        try (Socket refusing = Loopback.refusing();
                OurServer other = open(dialer((InetSocketAddress) refusing.getLocalSocketAddress()))) {
            assertThat(rejection(other, "localhost", 80)).isEqualTo(ReplyCode.NETWORK_UNREACHABLE);
        }
    }

    /** Whoever sits in between could read along, and the far end is not the one that is meant. */
    @Test
    void aServerWithoutAKnownKeyIsNone(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("known_hosts"), "");
        Files.copy(sshd.userFolder().resolve("id_ecdsa"), folder.resolve("id_ecdsa"));
        try (OurServer other = open(new SshDynamicForward(Sshd.USER, Endpoint.of(sshd.address()), folder))) {
            assertThat(rejection(other, "localhost", 80)).isEqualTo(ReplyCode.NETWORK_UNREACHABLE);
        }
    }

    @Test
    void aResetHereIsAnEndThere() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, Loopback.V4);
                Socket socket = client(proxy).connect("127.0.0.1", listener.getLocalPort());
                Socket far = listener.accept()) {
            far.setSoTimeout(PATIENCE_MILLIS);
            socket.setSoLinger(true, 0);
            socket.close();

            assertThat(far.getInputStream().read()).isNegative();
        }
    }

    /** A client that got an end would take what it has for the whole. */
    @Test
    void aLostConnectionIsAResetAndTheNextOneIsNew() throws IOException {
        try (Origin origin = Origin.echo()) {
            try (Socket socket = client(proxy).connect("localhost", origin.port())) {
                socket.getOutputStream().write('x');
                assertThat(socket.getInputStream().read()).isEqualTo('x');
                sshd.loseConnections();

                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
            }
            try (Socket socket = client(proxy).connect("localhost", origin.port())) {
                socket.getOutputStream().write('y');
                assertThat(socket.getInputStream().read()).isEqualTo('y');
            }
        }
    }
}
