package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.EndpointPattern;
import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sockets that one server takes over from another, or shares with it. */
@Timeout(60)
class HandOverTest {

    /** More than a server accepts before it does something else. */
    private static final int CROWD = 100;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static ServerSocketChannel bound(String host) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(host, 0));
    }

    private static InetSocketAddress address(ServerSocketChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private static Socks5ServerBuilder on(ServerSocketChannel channel) {
        return Socks5Server.builder().eventLoops(2).listenOn(channel);
    }

    private static CompletableFuture<Boolean> shutdown(Socks5Server server) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return server.shutdown(Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Polls a state of the system that nothing announces. */
    private static void awaitRelease(ServerSocketChannel channel) throws InterruptedException {
        for (int i = 0; i < 1000 && channel.isRegistered(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(channel.isRegistered()).isFalse();
    }

    @Test
    void theNextServerServesThoseWhoCameMeanwhile() throws Exception {
        try (ServerSocketChannel channel = bound("127.0.0.1");
                Origin origin = new Origin()) {
            InetSocketAddress there = address(channel);
            try (Socks5Server server = on(channel).start()) {
                assertThat(server.localAddresses()).containsExactly(there);
                new RawClient(server).tunnelTo(origin.address()).close();
            }
            assertThat(channel.isOpen()).isTrue();
            assertThat(channel.isRegistered()).isFalse();
            try (RawClient waiting = new RawClient(there);
                    Socks5Server next = on(channel).start()) {
                assertThat(next.localAddresses()).containsExactly(there);
                waiting.tunnelTo(origin.address());
            }
        }
    }

    @Test
    void aServerThatIsShuttingDownLeavesThemToTheNext() throws Exception {
        Recorder events = new Recorder();
        try (ServerSocketChannel channel = bound("127.0.0.1");
                Origin origin = new Origin();
                Socks5Server server = on(channel).start();
                RawClient old = new RawClient(server).tunnelTo(origin.address())) {
            CompletableFuture<Boolean> down = shutdown(server);
            awaitRelease(channel);
            try (RawClient waiting = new RawClient(server);
                    Socks5Server next = on(channel).listener(events).start()) {
                waiting.tunnelTo(origin.address());
                assertThat(events.until("requested")).anyMatch(event -> event.startsWith("accepted"));
                assertThat(down).isNotDone();
                assertThat(server.statistics().accepted()).isEqualTo(1);
                old.reset();
                assertThat(down.get(10, TimeUnit.SECONDS)).isTrue();
                new RawClient(next).tunnelTo(origin.address()).close();
            }
        }
    }

    @Test
    void aSocketAtAPathKeepsItsFile() throws Exception {
        Path path = folder.resolve("proxy.sock");
        try (ServerSocketChannel channel =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
                Origin origin = new Origin()) {
            for (int i = 0; i < 2; i++) {
                try (UnixClient early = new UnixClient(path);
                        Socks5Server server = on(channel).start()) {
                    assertThat(server.localPaths()).containsExactly(path);
                    assertThat(server.localAddresses()).isEmpty();
                    early.tunnelTo(origin.address());
                    assertThat(server.shutdown(Duration.ZERO)).isFalse();
                }
                assertThat(path).exists();
            }
        }
    }

    @Test
    void beyondLoopbackItNeedsALogin() throws Exception {
        try (ServerSocketChannel channel = bound("0.0.0.0")) {
            assertThatThrownBy(() -> on(channel).start())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("0.0.0.0:" + address(channel).getPort());
            on(channel).allowAnonymous().start().close();
        }
    }

    @Test
    void nobodyReachesItThroughTheServer() throws Exception {
        try (ServerSocketChannel channel = bound("127.0.0.1");
                Socks5Server server = on(channel).start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(RawClient.connect(address(channel)))
                    .expectFailure(ReplyCode.NOT_ALLOWED.code());
        }
    }

    @Test
    void itStandsAlongWithOthers() throws Exception {
        try (ServerSocketChannel channel = bound("127.0.0.1");
                Origin origin = new Origin();
                Socks5Server server = on(channel)
                        .listen("127.0.0.1", 0)
                        .listenBehindBalancer(new InetSocketAddress("127.0.0.1", 0), EndpointPattern.parse("192.0.2.1"))
                        .allowAnonymous()
                        .accessRule(AccessRules.builder()
                                .allow(EndpointPattern.parse("127.0.0.1"))
                                .build())
                        .start()) {
            assertThat(server.localAddresses()).hasSize(3).startsWith(address(channel));
            new RawClient(server.localAddresses().get(0))
                    .tunnelTo(origin.address())
                    .close();
            new RawClient(server.localAddresses().get(1))
                    .tunnelTo(origin.address())
                    .close();
            new RawClient(server.localAddresses().get(2)).expectDropped();
        }
    }

    @Test
    void whatNobodyCanConnectToIsRefused() throws Exception {
        ServerSocketChannel channel = ServerSocketChannel.open();
        assertThatIllegalArgumentException().isThrownBy(() -> on(channel)).withMessageContaining("not bound");
        channel.close();
        assertThatIllegalArgumentException().isThrownBy(() -> on(channel));
        try (ServerSocketChannel nowhere = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThatIllegalArgumentException().isThrownBy(() -> on(nowhere));
        }
    }

    @Test
    void aChannelThatWasClosedSinceCannotBeListenedOn() throws Exception {
        ServerSocketChannel channel = bound("127.0.0.1");
        Socks5ServerBuilder builder = on(channel);
        channel.close();
        assertThatThrownBy(builder::start).isInstanceOf(BindException.class).hasMessageContaining("cannot listen on");
    }

    @Test
    void portsAreSharedIfAllAskForIt() throws Exception {
        try (Socks5Server first =
                Socks5Server.builder().listen("127.0.0.1", 0).reusePort().start()) {
            Socks5ServerBuilder builder =
                    Socks5Server.builder().listen(first.localAddresses().get(0));
            assertThatThrownBy(builder::start).isInstanceOf(BindException.class);
            try (Socks5Server second = builder.reusePort().start();
                    Origin origin = new Origin()) {
                assertThat(second.localAddresses()).isEqualTo(first.localAddresses());
                assertThat(first.shutdown(Duration.ofSeconds(20))).isTrue();
                new RawClient(second).tunnelTo(origin.address()).close();
            }
        }
    }

    /** They wait in the system: a socket that is closed has it reset their connections. */
    @Test
    void whoHasConnectedBeforeAShutdownIsServed() throws Exception {
        CountDownLatch accepting = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Socks5ServerListener slow = new Socks5ServerListener() {
            @Override
            public void accepted(SessionInfo session) {
                accepting.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        List<RawClient> crowd = new ArrayList<>();
        try (Socks5Server server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(slow)
                .start()) {
            crowd.add(new RawClient(server));
            accepting.await();
            for (int i = 1; i < CROWD; i++) {
                crowd.add(new RawClient(server));
            }
            CompletableFuture<Boolean> down = shutdown(server);
            release.countDown();
            for (RawClient client : crowd) {
                client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).close();
            }
            assertThat(down.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(server.statistics().accepted()).isEqualTo(CROWD);
        } finally {
            release.countDown();
        }
    }
}
