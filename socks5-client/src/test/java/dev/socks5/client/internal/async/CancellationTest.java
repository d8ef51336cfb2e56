package dev.socks5.client.internal.async;

import static dev.socks5.client.ScriptedProxy.LOGIN_ACCEPTED;
import static dev.socks5.client.ScriptedProxy.LOGIN_SELECTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.client.DeafProxy;
import dev.socks5.client.Eventually;
import dev.socks5.client.ScriptedProxy;
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
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that nobody wants any more, or that come too late: nothing is left of them. */
@Timeout(60)
class CancellationTest {

    private static final Endpoint DESTINATION = Endpoint.of("example.com", 80);

    private final ConnectLoop loop = new ConnectLoop(Duration.ofSeconds(1));
    private final CountDownLatch done = new CountDownLatch(1);

    private CompletableFuture<SocketChannel> begin(InetSocketAddress proxy) {
        return begin(new Hop(proxy, Logins.NONE, SendAhead.NOTHING, false), Duration.ofSeconds(30));
    }

    private CompletableFuture<SocketChannel> begin(Hop hop, Duration timeout) {
        ProxyPath path = new ProxyPath(List.of(hop), timeout, null, destination -> false, Set.of(), Resolver.SYSTEM);
        return AsyncConnect.begin(path, Destination.of(DESTINATION), Dialer.NOTHING, loop);
    }

    private static ScriptedProxy stalling(ScriptedProxy.Script beginning, CountDownLatch stalled) throws Exception {
        return new ScriptedProxy(client -> {
            beginning.play(client);
            stalled.countDown();
            client.awaitEnd();
        });
    }

    @Test
    void inAnyStateOfTheHandshake() throws Exception {
        List<ScriptedProxy.Script> beginnings = List.of(
                client -> {},
                client -> client.read(4),
                client -> client.greet("05"),
                client -> {
                    client.greet(LOGIN_SELECTED);
                    client.readLogin();
                    client.send("01");
                },
                client -> {
                    client.greet(LOGIN_SELECTED);
                    client.readLogin();
                    client.send(LOGIN_ACCEPTED);
                    client.readRequest();
                    client.send("05 00 00 03 09");
                });
        for (ScriptedProxy.Script beginning : beginnings) {
            CountDownLatch stalled = new CountDownLatch(1);
            try (ScriptedProxy proxy = stalling(beginning, stalled)) {
                Socks5Client client =
                        proxy.clientBuilder().credentials("u", "p").build();
                CompletableFuture<SocketChannel> future = client.connectAsync(DESTINATION);
                stalled.await();
                assertThat(future.cancel(true)).isTrue();
                assertThat(future.isCancelled()).isTrue();
                proxy.received();
            }
        }
    }

    @Test
    void byWhateverCompletesTheFuture() throws Exception {
        List<UnaryOperator<CompletableFuture<SocketChannel>>> ways = List.of(
                future -> {
                    future.complete(null);
                    return future;
                },
                future -> {
                    future.completeExceptionally(new IllegalStateException());
                    return future;
                },
                future -> future.orTimeout(1, TimeUnit.MILLISECONDS),
                future -> future.completeOnTimeout(null, 1, TimeUnit.MILLISECONDS),
                future -> future.completeAsync(() -> null),
                future -> {
                    future.obtrudeValue(null);
                    return future;
                });
        for (var way : ways) {
            CountDownLatch stalled = new CountDownLatch(1);
            try (ScriptedProxy proxy = stalling(client -> client.read(3), stalled)) {
                CompletableFuture<SocketChannel> future = begin(proxy.address());
                stalled.await();
                var unused = way.apply(future);
                proxy.received();
                Eventually.isTrue("nothing under way", () -> loop.size() == 0);
            }
        }
    }

    @Test
    void doesNotWaitForDependents() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        try (ScriptedProxy proxy = stalling(client -> client.read(3), stalled)) {
            CompletableFuture<SocketChannel> future = begin(proxy.address());
            CompletableFuture<Void> dependent = future.handle((channel, failure) -> await(done));
            stalled.await();
            Thread canceller = new Thread(() -> future.cancel(false));
            canceller.start();
            proxy.received();
            assertThat(dependent).isNotDone();
            done.countDown();
            canceller.join();
        }
    }

    private static Void await(CountDownLatch latch) {
        try {
            latch.await();
            return null;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whileItConnects() throws Exception {
        try (DeafProxy proxy = new DeafProxy()) {
            int port = proxy.address().getPort();
            CompletableFuture<SocketChannel> future = begin(proxy.address());
            Eventually.isTrue("a socket", () -> Eventually.dialling(port) == 1);
            future.cancel(false);
            Eventually.isTrue("no socket", () -> Eventually.dialling(port) == 0);
            assertThat(loop.size()).isZero();
        }
    }

    /** Has everything loaded and open that stays. */
    private void warmUp() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {})) {
            begin(proxy.address()).get(15, TimeUnit.SECONDS).close();
            proxy.received(); // Its end is closed, too, and no longer counted.
        }
    }

    @Test
    void whileItWaitsForALookUp() throws Exception {
        occupy(loop.lookUps());
        InetSocketAddress named = InetSocketAddress.createUnresolved("localhost", 1);
        CompletableFuture<SocketChannel> future = begin(named);
        Eventually.isTrue("waiting", () -> loop.lookUps().getQueue().size() == 1);
        future.cancel(false);
        Eventually.isTrue("forgotten", () -> loop.lookUps().getQueue().isEmpty() && loop.size() == 0);

        CompletableFuture<SocketChannel> slow =
                begin(new Hop(named, Logins.NONE, SendAhead.NOTHING, false), Duration.ofMillis(100));
        assertThatThrownBy(() -> slow.get(15, TimeUnit.SECONDS)).hasCauseInstanceOf(SocketTimeoutException.class);
        assertThat(loop.lookUps().getQueue()).isEmpty();
        done.countDown();
    }

    @Test
    void whileANameIsLookedUp() throws Exception {
        CountDownLatch lookingUp = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {})) {
            Hop hop = mock(Hop.class);
            when(hop.address()).thenReturn(InetSocketAddress.createUnresolved("localhost", 1));
            when(hop.logins()).thenReturn(Logins.NONE);
            when(hop.lookUp(any())).thenAnswer(call -> {
                lookingUp.countDown();
                done.await();
                return List.of(proxy.address());
            });
            CompletableFuture<SocketChannel> future = begin(hop, Duration.ofSeconds(30));
            lookingUp.await();
            future.cancel(false);
            Eventually.isTrue("forgotten", () -> loop.size() == 0);
            done.countDown();
            Eventually.isTrue("looked up", () -> loop.lookUps().getActiveCount() == 0);
            warmUp(); // The loop has seen the address.
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    @Test
    void whenTheTunnelIsOpenAlready() throws Exception {
        occupy(loop.completions());
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            CompletableFuture<SocketChannel> future = begin(proxy.address());
            Eventually.isTrue("opened", () -> loop.completions().getQueue().size() == 1);
            assertThat(future.cancel(false)).isTrue();
            done.countDown();
            proxy.received();
        }
    }

    private void occupy(Executor pool) {
        for (int i = 0; i < Threads.MOST_OF_A_POOL; i++) {
            pool.execute(() -> await(done));
        }
    }

    @Test
    void afterwardsItIsTheCallers() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            CompletableFuture<SocketChannel> future = begin(proxy.address());
            try (SocketChannel channel = future.get(15, TimeUnit.SECONDS)) {
                assertThat(future.cancel(true)).isFalse();
                assertThat(channel.isOpen()).isTrue();
            }
            proxy.received();
        }
    }

    /** Abandoned and not completed, it would never end. */
    @Test
    void whatDoesNotCompleteTheFutureChangesNothing() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet("05 00");
            client.readRequest();
            refused.await();
            client.send(ScriptedProxy.SUCCESS);
            client.awaitEnd();
        })) {
            CompletableFuture<SocketChannel> future = begin(proxy.address());
            assertThatThrownBy(() -> future.completeExceptionally(nothing())).isInstanceOf(NullPointerException.class);
            refused.countDown();
            try (SocketChannel channel = future.get(15, TimeUnit.SECONDS)) {
                assertThat(channel.isConnected()).isTrue();
            }
        }
    }

    @SuppressWarnings("NullAway") // What the API forbids.
    private static Throwable nothing() {
        return null;
    }

    @Test
    void reportsTheTimeoutOfTheFutureItself() throws Exception {
        try (DeafProxy proxy = new DeafProxy()) {
            CompletableFuture<SocketChannel> future = begin(proxy.address()).orTimeout(50, TimeUnit.MILLISECONDS);
            assertThatThrownBy(() -> future.get(15, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            Eventually.isTrue("nothing under way", () -> loop.size() == 0);
        }
    }
}
