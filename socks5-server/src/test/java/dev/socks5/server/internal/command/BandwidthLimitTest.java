package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.server.Loops;
import dev.socks5.server.Origin;
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
import java.nio.ByteBuffer;
import java.time.Duration;
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

    private static final int RATE = 4_000_000;
    private static final int BYTES = 800_000;

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
        byte[] there = random(BYTES);
        byte[] back = random(BYTES + 1);
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
            assertTookAtLeast(BYTES, since);
            assertThat(events.until("closed")).last().isEqualTo("closed " + BYTES + " " + (BYTES + 1) + " FINISHED");
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
}
