package dev.socks5.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.server.Loops;
import dev.socks5.server.internal.net.Backlog;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Network;
import dev.socks5.server.internal.net.Reserve;
import dev.socks5.server.internal.net.SystemNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.CompletionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An asynchronous channel on a loop: what is read and written when, and how it ends. */
@Timeout(30)
class CarrierTest {

    private static final SocketAddress REMOTE = InetSocketAddress.createUnresolved("far.example", 80);
    private static final int LIMIT = 2 * 1024 * 1024;

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final Backlog backlog = new Backlog(LIMIT, System::nanoTime);
    private final Manual far = new Manual();
    private EventLoop loop;
    private Connection connection;

    /** A channel whose operations a test completes. */
    private static final class Manual implements AsynchronousByteChannel {
        private final BlockingQueue<Operation> reads = new LinkedBlockingQueue<>();
        private final BlockingQueue<Operation> writes = new LinkedBlockingQueue<>();

        private record Operation(ByteBuffer buffer, CompletionHandler<Integer, ?> handler) {
            private void complete(int count) {
                if (count > 0) {
                    buffer.position(buffer.position() + count);
                }
                handler.completed(count, null);
            }
        }

        private static Operation take(BlockingQueue<Operation> operations) throws InterruptedException {
            return Objects.requireNonNull(operations.poll(10, TimeUnit.SECONDS), "no operation");
        }

        @Override
        public <A> void read(ByteBuffer into, A attachment, CompletionHandler<Integer, ? super A> handler) {
            reads.add(new Operation(into, handler));
        }

        @Override
        public <A> void write(ByteBuffer from, A attachment, CompletionHandler<Integer, ? super A> handler) {
            writes.add(new Operation(from, handler));
        }

        @Override
        public Future<Integer> read(ByteBuffer into) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Integer> write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            throw new AssertionError("closed by its ends");
        }
    }

    private final class Owner implements Connection.Owner {
        @Override
        public void readable() throws IOException {
            int count = connection.read(ByteBuffer.allocate(100));
            seen.add("read " + count);
            connection.reading(false);
        }

        @Override
        public void sent(boolean everything) {
            seen.add("sent " + everything);
        }

        @Override
        public void abort(CloseReason reason) {
            seen.add("abort " + reason);
            connection.reset();
        }
    }

    @BeforeEach
    void start() throws Exception {
        loop = Loops.open(backlog);
        loop.start();
        Ends ends = Ends.of(() -> seen.add("closed"))
                .output(() -> seen.add("output ended"))
                .reset(() -> seen.add("reset"));
        connection = onLoop(() -> Carrier.open(loop, REMOTE, far, ends, Runnable::run));
        onLoop(() -> {
            connection.handOver(new Owner());
            return 0;
        });
    }

    @AfterEach
    void stop() throws Exception {
        loop.stop();
        loop.join();
        assertThat(backlog.held()).isZero();
    }

    private <T> T onLoop(Callable<T> work) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                done.complete(work.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(10, TimeUnit.SECONDS);
    }

    /** All tasks that have been queued by now have run, and those that they have queued. */
    private void settle() throws Exception {
        for (int i = 0; i < 4; i++) {
            onLoop(() -> 0);
        }
    }

    private void reading(boolean on) throws Exception {
        onLoop(() -> {
            connection.reading(on);
            return 0;
        });
    }

    private boolean write(int bytes) throws Exception {
        return onLoop(() -> connection.write(ByteBuffer.allocateDirect(bytes)));
    }

    private String next() throws InterruptedException {
        return Objects.requireNonNull(seen.poll(10, TimeUnit.SECONDS), "nothing has happened");
    }

    @Test
    void nothingIsReadBeforeSomebodyWaitsForItAndNoMoreThanIsTaken() throws Exception {
        settle();
        assertThat(far.reads).isEmpty();
        reading(true);
        Manual.Operation first = Manual.take(far.reads);
        assertThat(first.buffer().remaining()).isEqualTo(Inflow.LEAST);
        first.complete(150);
        assertThat(next()).isEqualTo("read 100");
        settle();
        assertThat(far.reads).isEmpty(); // Fifty bytes are left.
        assertThat(backlog.held()).isEqualTo(Inflow.LEAST);
        reading(true);
        assertThat(next()).isEqualTo("read 50");
        settle();
        assertThat(far.reads).isEmpty(); // Nobody waits.
        assertThat(backlog.held()).isZero();
        reading(true);
        Manual.take(far.reads).complete(-1);
        assertThat(next()).isEqualTo("read -1");
        reading(true);
        assertThat(next()).isEqualTo("read -1"); // As a socket says it.
        assertThat(far.reads).isEmpty();
    }

    @Test
    void readsGrowAndShrinkWithWhatComes() throws Exception {
        for (int length = Inflow.LEAST; length <= 2 * Inflow.MOST; length *= 2) {
            reading(true);
            Manual.Operation read = Manual.take(far.reads);
            assertThat(read.buffer().remaining()).isEqualTo(Math.min(length, Inflow.MOST));
            read.complete(read.buffer().remaining());
            drain();
        }
        for (int length = Inflow.MOST; length >= Inflow.LEAST / 2; length /= 2) {
            reading(true);
            Manual.Operation read = Manual.take(far.reads);
            assertThat(read.buffer().remaining()).isEqualTo(Math.max(length, Inflow.LEAST));
            read.complete(1);
            assertThat(next()).isEqualTo("read 1");
        }
    }

    private void drain() throws Exception {
        assertThat(next()).isEqualTo("read 100");
        onLoop(() -> {
            while (connection.read(ByteBuffer.allocate(Inflow.MOST)) > 0) {
                // Goes on.
            }
            return 0;
        });
    }

    @Test
    void oneWriteIsUnderWayAndMoreIsTakenOnlyIfThereIsRoom() throws Exception {
        assertThat(write(10)).isTrue();
        Manual.Operation first = Manual.take(far.writes);
        assertThat(first.buffer().remaining()).isEqualTo(10);
        assertThat(write(Outflow.LEAST - 10)).isTrue();
        assertThat(write(5)).isFalse(); // It waits in the connection.
        settle();
        assertThat(far.writes).isEmpty();
        first.complete(10);
        Manual.Operation second = Manual.take(far.writes);
        assertThat(second.buffer().remaining()).isEqualTo(Outflow.LEAST - 10);
        settle();
        assertThat(seen).isEmpty(); // There is room for ten bytes: not worth while.
        second.complete(Outflow.LEAST - 110);
        assertThat(Manual.take(far.writes).buffer().remaining()).isEqualTo(100);
        assertThat(next()).isEqualTo("sent true");
    }

    @Test
    void theEndOfOutputComesBehindWhatWasWritten() throws Exception {
        write(10);
        onLoop(() -> {
            connection.shutdownOutput();
            return 0;
        });
        Manual.Operation write = Manual.take(far.writes);
        settle();
        assertThat(seen).isEmpty();
        write.complete(4);
        Manual.take(far.writes).complete(6);
        assertThat(next()).isEqualTo("output ended");
        onLoop(() -> {
            connection.close();
            return 0;
        });
        assertThat(next()).isEqualTo("closed");
        assertThat(seen).isEmpty();
    }

    @Test
    void whatWasWrittenGoesOutAfterTheClose() throws Exception {
        write(10);
        Manual.Operation write = Manual.take(far.writes);
        reading(true);
        Manual.Operation read = Manual.take(far.reads);
        onLoop(() -> {
            connection.close();
            return 0;
        });
        settle();
        assertThat(seen).isEmpty();
        write.complete(4);
        Manual.take(far.writes).complete(6);
        assertThat(next()).isEqualTo("output ended");
        assertThat(next()).isEqualTo("closed");
        read.complete(5); // Nobody is told any more.
        write.complete(0);
        settle();
        assertThat(seen).isEmpty();
        assertThat(far.writes).isEmpty();
    }

    @Test
    void aFailureAfterTheCloseEndsItAtOnce() throws Exception {
        write(10);
        onLoop(() -> {
            connection.close();
            return 0;
        });
        Manual.take(far.writes).handler().failed(new IOException("broken on purpose"), null);
        assertThat(next()).isEqualTo("reset");
        assertThat(next()).isEqualTo("closed");
    }

    @Test
    void aResetDropsWhatWasWritten() throws Exception {
        write(10);
        Manual.Operation write = Manual.take(far.writes);
        onLoop(() -> {
            connection.reset();
            return 0;
        });
        assertThat(next()).isEqualTo("reset");
        assertThat(next()).isEqualTo("closed");
        write.complete(10);
        settle();
        assertThat(seen).isEmpty();
    }

    @Test
    void theEndOfTheLoopEndsWhatIsOpenAndWhatIsClosing() throws Exception {
        write(10);
        loop.stop();
        loop.join();
        assertThat(seen).containsExactly("abort SHUTDOWN", "reset", "closed");
        Manual.take(far.writes).complete(10);
        assertThat(seen).hasSize(3);
    }

    @Test
    void theEndOfTheLoopEndsWhatIsClosing() throws Exception {
        write(10);
        Manual.take(far.writes);
        onLoop(() -> {
            connection.close();
            return 0;
        });
        assertThat(seen).isEmpty();
        loop.stop();
        loop.join();
        assertThat(seen).containsExactly("abort SHUTDOWN", "reset", "closed");
    }

    @Test
    void whatWaitsIsCountedAndTheOneThatHoldsMostHasToGo() throws Exception {
        write(10);
        Manual.take(far.writes);
        settle();
        assertThat(backlog.held()).isEqualTo(Outflow.LEAST);
        while (!seen.contains("closed")) {
            onLoop(() -> seen.contains("closed") || connection.write(ByteBuffer.allocateDirect(16 * 1024)));
        }
        assertThat(next()).isEqualTo("abort SLOW_READER");
    }

    /** The one that has waited for longest is one that is closed already, from the outside. */
    @Test
    void whatIsClosingHasToGoForOthersAsWell() throws Exception {
        EventLoop small = Loops.open(new Backlog(16 * 1024, System::nanoTime));
        List<Connection> others = new ArrayList<>();
        small.execute(() -> {
            try {
                for (int i = 0; i < 5; i++) {
                    BlockingQueue<String> heard = i == 0 ? seen : new LinkedBlockingQueue<>();
                    Ends ends = Ends.of(() -> heard.add("closed")).reset(() -> heard.add("reset"));
                    Connection next = Carrier.open(small, REMOTE, new Manual(), ends, Runnable::run);
                    others.add(next);
                    next.write(ByteBuffer.allocateDirect(10));
                }
                others.get(0).close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        small.start();
        try {
            assertThat(next()).isEqualTo("reset");
            assertThat(next()).isEqualTo("closed");
        } finally {
            small.stop();
            small.join();
        }
    }

    private EventLoop stepped(AtomicLong passed) throws IOException {
        Network system = new SystemNetwork();
        Network network = (Network) Proxy.newProxyInstance(
                Network.class.getClassLoader(), new Class<?>[] {Network.class}, (proxy, method, args) -> {
                    Object result = method.invoke(system, args);
                    return method.getName().equals("nanoTime") ? (long) result + passed.get() : result;
                });
        EventLoop stepped = new EventLoop(network, "stepped", 64 * 1024, backlog, new Reserve(System::nanoTime));
        stepped.start();
        return stepped;
    }

    /** Ends whose output takes until it is released, in threads that may block. */
    private Ends blocking(CountDownLatch release) {
        return Ends.of(() -> seen.add("closed")).reset(() -> seen.add("reset")).output(() -> {
            seen.add("output begins to end");
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
    }

    private static void inThread(Runnable task) {
        new Thread(task, "carrier").start();
    }

    @Test
    void anEndOfOutputThatBlocksIsNotWaitedForForEver() throws Exception {
        AtomicLong passed = new AtomicLong();
        CountDownLatch release = new CountDownLatch(1);
        EventLoop stepped = stepped(passed);
        try {
            stepped.execute(() -> Carrier.open(stepped, REMOTE, far, blocking(release), CarrierTest::inThread)
                    .close());
            assertThat(next()).isEqualTo("output begins to end");
            stepped.execute(() -> seen.add("later"));
            assertThat(next()).isEqualTo("later");
            passed.addAndGet(Carrier.LINGER + 1);
            stepped.execute(() -> {});
            assertThat(next()).isEqualTo("reset");
            assertThat(next()).isEqualTo("closed");
        } finally {
            release.countDown();
            stepped.stop();
            stepped.join();
        }
    }

    @Test
    void theEndOfTheLoopDoesNotBreakOffAnEndThatIsPassedOn() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        onLoop(() -> {
            connection.reset(); // Another one takes its place.
            connection = Carrier.open(loop, REMOTE, far, blocking(release), CarrierTest::inThread);
            connection.handOver(new Owner());
            connection.close();
            return 0;
        });
        assertThat(next()).isEqualTo("reset");
        assertThat(next()).isEqualTo("closed");
        assertThat(next()).isEqualTo("output begins to end");
        loop.stop();
        loop.join();
        assertThat(next()).isEqualTo("abort SHUTDOWN");
        assertThat(seen).isEmpty();
        release.countDown();
        assertThat(next()).isEqualTo("closed");
        assertThat(seen).isEmpty();
    }

    @Test
    void whatIsTakenByteByByteAfterTheCloseIsDroppedInTheEnd() throws Exception {
        AtomicLong passed = new AtomicLong();
        EventLoop stepped = stepped(passed);
        try {
            stepped.execute(() -> {
                Ends ends = Ends.of(() -> seen.add("closed")).reset(() -> seen.add("reset"));
                Connection closing = Carrier.open(stepped, REMOTE, far, ends, Runnable::run);
                try {
                    closing.write(ByteBuffer.allocateDirect(100));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                closing.close();
            });
            for (long spent = 0; spent < Carrier.WHOLE_LINGER; spent += Carrier.LINGER * 3 / 4) {
                Manual.Operation write = Manual.take(far.writes);
                assertThat(seen).isEmpty();
                passed.addAndGet(Carrier.LINGER * 3 / 4);
                write.complete(1);
            }
            assertThat(next()).isEqualTo("reset");
            assertThat(next()).isEqualTo("closed");
        } finally {
            stepped.stop();
            stepped.join();
        }
    }

    @Test
    void whatIsNotTakenAfterTheCloseIsDroppedInTheEnd() throws Exception {
        AtomicLong passed = new AtomicLong();
        EventLoop stepped = stepped(passed);
        try {
            stepped.execute(() -> {
                Ends ends = Ends.of(() -> seen.add("closed")).reset(() -> seen.add("reset"));
                Connection closing = Carrier.open(stepped, REMOTE, far, ends, Runnable::run);
                try {
                    closing.write(ByteBuffer.allocateDirect(10));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                closing.close();
            });
            Manual.Operation first = Manual.take(far.writes);
            passed.addAndGet(Carrier.LINGER * 3 / 4);
            first.complete(4); // It goes on, and the time begins anew.
            Manual.take(far.writes);
            passed.addAndGet(Carrier.LINGER * 3 / 4);
            for (int i = 0; i < 2; i++) { // Behind the first one come the timers.
                stepped.execute(() -> seen.add("later"));
                assertThat(next()).isEqualTo("later");
            }
            passed.addAndGet(Carrier.LINGER * 3 / 4);
            stepped.execute(() -> {});
            assertThat(next()).isEqualTo("reset");
            assertThat(next()).isEqualTo("closed");
        } finally {
            stepped.stop();
            stepped.join();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailureEndsItsOwner(boolean checked) throws Exception {
        IOException broken = new IOException("broken on purpose");
        reading(true);
        Manual.take(far.reads).handler().failed(checked ? broken : new UncheckedIOException(broken), null);
        assertThat(next()).isEqualTo("abort BROKEN");
        assertThat(next()).isEqualTo("reset");
        assertThat(next()).isEqualTo("closed");
    }
}
