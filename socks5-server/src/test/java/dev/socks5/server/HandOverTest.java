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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sockets that one server takes over from another, or shares with it. */
@Timeout(60)
class HandOverTest {

    /** More than a server accepts before it does something else. */
    private static final int CROWD = 100;

    private static final Set<Thread.State> WAITING =
            EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

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
                assertThat(down.get()).isTrue();
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

    /** Holds its loop up with the end of a connection, which is no longer counted then, until it is released. */
    private static final class Slow implements Socks5ServerListener {

        private final CountDownLatch closing = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void closed(SessionInfo session, SessionEnd ending) {
            closing.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** They wait in the system when the shutdown begins. */
    private static List<RawClient> crowdOf(Socks5Server server, Slow slow) throws Exception {
        new RawClient(server).close();
        slow.closing.await();
        List<RawClient> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(new RawClient(server));
        }
        return crowd;
    }

    /** Begins a shutdown, and lets the loop go on once that waits for it. */
    private static FutureTask<Boolean> shutdownFirst(Socks5Server server, Slow slow) {
        FutureTask<Boolean> down = new FutureTask<>(() -> server.shutdown(Duration.ofSeconds(20)));
        Thread thread = new Thread(down);
        thread.start();
        while (!WAITING.contains(thread.getState())) {
            Thread.onSpinWait();
        }
        slow.release.countDown();
        return down;
    }

    private static void assertServed(List<RawClient> crowd) throws IOException {
        for (RawClient client : crowd) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).close();
        }
    }

    /** A socket that is closed has the system reset the connections of those who wait. */
    @Test
    void whoHasConnectedBeforeAShutdownIsServed() throws Exception {
        Slow slow = new Slow();
        try (Socks5Server server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(slow)
                .start()) {
            List<RawClient> crowd = crowdOf(server, slow);
            FutureTask<Boolean> down = shutdownFirst(server, slow);
            assertServed(crowd);
            assertThat(down.get()).isTrue();
            assertThat(server.statistics().accepted()).isEqualTo(CROWD + 1);
        } finally {
            slow.release.countDown();
        }
    }

    @Test
    void whoWaitsAtASocketThatStaysIsLeftToTheNextServer() throws Exception {
        Slow slow = new Slow();
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET)
                        .bind(new InetSocketAddress("127.0.0.1", 0), CROWD);
                Socks5Server server = on(channel).eventLoops(1).listener(slow).start()) {
            List<RawClient> crowd = crowdOf(server, slow);
            FutureTask<Boolean> down = shutdownFirst(server, slow);
            awaitRelease(channel);
            try (Socks5Server next = on(channel).start()) {
                assertServed(crowd);
                assertThat(down.get()).isTrue();
                assertThat(server.statistics().accepted()).isEqualTo(1);
                assertThat(next.statistics().accepted()).isEqualTo(CROWD);
            }
        } finally {
            slow.release.countDown();
        }
    }
}
