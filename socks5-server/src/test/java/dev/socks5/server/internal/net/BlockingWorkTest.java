package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Loops;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.User;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingWorkTest {

    private final Queue<Runnable> queue = new ArrayDeque<>();

    private static void nothing() {}

    private static ClientAddress client(int number) {
        try {
            byte[] address = {127, 0, (byte) (number >> 8), (byte) number};
            return ClientAddress.of(new InetSocketAddress(InetAddress.getByAddress(address), 1));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean submit(BlockingWork work, int client) {
        return work.submit(client(client), BlockingWorkTest::nothing, BlockingWorkTest::nothing);
    }

    /** How many one client can have under way. */
    private static int fill(BlockingWork work, int client) {
        int count = 0;
        while (submit(work, client)) {
            count++;
        }
        return count;
    }

    @Test
    void thereIsABoundThatCountsThoseThatWait() {
        BlockingWork work = new BlockingWork(queue::add, 2);
        assertThat(submit(work, 1)).isTrue();
        assertThat(submit(work, 2)).isTrue();
        assertThat(submit(work, 3)).isFalse();
        queue.remove().run();
        assertThat(submit(work, 3)).isTrue();
        assertThat(submit(work, 4)).isFalse();
        assertThat(work.underWay()).isEqualTo(2);
    }

    @Test
    void oneClientMayHaveAsManyAsAreFree() {
        BlockingWork work = new BlockingWork(queue::add, 1024);
        assertThat(fill(work, 1)).isEqualTo(512);
        assertThat(fill(work, 2)).isEqualTo(256);
        assertThat(submit(work, 1)).isFalse();
        assertThat(submit(work, 3)).isTrue();
    }

    @Test
    void aNetworkIsOneClientInIpv6() throws Exception {
        BlockingWork work = new BlockingWork(queue::add, 2);
        assertThat(work.submit(
                        ClientAddress.of(new InetSocketAddress("2001:db8::1", 1)),
                        BlockingWorkTest::nothing,
                        BlockingWorkTest::nothing))
                .isTrue();
        assertThat(work.submit(
                        ClientAddress.of(new InetSocketAddress("2001:db8::2", 1)),
                        BlockingWorkTest::nothing,
                        BlockingWorkTest::nothing))
                .isFalse();
        assertThat(work.submit(
                        ClientAddress.of(new InetSocketAddress("2001:db8:0:1::1", 1)),
                        BlockingWorkTest::nothing,
                        BlockingWorkTest::nothing))
                .isTrue();
    }

    @Test
    void oneClientHasAnEighthAtWorkAndTheOthersWaitForTheirTurn() {
        BlockingWork work = new BlockingWork(queue::add, 64);
        assertThat(fill(work, 1)).isEqualTo(32);
        assertThat(queue).hasSize(8);
        assertThat(submit(work, 2)).isTrue();
        assertThat(queue).hasSize(9);
        for (int i = 0; i < 33; i++) {
            queue.remove().run();
            assertThat(queue).hasSizeLessThanOrEqualTo(9);
        }
        assertThat(queue).isEmpty();
        assertThat(work.underWay()).isZero();
    }

    @Test
    void oneThatFailsIsCountedOut() {
        BlockingWork work = new BlockingWork(queue::add, 1);
        for (Throwable failure : List.of(new IllegalStateException("on purpose"), new StackOverflowError())) {
            assertThat(work.submit(client(1), () -> throwUnchecked(failure), BlockingWorkTest::nothing))
                    .isTrue();
            queue.remove().run();
            assertThat(work.underWay()).isZero();
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void throwUnchecked(Throwable e) throws E {
        throw (E) e;
    }

    @Test
    void oneThatIsRejectedIsCountedOut() {
        List<Throwable> failures = List.of(
                new RejectedExecutionException("on purpose"),
                new IllegalStateException("on purpose"),
                new OutOfMemoryError("unable to create native thread, on purpose"));
        for (Throwable failure : failures) {
            BlockingWork work = new BlockingWork(task -> throwUnchecked(failure), 1);
            for (int i = 0; i < 3; i++) {
                assertThat(submit(work, 1)).isFalse();
                assertThat(work.underWay()).isZero();
            }
        }
    }

    @Test
    void thoseThatWaitAreToldWhenTheExecutorTakesNoMore() {
        AtomicInteger told = new AtomicInteger();
        AtomicBoolean rejecting = new AtomicBoolean();
        BlockingWork work = new BlockingWork(
                task -> {
                    if (rejecting.get()) {
                        throw new RejectedExecutionException("on purpose");
                    }
                    queue.add(task);
                },
                16);
        for (int i = 0; i < 8; i++) {
            assertThat(work.submit(client(1), BlockingWorkTest::nothing, told::incrementAndGet))
                    .isTrue();
        }
        assertThat(queue).hasSize(2);
        rejecting.set(true);
        queue.remove().run();
        queue.remove().run();
        assertThat(told).hasValue(6);
        assertThat(work.underWay()).isZero();
    }

    /** Else the client would wait for its deadline, and what has been opened for it would stay open. */
    @Test
    void aResultThatCannotBeTakenEndsTheConnection() throws Exception {
        BlockingWork work = new BlockingWork(Runnable::run, 1);
        EventLoop loop = Loops.open();
        CompletableFuture<CloseReason> aborted = new CompletableFuture<>();
        Connection.Owner owner = new Connection.Owner() {
            @Override
            public void readable() {}

            @Override
            public void abort(CloseReason reason) {
                aborted.complete(reason);
            }
        };
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            Connection connection = new Connection(loop, channel);
            connection.handOver(owner);
            loop.start();
            work.run(client(1), new Scope(work, connection), () -> "", "", result -> {
                throw new IllegalStateException("on purpose");
            });
            assertThat(aborted.get(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.FAULT);
        } finally {
            loop.stop();
            loop.join();
        }
    }

    @Test
    void anHonestClientLogsInWhileAnotherHasTakenItsShare() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        PasswordAuthenticator slow = (login, from) -> {
            if (login.username().equals("slow")) {
                never.await();
            }
            return Optional.of(new User(login.username()));
        };
        List<RawClient> crowd = new ArrayList<>();
        Recorder events = new Recorder();
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .handshakeTimeout(Duration.ofMinutes(1))
                        .authenticator(slow)
                        .listener(events)
                        .start();
                RawClient honest = new RawClient(server, InetAddress.getByName("127.0.0.2"))) {
            for (int i = 0; i < 520; i++) { // Half of all, and a few.
                crowd.add(new RawClient(server)
                        .send(RawClient.LOGIN_GREETING)
                        .expect(RawClient.LOGIN_SELECTED)
                        .send("01 04 73 6c 6f 77 01 78"));
            }
            events.until("loginFailed");
            honest.send(RawClient.LOGIN_GREETING)
                    .expect(RawClient.LOGIN_SELECTED)
                    .send("01 02 6d 65 01 78")
                    .expect("01 00");
            never.countDown();
        } finally {
            for (RawClient client : crowd) {
                client.close();
            }
        }
    }

    /** Without it, the client would wait for its deadline. */
    @Test
    void aResultThatThereIsNoMemoryToHandOverIsHandedOverLater() {
        BlockingWork work = new BlockingWork(Runnable::run, 1);
        EventLoop loop = mock(EventLoop.class);
        Connection connection = mock(Connection.class);
        when(connection.loop()).thenReturn(loop);
        List<Runnable> tasks = new ArrayList<>();
        when(loop.execute(any()))
                .thenThrow(new OutOfMemoryError("on purpose"))
                .thenThrow(new OutOfMemoryError("on purpose"))
                .then(call -> tasks.add(call.getArgument(0)));
        work.run(client(1), new Scope(work, connection), () -> "", "", result -> {});
        assertThat(tasks).hasSize(1);
        assertThat(work.underWay()).isZero();
    }

    @Test
    void aResultThatNobodyWaitsForIsNotHandedOver() {
        BlockingWork work = new BlockingWork(Runnable::run, 1);
        EventLoop loop = mock(EventLoop.class);
        Connection connection = mock(Connection.class);
        when(connection.loop()).thenReturn(loop);
        Scope scope = new Scope(work, connection);
        when(loop.execute(any())).then(call -> {
            scope.end();
            throw new OutOfMemoryError("on purpose");
        });
        work.run(client(1), scope, () -> "", "", result -> {});
        verify(loop).execute(any());
    }
}
