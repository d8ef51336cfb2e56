package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.internal.limits.MemoryPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes in comes out, once, in order, and ends as it ended. */
@Timeout(120)
class TunnelTest {

    private static final int MEGABYTE = 1 << 20;

    private final Recorder events = new Recorder();
    private Socks5Server server;
    private Origin origin;

    @BeforeEach
    void start() throws IOException {
        origin = new Origin();
        server = Socks5Server.builder().listen("127.0.0.1", 0).listener(events).start();
    }

    @AfterEach
    void stop() {
        server.close();
        origin.close();
    }

    private static byte[] random(int count, long seed) {
        byte[] octets = new byte[count];
        new Random(seed).nextBytes(octets);
        return octets;
    }

    @Test
    void theClientEndsFirst() throws Exception {
        try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            endFirst(client.socket(), origin.take());
        }
        assertThat(events.until("closed")).last().isEqualTo("closed " + 8 * MEGABYTE + " " + MEGABYTE + " FINISHED");
    }

    @Test
    void theOriginEndsFirst() throws Exception {
        try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            endFirst(origin.take(), client.socket());
        }
        assertThat(events.until("closed")).last().isEqualTo("closed " + MEGABYTE + " " + 8 * MEGABYTE + " FINISHED");
    }

    /** 8 MiB and the end one way, then 1 MiB and the end the other way. */
    private static void endFirst(Socket first, Socket second) throws Exception {
        byte[] there = random(8 * MEGABYTE, 1);
        byte[] back = random(MEGABYTE, 2);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(first, there));
        assertThat(second.getInputStream().readAllBytes()).isEqualTo(there);
        sending.get(10, TimeUnit.SECONDS);
        CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> send(second, back));
        assertThat(first.getInputStream().readAllBytes()).isEqualTo(back);
        answering.get(10, TimeUnit.SECONDS);
    }

    private static void send(Socket socket, byte[] octets) {
        try {
            socket.getOutputStream().write(octets);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aResetByTheClientReachesTheOriginAsAReset() throws Exception {
        try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            client.reset();
            assertThatThrownBy(() -> behind.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        events.until("closed");
    }

    @Test
    void aResetByTheOriginReachesTheClientAsAReset() throws Exception {
        try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            behind.setSoLinger(true, 0);
            behind.close();
            assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketException.class);
        }
        events.until("closed");
    }

    @Test
    void aSlowReaderGetsEverything() throws Exception {
        int total = 32 * MEGABYTE;
        try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            CompletableFuture<byte[]> sent = CompletableFuture.supplyAsync(() -> sendDigesting(behind, total));
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            InputStream in = client.socket().getInputStream();
            byte[] sip = new byte[1_000];
            long received = 0;
            for (int count; (count = in.read(sip)) >= 0; received += count) {
                digest.update(sip, 0, count);
            }
            assertThat(received).isEqualTo(total);
            assertThat(digest.digest()).isEqualTo(sent.get(10, TimeUnit.SECONDS));
        }
    }

    private static byte[] sendDigesting(Socket socket, int total) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            OutputStream out = socket.getOutputStream();
            Random random = new Random(3);
            byte[] block = new byte[64 * 1024];
            for (int left = total; left > 0; left -= block.length) {
                random.nextBytes(block);
                digest.update(block);
                out.write(block);
            }
            socket.shutdownOutput();
            return digest.digest();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void readersThatStallCostABoundedAmountOfMemory() throws Exception {
        int readers = 64;
        List<RawClient> clients = new ArrayList<>();
        try {
            long before = usedMemory();
            LongAdder sent = new LongAdder();
            for (int i = 0; i < readers; i++) {
                clients.add(new RawClient(server).tunnelTo(origin.address()));
                Socket behind = origin.take();
                Thread sender = new Thread(() -> sendWithoutEnd(behind, sent));
                sender.setDaemon(true);
                sender.start();
            }
            awaitStall(sent);
            // What may wait, and what the JVM needs besides.
            assertThat(usedMemory() - before).isLessThan(MemoryPlan.ofThisJvm(1).backlog() + 16 * MEGABYTE);
            // Others are served as ever.
            try (RawClient other = new RawClient(server).tunnelTo(origin.address())) {
                other.send("2e");
                assertThat(origin.take().getInputStream().read()).isEqualTo('.');
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private static void sendWithoutEnd(Socket socket, LongAdder sent) {
        try {
            byte[] block = new byte[64 * 1024];
            while (true) {
                socket.getOutputStream().write(block);
                sent.increment();
            }
        } catch (IOException e) {
            // The reader has gone.
        }
    }

    /** Nothing more has got through for a second: polls a state of the system that nothing announces. */
    private static void awaitStall(LongAdder sent) throws InterruptedException {
        long before = -1;
        for (int quiet = 0; quiet < 10; ) {
            TimeUnit.MILLISECONDS.sleep(100);
            long now = sent.sum();
            quiet = now == before ? quiet + 1 : 0;
            before = now;
        }
    }

    private static long usedMemory() {
        System.gc();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        Runtime runtime = Runtime.getRuntime();
        return direct + runtime.totalMemory() - runtime.freeMemory();
    }
}
