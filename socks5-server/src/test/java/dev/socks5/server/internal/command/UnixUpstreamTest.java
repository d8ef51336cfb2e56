package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ProxyUri;
import dev.socks5.codec.SendAhead;
import dev.socks5.server.Connector;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.UnixClient;
import dev.socks5.server.Upstream;
import dev.socks5.server.Verdict;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Upstreams of this host that are reached by a path. */
@Timeout(60)
class UnixUpstreamTest {

    private final Recorder recorder = new Recorder();
    private final BlockingQueue<SocketAddress> peers = new LinkedBlockingQueue<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path path() {
        return folder.resolve("upstream.sock");
    }

    private Socks5Server upstream() throws IOException {
        return Socks5Server.builder().eventLoops(1).listenUnix(path()).start();
    }

    private Socks5Server through(Upstream first, Upstream... next) throws IOException {
        Socks5ServerListener listener = new Socks5ServerListener() {
            @Override
            public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
                peers.add(peer);
            }
        };
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(recorder)
                .listener(listener)
                .connector(Connector.always(Route.through(first, next)))
                .start();
    }

    @Test
    void connectsThroughAPath() throws Exception {
        try (Socks5Server upstream = upstream();
                Socks5Server server = through(Upstream.parse("socks5h://localhost" + path()));
                Origin origin = new Origin();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket far = origin.take();
            client.send("01");
            assertThat(far.getInputStream().read()).isEqualTo(1);
            far.getOutputStream().write(2);
            client.expect("02");
            assertThat(peers.poll(10, TimeUnit.SECONDS)).isEqualTo(UnixDomainSocketAddress.of(path()));
            assertThat(upstream.statistics().tunnels()).isEqualTo(1);
        }
    }

    @Test
    void aLocalClientGoesThroughALocalUpstream() throws Exception {
        Path front = folder.resolve("front.sock");
        try (Socks5Server upstream = upstream();
                Socks5Server server = Socks5Server.builder()
                        .listenUnix(front)
                        .connector(Connector.always(Route.through(Upstream.atPath(path()))))
                        .start();
                Origin origin = new Origin();
                UnixClient client = new UnixClient(front).tunnelTo(origin.address())) {
            client.send("01");
            assertThat(origin.take().getInputStream().read()).isEqualTo(1);
            assertThat(upstream.localPaths()).hasSize(1);
            assertThat(server.localPaths()).containsExactly(front);
        }
    }

    /** The login, and what is sent ahead, are as for any upstream; another one follows behind it. */
    @Test
    void aChainBeginsWithAPath() throws Exception {
        try (Socks5Server first = Socks5Server.builder()
                        .listenUnix(path())
                        .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                        .start();
                Socks5Server second = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .accessRule(request -> Verdict.allow("all"))
                        .start();
                Socks5Server server = through(
                        Upstream.parse("socks5h://alice:secret@localhost" + path() + "?sendAhead=login"),
                        Upstream.parse("socks5h://127.0.0.1:"
                                + second.localAddresses().get(0).getPort()));
                Origin origin = new Origin();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            client.send("01");
            assertThat(origin.take().getInputStream().read()).isEqualTo(1);
            assertThat(first.statistics().tunnels()).isEqualTo(1);
            assertThat(second.statistics().tunnels()).isEqualTo(1);
        }
    }

    private void assertFails(String reason) throws Exception {
        try (Socks5Server server = through(Upstream.atPath(path()));
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(RawClient.connect("origin.example", 80))
                    .expectFailure(0x01);
            assertThat(recorder.until("requestFailed"))
                    .last()
                    .isEqualTo(
                            "requestFailed 1 upstream socks5://localhost" + path() + ": cannot be reached: " + reason);
        }
    }

    @Test
    void whereThereIsNoSocketTheReasonSaysSo() throws Exception {
        assertFails("No such file or directory");
    }

    @Test
    void whereNobodyListensTheReasonSaysSo() throws Exception {
        try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(path()));
        }
        assertFails("Connection refused");
    }

    /** The upstream's wildcard address is this host's, as the client knows it. */
    @Test
    void bindIsToldAnAddressThatTheClientCanUse() throws Exception {
        try (ServerSocketChannel upstream = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            upstream.bind(UnixDomainSocketAddress.of(path()));
            try (Socks5Server server = through(Upstream.atPath(path()));
                    RawClient client = new RawClient(server)) {
                client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send("05 02 00 01 7f 00 00 01 00 00");
                try (SocketChannel asked = upstream.accept()) {
                    asked.write(ByteBuffer.wrap(RawClient.bytes("05 00 05 00 00 01 00 00 00 00 12 34")));
                    assertThat(client.readReply()).isEqualTo(new InetSocketAddress("127.0.0.1", 0x1234));
                }
            }
        }
    }

    /** What it answers decides. This library's own server has no address to hear, and the client is told "failure". */
    @Test
    void datagramsGoThroughItIfItSaysSo() throws Exception {
        try (Socks5Server upstream = upstream();
                Socks5Server server = through(Upstream.atPath(path()));
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send("05 03 00 01 00 00 00 00 00 00")
                    .expectFailure(0x01);
            assertThat(recorder.until("requestFailed").toString()).contains("upstream socks5://localhost", "0x07");
            assertThat(upstream.localPaths()).hasSize(1);
        }
    }

    /** An upstream that says yes is on this host, and so is its relay, if it gives no address of its own. */
    @Test
    void datagramsGoToThisHostIfItSaysYes() throws Exception {
        try (ServerSocketChannel upstream = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                DatagramSocket relay = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
                DatagramSocket mine = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            upstream.bind(UnixDomainSocketAddress.of(path()));
            try (Socks5Server server = through(Upstream.atPath(path()));
                    RawClient client = new RawClient(server)) {
                client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send("05 03 00 01 00 00 00 00 00 00");
                try (SocketChannel asked = upstream.accept()) {
                    asked.write(ByteBuffer.wrap(
                            RawClient.bytes("05 00 05 00 00 01 00 00 00 00 " + RawClient.port(relay.getLocalPort()))));
                    InetSocketAddress bound = client.readReply();
                    byte[] datagram = RawClient.bytes("00 00 00 01 c0 00 02 01 00 35 68 69");
                    mine.send(new DatagramPacket(datagram, datagram.length, bound));
                    DatagramPacket received = new DatagramPacket(new byte[100], 100);
                    relay.setSoTimeout(10_000);
                    relay.receive(received);
                    assertThat(Arrays.copyOf(received.getData(), received.getLength()))
                            .isEqualTo(datagram);
                }
            }
        }
    }

    @Test
    void onlyTheFirstHasAPathAndNothingLeavesFromAnAddressToIt() throws Exception {
        Upstream local = Upstream.atPath(Path.of("/run/proxy.sock"));
        Upstream tcp = Upstream.parse("socks5://proxy.example");
        assertThat(Route.through(local, tcp).upstreams()).containsExactly(local, tcp);
        assertThatIllegalArgumentException().isThrownBy(() -> Route.through(tcp, local));
        assertThatIllegalArgumentException().isThrownBy(() -> Route.through(local, tcp, local));
        InetAddress here = InetAddress.getByName("127.0.0.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Route.through(local).from(here));
        assertThat(Route.through(local).from().upstreams()).containsExactly(local);
        assertThat(Route.through(tcp).from(here).localAddresses()).containsExactly(here);
    }

    @Test
    void aPathIsReadPrintedAndChecked() {
        Upstream read = Upstream.parse("socks5h://alice:secret@localhost/run/a%20b.sock?sendAhead");
        assertThat(read)
                .isEqualTo(new Upstream(
                        ProxyUri.LOCAL,
                        Path.of("/run/a b.sock"),
                        null,
                        PasswordRequest.of("alice", "secret"),
                        List.of(),
                        SendAhead.ALL_BUT_LOGINS));
        assertThat(read).hasToString("socks5://localhost/run/a%20b.sock?sendAhead");
        assertThat(Upstream.atPath(Path.of("proxy.sock")).path())
                .isEqualTo(Path.of("proxy.sock").toAbsolutePath());
        assertThat(read.sendingAhead(SendAhead.NOTHING).path()).isEqualTo(read.path());
        assertThatIllegalArgumentException().isThrownBy(() -> Upstream.atPath(Path.of("/run/a\nb")));
    }
}
