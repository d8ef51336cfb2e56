package dev.socks5.client.internal.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import dev.socks5.client.CrowdedProxy;
import dev.socks5.client.Eventually;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.Logins;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.client.internal.dial.Resolver;
import dev.socks5.client.internal.platform.Threads;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.SendAhead;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads behind connectAsync: when they are there, and what does not hold them up. */
@Timeout(60)
public class ConnectLoopTest {

    private static final Endpoint DESTINATION = Endpoint.of("192.0.2.1", 80);

    public static List<String> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("socks5-"))
                .toList();
    }

    private static CompletableFuture<SocketChannel> begin(CrowdedProxy proxy, ConnectLoop loop) {
        return AsyncConnect.begin(path(proxy), Destination.of(DESTINATION), Dialer.NOTHING, loop);
    }

    private static ProxyPath path(CrowdedProxy proxy) {
        try {
            Hop hop = new Hop(proxy.address(), Logins.NONE, SendAhead.NOTHING, false);
            return new ProxyPath(
                    List.of(hop), Duration.ofSeconds(30), null, destination -> false, Set.of(), Resolver.SYSTEM);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void endsWhenIdleAndStartsAgain() throws Exception {
        try (CrowdedProxy proxy = new CrowdedProxy()) {
            proxy.answer();
            Socks5Client client = Socks5Client.builder().proxy(proxy.address()).build();
            for (int i = 0; i < 2; i++) {
                client.connectAsync(DESTINATION).get(15, TimeUnit.SECONDS).close();
                assertThat(ownThreads()).contains("socks5-connect");
                Eventually.isTrue("all threads ended", () -> ownThreads().isEmpty());
            }
        }
    }

    /** A loop that ends whenever it has nothing to do, and connections at all times before and after that. */
    @Test
    void losesNobodyAsItEnds() throws Exception {
        ConnectLoop hasty = new ConnectLoop(Duration.ofNanos(1));
        ProxyPath refused;
        try (CrowdedProxy proxy = new CrowdedProxy()) {
            refused = path(proxy);
        }
        for (int i = 0; i < 1000; i++) {
            CompletableFuture<SocketChannel> first =
                    AsyncConnect.begin(refused, Destination.of(DESTINATION), Dialer.NOTHING, hasty);
            long later = System.nanoTime() + 200L * i;
            while (System.nanoTime() < later) {
                Thread.onSpinWait();
            }
            CompletableFuture<SocketChannel> second =
                    AsyncConnect.begin(refused, Destination.of(DESTINATION), Dialer.NOTHING, hasty);
            assertThat(first).failsWithin(Duration.ofSeconds(15));
            assertThat(second).failsWithin(Duration.ofSeconds(15));
        }
        assertThat(hasty.size()).isZero();
    }

    /** The same at the worst moment: between the last look at what there is to do and the end. */
    @Test
    void seesWhoComesLast() throws Exception {
        ConnectLoop hasty = new ConnectLoop(Duration.ofNanos(1));
        AsyncConnect nobody = mock(AsyncConnect.class);
        CompletableFuture<CompletableFuture<SocketChannel>> last = new CompletableFuture<>();
        try (CrowdedProxy proxy = new CrowdedProxy()) {
            proxy.answer();
            hasty.begin(
                    nobody,
                    () -> hasty.settle(nobody, () -> hasty.execute(nobody, () -> last.complete(begin(proxy, hasty)))));
            last.get(15, TimeUnit.SECONDS).get(15, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void isNotHeldUpByWhatUsersDo() throws Exception {
        ConnectLoop loop = new ConnectLoop(Duration.ofSeconds(1));
        CountDownLatch done = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(Threads.MOST_OF_A_POOL - 1);
        try (CrowdedProxy proxy = new CrowdedProxy()) {
            List<CompletableFuture<SocketChannel>> blocking = new ArrayList<>();
            for (long i = blocked.getCount(); i > 0; i--) {
                CompletableFuture<SocketChannel> future = begin(proxy, loop);
                blocking.add(future);
                var unused = future.thenRun(() -> {
                    blocked.countDown();
                    await(done);
                });
            }
            proxy.answer();
            blocked.await();
            for (int i = 0; i < 50; i++) {
                begin(proxy, loop).get(15, TimeUnit.SECONDS).close();
            }
            done.countDown();
            for (CompletableFuture<SocketChannel> future : blocking) {
                future.get(15, TimeUnit.SECONDS).close();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void goesOnWhenItIsInterrupted() throws Exception {
        ConnectLoop loop = new ConnectLoop(Duration.ofSeconds(1));
        try (CrowdedProxy proxy = new CrowdedProxy()) {
            proxy.answer();
            begin(proxy, loop).get(15, TimeUnit.SECONDS).close();
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("socks5-connect"))
                    .forEach(Thread::interrupt);
            begin(proxy, loop).get(15, TimeUnit.SECONDS).close();
        }
    }
}
