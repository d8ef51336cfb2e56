package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.SendAhead;
import dev.socks5.server.Connector;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.TlsPeers;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.Upstream;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that are reached by TLS: servers of our own. */
@Timeout(60)
class UpstreamTlsTest {

    private static final Authority AUTHORITY = TlsPeers.AUTHORITY;
    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private final Recorder events = new Recorder();

    /** A server whose requests go through these. */
    private Socks5Server through(Upstream... upstreams) throws IOException {
        return builder(upstreams).start();
    }

    private Socks5ServerBuilder builder(Upstream... upstreams) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(events)
                .connector(Connector.always(
                        Route.through(upstreams[0], Arrays.copyOfRange(upstreams, 1, upstreams.length))));
    }

    private static Socks5Server upstream(String... names) throws Exception {
        return upstream(AUTHORITY.issue("upstream", names));
    }

    private static Socks5Server upstream(HeldCertificate certificate) throws Exception {
        return Socks5Server.builder()
                .listenTls(TlsPeers.ANY_PORT, AUTHORITY.context(certificate))
                .start();
    }

    private static Upstream at(String host, Socks5Server server) {
        return new Upstream(Endpoint.of(host, server.localAddresses().get(0).getPort()), null);
    }

    private static Upstream byTls(String host, Socks5Server server) {
        return at(host, server).overTls(TlsPeers.clientContext());
    }

    private static void carries(RawClient client, Socket far) throws Exception {
        byte[] megabyte = new byte[1 << 20];
        new Random(1).nextBytes(megabyte);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                client.send(megabyte);
                client.socket().shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(far.getInputStream().readAllBytes()).isEqualTo(megabyte);
        sending.get();
        far.getOutputStream().write(Arrays.copyOf(megabyte, 300_000));
        far.close();
        assertThat(client.read(300_000)).isEqualTo(Arrays.copyOf(megabyte, 300_000));
        client.expectEnd();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void connectsThroughOne(String host) throws Exception {
        try (Socks5Server upstream = upstream(host);
                Socks5Server server = through(byTls(host, upstream));
                Origin origin = new Origin();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            carries(client, origin.take());
            assertThat(events.until("closed")).last().isEqualTo("closed 1048576 300000 FINISHED");
        }
    }

    /** By TLS, then without, then by TLS: and TLS inside TLS, whatever is sent ahead. */
    @ParameterizedTest
    @EnumSource(SendAhead.class)
    void connectsThroughSeveral(SendAhead ahead) throws Exception {
        try (Socks5Server first = upstream("localhost");
                Socks5Server second =
                        Socks5Server.builder().listen("127.0.0.1", 0).start();
                Socks5Server third = upstream("127.0.0.1");
                Socks5Server last = upstream("localhost");
                Socks5Server server = through(
                        byTls("localhost", first).sendingAhead(ahead),
                        at("127.0.0.1", second).sendingAhead(ahead),
                        byTls("127.0.0.1", third).sendingAhead(ahead),
                        byTls("localhost", last).sendingAhead(ahead));
                Origin origin = new Origin();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            carries(client, origin.take());
        }
    }

    @Test
    void bindsThroughOne() throws Exception {
        try (Socks5Server upstream = upstream("localhost");
                Socks5Server server = through(byTls("localhost", upstream));
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            InetSocketAddress bound =
                    client.send("05 02 00 01 7f 00 00 01 00 00").readReply();
            try (Socket peer = new Socket()) {
                peer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), bound.getPort()));
                client.expectSuccess();
                peer.getOutputStream().write(PING);
                assertThat(client.read(4)).isEqualTo(PING);
            }
        }
    }

    @Test
    void associatesThroughTwo() throws Exception {
        try (Socks5Server first = upstream("localhost");
                Socks5Server second = upstream("localhost");
                Socks5Server server = through(byTls("localhost", first), byTls("localhost", second));
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(Endpoint.of(origin.address()), PING);
            origin.expect(PING);
        }
    }

    private void fails(Upstream upstream, String reason) throws Exception {
        try (Socks5Server server = through(upstream);
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(RawClient.connect("origin.example", 80))
                    .expectFailure(1);
            assertThat(events.until("requestFailed"))
                    .last()
                    .asString()
                    .startsWith("requestFailed 1 upstream " + upstream.endpoint() + ": TLS: " + reason);
        }
    }

    @Test
    void aNameThatTheCertificateDoesNotHaveIsRefused() throws Exception {
        try (Socks5Server upstream = upstream("other.example")) {
            fails(byTls("localhost", upstream), "the certificate is not good: No ");
            fails(byTls("127.0.0.1", upstream), "the certificate is not good: No ");
        }
    }

    @Test
    void aCertificateThatNobodyTrustsIsRefused() throws Exception {
        SSLContext stranger = new Authority().context();
        try (Socks5Server upstream = upstream("localhost")) {
            fails(at("localhost", upstream).overTls(stranger), "the certificate is not good: ");
        }
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        try (Socks5Server upstream = upstream(AUTHORITY.issueExpired("upstream", "localhost"))) {
            fails(byTls("localhost", upstream), "the certificate is not good: ");
        }
    }

    @Test
    void anUpstreamWithoutTlsFails() throws Exception {
        try (Socks5Server upstream =
                Socks5Server.builder().listen("127.0.0.1", 0).start()) {
            try (Socks5Server server = through(byTls("127.0.0.1", upstream));
                    RawClient client = new RawClient(server)) {
                client.send(RawClient.GREETING)
                        .expect(RawClient.ANONYMOUS)
                        .send(RawClient.connect("origin.example", 80))
                        .expectFailure(1);
                assertThat(events.until("requestFailed")).last().asString().contains("upstream 127.0.0.1");
            }
        }
    }

    /** It never sends anything: the connect deadline ends that. */
    @Test
    void aSilentUpstreamIsGivenUpInTime() throws Exception {
        try (RawUpstream silent = new RawUpstream();
                Socks5Server server = builder(silent.upstream().overTls(TlsPeers.clientContext()))
                        .connectTimeout(Duration.ofMillis(500))
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(RawClient.connect("origin.example", 80))
                    .expectFailure(4);
        }
    }

    @Test
    void aClientThatLeavesEndsTheHandshake() throws Exception {
        try (RawUpstream silent = new RawUpstream();
                Socks5Server server = through(silent.upstream().overTls(TlsPeers.clientContext()));
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(RawClient.connect("origin.example", 80));
            events.until("requested");
            client.reset();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 CLIENT_LEFT");
        }
    }

    @Test
    void aUriNamesIt() throws Exception {
        Upstream parsed = Upstream.parse("socks5s://alice:secret@proxy.example");
        assertThat(parsed.tls()).isEqualTo(SSLContext.getDefault());
        assertThat(parsed).hasToString("socks5s://proxy.example:1080");
        assertThat(Upstream.parse("socks5://proxy.example").tls()).isNull();
        assertThat(parsed.sendingAhead(SendAhead.ALL_BUT_LOGINS).tls()).isNotNull();
        assertThatIllegalArgumentException().isThrownBy(() -> Upstream.parse("socks5s://localhost/run/proxy.sock"));
    }
}
