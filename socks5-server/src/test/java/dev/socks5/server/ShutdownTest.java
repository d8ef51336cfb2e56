package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.testing.Ports;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ShutdownTest {

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    private static boolean shutdown(Socks5Server server, Duration limit) {
        try {
            return server.shutdown(limit);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shutdownLetsATunnelFinish() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            CompletableFuture<Boolean> down =
                    CompletableFuture.supplyAsync(() -> shutdown(server, Duration.ofSeconds(20)));
            awaitRefusal(server);
            client.send("2e");
            assertThat(behind.getInputStream().read()).isEqualTo('.');
            assertThat(down).isNotDone();
            behind.close();
            client.expectEnd();
            client.close();
            assertThat(down.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void awaitRefusal(Socks5Server server) throws IOException, InterruptedException {
        for (int i = 0; i < 500; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(server.localAddresses().get(0));
                TimeUnit.MILLISECONDS.sleep(10); // Polls a state of the system that nothing announces.
            } catch (ConnectException e) {
                return;
            } catch (SocketException e) {
                // It was in the queue of the socket that was closed.
            }
        }
        throw new AssertionError("still accepting");
    }

    @Test
    void shutdownEndsAtItsLimit() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            assertThat(server.shutdown(Duration.ofMillis(50))).isFalse();
            assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aSecondShutdownHastensTheFirst() throws Exception {
        Recorder events = new Recorder();
        try (Origin origin = new Origin();
                Socks5Server server = builder().listener(events).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            CompletableFuture<Boolean> first =
                    CompletableFuture.supplyAsync(() -> shutdown(server, Duration.ofHours(1)));
            awaitRefusal(server);
            assertThat(first).isNotDone();
            assertThat(server.shutdown(Duration.ofMillis(50))).isFalse();
            assertThat(first.get(10, TimeUnit.SECONDS)).isFalse(); // It was cut, and not by the first.
            events.until("closed 0 0 SHUTDOWN"); // Those that awaitRefusal has made come before it.
            assertThat(server.shutdown(Duration.ofHours(1))).isFalse();
        }
    }

    @Test
    void aLongerSecondShutdownChangesNothing() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
                try {
                    awaitRefusal(server);
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
                return shutdown(server, Duration.ofHours(1));
            });
            assertThat(server.shutdown(Duration.ofMillis(100))).isFalse();
            assertThat(second.get(10, TimeUnit.SECONDS)).isFalse();
            client.expectDropped();
        }
    }

    @Test
    void closeHastensShutdown() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            CompletableFuture<Boolean> first =
                    CompletableFuture.supplyAsync(() -> shutdown(server, Duration.ofHours(1)));
            awaitRefusal(server);
            server.close();
            assertThat(first.get(10, TimeUnit.SECONDS)).isFalse();
            client.expectDropped();
        }
    }

    @Test
    void afterAnOrderlyEndThereIsNothingToCut() throws Exception {
        Socks5Server server = builder().start();
        assertThat(server.shutdown(Duration.ofSeconds(10))).isTrue();
        server.close();
        assertThat(server.shutdown(Duration.ZERO)).isTrue();
    }

    @Test
    void closeEndsEverythingAtOnceAndFreesThePort() throws Exception {
        try (Origin origin = new Origin();
                Deaf deaf = new Deaf("127.0.0.1")) {
            Recorder events = new Recorder();
            Socks5Server server = builder().listener(events).start();
            try (RawClient tunnel = new RawClient(server).tunnelTo(origin.address());
                    RawClient silent =
                            new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    RawClient dialling =
                            new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
                dialling.send(RawClient.connect(deaf.address()));
                server.close();
                server.close();
                for (int i = 0; i < 3; i++) {
                    events.until("closed");
                }
                assertThatThrownBy(() -> tunnel.read(1)).isInstanceOf(SocketException.class);
                silent.expectDropped();
                dialling.expectDropped();
            }
            InetSocketAddress address = server.localAddresses().get(0);
            try (ServerSocket again = new ServerSocket()) {
                again.bind(address);
            }
        }
    }

    @Test
    void closeFromCallbacksDoesNotWaitForThem() throws Exception {
        CompletableFuture<Socks5Server> server = new CompletableFuture<>();
        CyclicBarrier both = new CyclicBarrier(2);
        CountDownLatch closed = new CountDownLatch(2);
        server.complete(builder()
                .eventLoops(2)
                .listener(new Socks5ServerListener() {
                    @Override
                    public void loginFailed(SessionInfo session, String reason) {
                        try {
                            both.await();
                        } catch (InterruptedException | BrokenBarrierException e) {
                            throw new AssertionError(e);
                        }
                        server.join().close();
                        closed.countDown();
                    }
                })
                .start());
        try (RawClient one = new RawClient(server.join()).send("05 00");
                RawClient other = new RawClient(server.join()).send("05 00")) {
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            one.expect("05 ff").expectDropped();
            other.expect("05 ff").expectDropped();
        } finally {
            server.join().close();
        }
    }

    @Test
    void theThreadsKeepTheJvmUpWhoeverStartedThem() throws Exception {
        CompletableFuture<Boolean> daemon = new CompletableFuture<>();
        CompletableFuture<Socks5Server> started = new CompletableFuture<>();
        Thread starter = new Thread(() -> {
            try {
                started.complete(builder()
                        .listener(new Socks5ServerListener() {
                            @Override
                            public void loginFailed(SessionInfo session, String reason) {
                                daemon.complete(Thread.currentThread().isDaemon());
                            }
                        })
                        .start());
            } catch (IOException e) {
                started.completeExceptionally(e);
            }
        });
        starter.setDaemon(true);
        starter.start();
        try (Socks5Server server = started.get(10, TimeUnit.SECONDS);
                RawClient client = new RawClient(server)) {
            client.send("05 00");
            assertThat(daemon.get(10, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void aLimitBeyondAllTimeIsNoError() throws Exception {
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        Socks5Server server = builder().idleTimeout(ever).handshakeTimeout(ever).start();
        try (Origin origin = new Origin();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            client.reset();
            assertThat(server.shutdown(ever)).isTrue();
        }
    }

    @Test
    void aPortInUseIsReportedAndNothingIsLeftBound() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            InetSocketAddress free = new InetSocketAddress("127.0.0.1", Ports.free());
            Socks5ServerBuilder builder =
                    Socks5Server.builder().listen(free).listen((InetSocketAddress) taken.getLocalSocketAddress());
            assertThatThrownBy(builder::start)
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
            try (ServerSocket again = new ServerSocket()) {
                again.bind(free);
            }
        }
    }

    @Test
    void severalAddressesAreServed() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().listen("127.0.0.2", 0).start()) {
            for (InetSocketAddress address : server.localAddresses()) {
                try (Socket socket = new Socket()) {
                    socket.connect(address);
                    socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
                    socket.getOutputStream().write(RawClient.bytes(RawClient.GREETING));
                    assertThat(socket.getInputStream().readNBytes(2)).isEqualTo(new byte[] {5, 0});
                }
            }
            assertThat(server.localAddresses()).hasSize(2).doesNotHaveDuplicates();
        }
    }
}
