package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.server.Inside;
import dev.socks5.server.Loops;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.internal.limits.Bandwidth;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.session.Ticket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.ArgumentCaptor;

/** Tunnels that are held back. Times are asserted from below only: a slow machine is no failure. */
@Timeout(120)
class BandwidthLimitTest {

    private static final int RATE = 400_000;
    private static final String LOGIN = "01 02 61 6c 02 70 77";

    private final Recorder events = new Recorder();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Origin origin;

    @BeforeEach
    void start() throws IOException {
        origin = new Origin();
    }

    @AfterEach
    void stop() {
        origin.close();
        threads.shutdownNow();
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).listener(events);
    }

    private static byte[] random(int count) {
        byte[] octets = new byte[count];
        new Random(count).nextBytes(octets);
        return octets;
    }

    private CompletableFuture<Void> sending(Socket socket, byte[] octets) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        socket.getOutputStream().write(octets);
                        socket.shutdownOutput();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                threads);
    }

    private CompletableFuture<byte[]> receiving(Socket socket) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return socket.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                threads);
    }

    /** From before anything was sent. */
    private static void assertTookAtLeast(long octets, long since) {
        assertThat(Duration.ofNanos(System.nanoTime() - since))
                .isGreaterThan(Duration.ofMillis(octets * 1_000 / RATE - 100)); // less the burst
    }

    @Test
    void eachWayOfAConnectionByItselfAndTheEndArrivesBehindIt() throws Exception {
        byte[] there = random(RATE);
        byte[] back = random(RATE + 1);
        try (Socks5Server server = builder().bandwidthPerConnection(RATE).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            long since = System.nanoTime();
            Socket behind = origin.take();
            CompletableFuture<Void> up = sending(client.socket(), there);
            CompletableFuture<Void> down = sending(behind, back);
            CompletableFuture<byte[]> received = receiving(behind);
            assertThat(client.socket().getInputStream().readAllBytes()).isEqualTo(back);
            assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(there);
            CompletableFuture.allOf(up, down).get(10, TimeUnit.SECONDS);
            assertTookAtLeast(RATE, since);
            assertThat(events.until("closed")).last().isEqualTo("closed " + RATE + " " + (RATE + 1) + " FINISHED");
        }
    }

    @Test
    void allOfAUsersTunnelsTogetherOnAllLoops() throws Exception {
        int tunnels = 8;
        byte[] octets = random(RATE / tunnels);
        List<RawClient> clients = new ArrayList<>();
        try (Socks5Server server = builder()
                .eventLoops(2)
                .authenticator(PasswordAuthenticator.of(Map.of("al", "pw")))
                .bandwidthPerUser(RATE)
                .start()) {
            long since = System.nanoTime();
            List<CompletableFuture<byte[]>> received = new ArrayList<>();
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            for (int i = 0; i < tunnels; i++) {
                RawClient client = new RawClient(server).send(RawClient.LOGIN_GREETING);
                clients.add(client);
                client.expect(RawClient.LOGIN_SELECTED).send(LOGIN).expect("01 00");
                client.send(RawClient.connect(origin.address())).expectSuccess();
                received.add(receiving(origin.take()));
                sent.add(sending(client.socket(), octets));
            }
            for (CompletableFuture<byte[]> each : received) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(octets);
            }
            for (CompletableFuture<Void> each : sent) {
                each.get(10, TimeUnit.SECONDS);
            }
            assertTookAtLeast(RATE - RATE / 4, since); // The burst is larger where many share it.
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void togetherWithAReaderThatStalls() throws Exception {
        byte[] octets = random(48 << 20);
        try (Socks5Server server = builder().bandwidthPerConnection(64L << 20).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            CompletableFuture<Void> sent = sending(behind, octets);
            // More than the system's buffers hold: it cannot have been sent before anything is read.
            assertThatThrownBy(() -> sent.get(400, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
            assertThat(client.socket().getInputStream().readAllBytes()).isEqualTo(octets);
            sent.get(10, TimeUnit.SECONDS);
        }
    }

    /** What is sent is worth a pause of a second and a half, three times the idle limit, and arrives at once. */
    @Test
    void aTunnelThatPausesIsNotIdle() throws Exception {
        int rate = 200;
        byte[] first = random(256);
        byte[] second = random(100);
        try (Socks5Server server = builder()
                        .idleTimeout(Duration.ofMillis(400))
                        .bandwidthPerConnection(rate)
                        .start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            client.send(first);
            assertThat(behind.getInputStream().readNBytes(first.length)).isEqualTo(first);
            client.send(second);
            assertThat(behind.getInputStream().readNBytes(second.length)).isEqualTo(second);
        }
    }

    @Test
    void whatEndsWhileItPausesEndsAtOnce() throws Exception {
        try (Socks5Server server =
                        builder().eventLoops(1).bandwidthPerConnection(1).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            client.send(random(10_000)); // Of which 256 pass, and then nothing for four minutes.
            assertThat(behind.getInputStream().readNBytes(256)).hasSize(256);
            behind.setSoLinger(true, 0);
            behind.close();
            assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketException.class);
            assertThat(events.until("closed")).last().asString().startsWith("closed 256 0 ");
            CompletableFuture<Integer> timers = new CompletableFuture<>();
            EventLoop loop = Inside.loops(server).get(0);
            loop.execute(() -> timers.complete(loop.timers().size()));
            assertThat(timers.get(10, TimeUnit.SECONDS)).isZero();
        }
    }

    /** A source is not read while it pauses, nor while its sink has something unsent, in whichever order these end. */
    @Test
    void aSinkThatHasDrainedDoesNotEndThePause() throws Exception {
        EventLoop loop = Loops.open(); // Not started: this thread stands for it.
        Connection client = mock(Connection.class);
        Connection sink = mock(Connection.class);
        Ticket ticket = mock(Ticket.class, RETURNS_DEEP_STUBS);
        when(client.loop()).thenReturn(loop);
        when(ticket.settings().timeouts().idle(false)).thenReturn(Long.MAX_VALUE / 2);
        when(ticket.bandwidthUp()).thenReturn(Bandwidth.of(1, null, System::nanoTime));
        when(sink.hasUnsent()).thenReturn(true, false);
        ArgumentCaptor<Connection.Owner> owner = ArgumentCaptor.forClass(Connection.Owner.class);
        try {
            Tunnel.open(ticket, client, sink, ByteBuffer.allocate(1_000));
            verify(sink).handOver(owner.capture());
            owner.getValue().sent(true);
            verify(client, never()).reading(true);
        } finally {
            loop.discard();
        }
    }

    @Test
    void whatIsSentBehindTheRequestIsChargedToo() throws Exception {
        byte[] early = random(600);
        try (Socks5Server server = builder().bandwidthPerConnection(300).start();
                RawClient client = new RawClient(server)) {
            long since = System.nanoTime();
            client.send(RawClient.GREETING + " " + RawClient.connect(origin.address()) + " " + RawClient.hex(early));
            Socket behind = origin.take();
            assertThat(behind.getInputStream().readNBytes(early.length)).isEqualTo(early);
            client.send("2e");
            assertThat(behind.getInputStream().read()).isEqualTo('.');
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(1_400));
        }
    }
}
