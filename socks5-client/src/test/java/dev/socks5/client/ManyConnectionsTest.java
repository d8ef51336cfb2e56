package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.internal.async.ConnectLoop;
import dev.socks5.client.internal.async.ConnectLoopTest;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of connections at a time: no threads to speak of, and no descriptor too many. */
@Timeout(60)
class ManyConnectionsTest {

    private static final int WANTED = 5000;
    private static final int MOST_THREADS = 9;

    /** Two descriptors for each, for the proxy is in this process, and some for everything else. */
    private static int count() throws IOException {
        String limits = Files.readString(Path.of("/proc/self/limits"));
        String soft = limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+", -1)[3])
                .findFirst()
                .orElseThrow();
        long limit = soft.equals("unlimited") ? Integer.MAX_VALUE : Long.parseLong(soft);
        int count = (int) Math.min(WANTED, (limit - Eventually.descriptors() - 200) / 2);
        if (count < WANTED) {
            System.out.printf("only %d connections: no more than %d files may be open%n", count, limit);
        }
        return count;
    }

    private static List<CompletableFuture<SocketChannel>> begin(Socks5Client client, int count) {
        List<CompletableFuture<SocketChannel>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(client.connectAsync("192.0.2.1", 80));
        }
        return futures;
    }

    private static int threads() {
        return Thread.getAllStackTraces().size();
    }

    @Test
    void succeedOnFewThreads() throws Exception {
        int count = count();
        try (CrowdedProxy proxy = new CrowdedProxy()) {
            Eventually.isTrue(
                    "none left of other tests",
                    () -> ConnectLoopTest.ownThreads().isEmpty());
            int before = threads();
            Socks5Client client = Socks5Client.builder().proxy(proxy.address()).build();
            List<CompletableFuture<SocketChannel>> futures = begin(client, count);
            Eventually.isTrue("all wait", () -> proxy.asking() == count);
            assertThat(threads() - before).isBetween(1, MOST_THREADS);
            assertThat(futures).noneMatch(CompletableFuture::isDone);
            List<CompletableFuture<Boolean>> registered = futures.stream()
                    .map(future -> future.thenApply(SocketChannel::isRegistered))
                    .toList();
            proxy.answer();
            for (CompletableFuture<SocketChannel> future : futures) {
                assertThat(future.get(30, TimeUnit.SECONDS).isConnected()).isTrue();
            }
            assertThat(threads() - before).isBetween(1, MOST_THREADS);
            assertThat(registered).noneMatch(CompletableFuture::join);
            for (CompletableFuture<SocketChannel> future : futures) {
                future.join().close();
            }
            Eventually.isTrue("all closed", () -> proxy.open() == 0);
        }
    }

    @Test
    void leaveNothingBehindWhenCancelled() throws Exception {
        int count = count();
        try (CrowdedProxy proxy = new CrowdedProxy()) {
            Socks5Client client = Socks5Client.builder().proxy(proxy.address()).build();
            client.connectAsync("192.0.2.1", 80).cancel(false); // Starts the thread, with its own descriptors.
            Eventually.isTrue("idle", () -> ConnectLoop.SHARED.size() == 0 && proxy.open() == 0);
            int before = Eventually.descriptors();
            int asked = proxy.asking();
            List<CompletableFuture<SocketChannel>> futures = begin(client, count);
            Eventually.isTrue("all wait", () -> proxy.asking() == asked + count);
            assertThat(proxy.open()).isGreaterThanOrEqualTo(count);
            futures.forEach(future -> future.cancel(false));
            Eventually.isTrue("all closed", () -> proxy.open() == 0 && Eventually.descriptors() <= before);
            assertThat(ConnectLoop.SHARED.size()).isZero();
        }
    }
}
