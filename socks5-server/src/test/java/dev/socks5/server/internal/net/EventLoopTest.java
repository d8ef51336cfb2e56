package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.server.Loops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventLoopTest {

    private final List<Pipe> pipes = new ArrayList<>();
    private EventLoop loop;

    @BeforeEach
    void create() throws IOException {
        loop = Loops.open();
    }

    @AfterEach
    void stop() throws Exception {
        loop.stop();
        loop.join();
        for (Pipe pipe : pipes) {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    /** A pipe with an octet to read. */
    private Pipe ready(Handler handler) throws IOException {
        Pipe pipe = Pipe.open();
        pipes.add(pipe);
        pipe.source().configureBlocking(false);
        pipe.sink().write(ByteBuffer.allocate(1));
        loop.register(pipe.source(), SelectionKey.OP_READ, handler);
        return pipe;
    }

    private void awaitTask() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        assertThat(loop.execute(ran::countDown)).isTrue();
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aKeyThatAnotherHandlerHasClosedIsNotDispatched() throws Exception {
        BlockingQueue<Registration> seen = new LinkedBlockingQueue<>();
        Handler closesBoth = new Handler() {
            @Override
            public void ready(Registration key) {
                seen.add(key);
                pipes.forEach(pipe -> Channels.close(pipe.source()));
            }

            @Override
            public void abort(CloseReason reason) {}
        };
        ready(closesBoth);
        ready(closesBoth);
        loop.start();
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isNotNull();
        awaitTask();
        assertThat(seen).isEmpty();
    }

    @Test
    void aHandlerThatFailsIsAbortedAndTheLoopGoesOn() throws Exception {
        CountDownLatch aborted = new CountDownLatch(2);
        List<Throwable> failures = List.of(new IllegalStateException("on purpose"), new AssertionError("on purpose"));
        for (Throwable failure : failures) {
            Pipe[] pipe = new Pipe[1];
            pipe[0] = ready(new Handler() {
                @Override
                public void ready(Registration key) {
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) failure;
                }

                @Override
                public void abort(CloseReason reason) {
                    Channels.close(pipe[0].source());
                    aborted.countDown();
                }
            });
        }
        loop.start();
        assertThat(aborted.await(10, TimeUnit.SECONDS)).isTrue();
        awaitTask();
    }

    @Test
    void aHandlerThatCannotBeAbortedLosesItsChannelAndTheLoopGoesOn() throws Exception {
        CountDownLatch others = new CountDownLatch(3);
        Pipe broken = ready(new Handler() {
            @Override
            public void ready(Registration key) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void abort(CloseReason reason) {
                throw new StackOverflowError("on purpose");
            }
        });
        ready(new Handler() {
            @Override
            public void ready(Registration key) {
                key.interest(SelectionKey.OP_READ, false);
                others.countDown();
            }

            @Override
            public void abort(CloseReason reason) {}
        });
        loop.timers().timer(others::countDown).set(TimeUnit.MILLISECONDS.toNanos(20));
        loop.execute(others::countDown);
        loop.start();
        assertThat(others.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(broken.source().isOpen()).isFalse();
    }

    /** As a step that opens a tunnel and fails then. */
    @Test
    void whatFailsIsAbortedByWhoeverHasTheConnectionByThen() throws Exception {
        BlockingQueue<CloseReason> aborted = new LinkedBlockingQueue<>();
        Connection.Owner next = new Connection.Owner() {
            @Override
            public void readable() {}

            @Override
            public void abort(CloseReason reason) {
                aborted.add(reason);
            }
        };
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            SocketChannel channel = SocketChannel.open(listener.getLocalAddress());
            listener.accept().write(ByteBuffer.allocate(1));
            channel.configureBlocking(false);
            Connection connection = new Connection(loop, channel);
            connection.handOver(new Connection.Owner() {
                @Override
                public void readable() {
                    connection.handOver(next);
                    throw new OutOfMemoryError("on purpose");
                }

                @Override
                public void abort(CloseReason reason) {
                    throw new AssertionError("it is another's by now");
                }
            });
            connection.reading(true);
            loop.start();
            assertThat(aborted.poll(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.FAULT);
        }
    }

    @Test
    void aConnectionThatNobodyHasYetIsClosedWhenItFails() throws Exception {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            Connection connection = new Connection(loop, channel);
            connection.guard(() -> {
                throw new IOException("on purpose");
            });
            assertThat(channel.isOpen()).isFalse();
        } finally {
            loop.start();
        }
    }

    @Test
    void aTimerThatFailsDoesNotStopTheOthers() throws Exception {
        CountDownLatch ran = new CountDownLatch(2);
        loop.timers().timer(ran::countDown).set(2);
        loop.timers()
                .timer(() -> {
                    throw new OutOfMemoryError("on purpose");
                })
                .set(1);
        loop.timers()
                .timer(() -> {
                    throw new IllegalStateException("on purpose");
                })
                .set(3);
        loop.timers().timer(ran::countDown).set(TimeUnit.MILLISECONDS.toNanos(20));
        loop.start();
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        awaitTask();
    }

    @Test
    void aTaskThatFailsForEverDoesNotKeepTimersFromRunning() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        Runnable task = new Runnable() {
            @Override
            public void run() {
                if (ran.getCount() > 0) {
                    loop.execute(this);
                    throw new IllegalStateException("on purpose");
                }
            }
        };
        Logger log = Logger.getLogger("dev.socks5.server");
        Level before = log.getLevel();
        log.setLevel(Level.OFF);
        try {
            loop.timers().timer(ran::countDown).set(TimeUnit.MILLISECONDS.toNanos(20));
            loop.execute(task);
            loop.start();
            assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            ran.countDown();
            log.setLevel(before);
        }
    }

    @Test
    void aLoopThatEndsRunsEveryTaskThatItHasTaken() throws Exception {
        CountDownLatch ran = new CountDownLatch(2);
        loop.execute(ran::countDown);
        loop.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        loop.execute(ran::countDown);
        loop.stop();
        loop.start();
        loop.join();
        assertThat(ran.getCount()).isZero();
    }

    @Test
    void aTaskThatFailsDoesNotStopTheOthers() throws Exception {
        loop.start();
        assertThat(loop.execute(() -> {
                    throw new IllegalStateException("on purpose");
                }))
                .isTrue();
        awaitTask();
    }

    @Test
    void anInterruptFlagLeftSetIsCleared() throws Exception {
        loop.start();
        assertThat(loop.execute(() -> Thread.currentThread().interrupt())).isTrue();
        awaitTask();
        BlockingQueue<Boolean> flag = new LinkedBlockingQueue<>();
        assertThat(loop.execute(() -> flag.add(Thread.currentThread().isInterrupted())))
                .isTrue();
        assertThat(flag.poll(10, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void aLoopThatHasEndedTakesNoMoreTasks() throws Exception {
        loop.start();
        awaitTask();
        loop.stop();
        loop.join();
        assertThat(loop.execute(() -> {})).isFalse();
    }

    @Test
    void readsGetSmallWhenMuchIsHeldForSlowReaders() {
        assertThat(loop.buffer().remaining()).isEqualTo(Loops.BUFFER_SIZE);
        assertThat(loop.backlog().reserve((int) Loops.BACKLOG - 16 * 100_000)).isTrue();
        assertThat(loop.buffer().remaining()).isEqualTo(100_000);
        assertThat(loop.wholeBuffer().remaining()).isEqualTo(Loops.BUFFER_SIZE);
    }

    /** It would be ready for ever, and the loop busy with it. */
    @Test
    void aHandlerThatFailsTwiceLosesItsChannelWhateverItDoes() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Pipe stubborn = ready(new Handler() {
            @Override
            public void ready(Registration key) {
                calls.incrementAndGet();
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void abort(CloseReason reason) {}
        });
        CountDownLatch others = new CountDownLatch(1);
        loop.timers().timer(others::countDown).set(TimeUnit.MILLISECONDS.toNanos(50));
        loop.start();
        assertThat(others.await(10, TimeUnit.SECONDS)).isTrue();
        while (stubborn.source().isOpen()) {
            Thread.sleep(1); // Until the limit of the class.
        }
        assertThat(calls).hasValue(2);
    }

    @Test
    void aHandlerThatFailsNowAndThenKeepsItsChannel() throws Exception {
        CountDownLatch calls = new CountDownLatch(6);
        Pipe moody = ready(new Handler() {
            @Override
            public void ready(Registration key) {
                calls.countDown();
                if (calls.getCount() == 0) {
                    key.interest(SelectionKey.OP_READ, false);
                } else if (calls.getCount() % 2 == 0) {
                    throw new IllegalStateException("on purpose");
                }
            }

            @Override
            public void abort(CloseReason reason) {}
        });
        loop.start();
        assertThat(calls.await(10, TimeUnit.SECONDS)).isTrue();
        awaitTask();
        assertThat(moody.source().isOpen()).isTrue();
    }

    @Test
    void aLoopThatTakesAnotherSelectorServesTheSameChannels() throws Exception {
        BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
        Registration[] registration = new Registration[1];
        Pipe pipe = ready(new Handler() {
            @Override
            public void ready(Registration key) throws IOException {
                registration[0] = key;
                ByteBuffer octet = ByteBuffer.allocate(1);
                pipes.get(0).source().read(octet);
                seen.add((int) octet.get(0));
            }

            @Override
            public void abort(CloseReason reason) {
                Channels.close(pipes.get(0).source());
            }
        });
        loop.start();
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isZero();
        renew();
        pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
        CountDownLatch paused = new CountDownLatch(1);
        loop.execute(() -> {
            registration[0].interest(SelectionKey.OP_READ, false);
            paused.countDown();
        });
        assertThat(paused.await(10, TimeUnit.SECONDS)).isTrue();
        pipe.sink().write(ByteBuffer.wrap(new byte[] {2}));
        renew();
        awaitTask();
        assertThat(seen).isEmpty(); // What it is not interested in, it is not after the change either.
        loop.execute(() -> registration[0].interest(SelectionKey.OP_READ, true));
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(2);
        loop.stop();
        loop.join();
        assertThat(pipe.source().isOpen()).isFalse();
    }

    private void renew() throws InterruptedException {
        CompletableFuture<Void> renewed = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                loop.selection().renew();
                renewed.complete(null);
            } catch (IOException e) {
                renewed.completeExceptionally(e);
            }
        });
        renewed.join();
    }

    /** An interrupt does what a channel does that is closed and yet in the selector: it wakes the loop for nothing. */
    @Test
    void aSelectorThatWakesTheLoopForNothingAgainAndAgainIsGivenUp() throws Exception {
        BlockingQueue<Thread> thread = new LinkedBlockingQueue<>();
        loop.start();
        loop.execute(() -> thread.add(Thread.currentThread()));
        Thread loopThread = thread.take();
        Selector before = loop.selection().selector();
        for (int i = 0; i < Selection.MAX_FRUITLESS / 2; i++) {
            wakeForNothing(loopThread);
        }
        awaitTask(); // That is something.
        for (int i = 0; i < Selection.MAX_FRUITLESS - 2; i++) {
            wakeForNothing(loopThread);
        }
        assertThat(loop.selection().selector()).isSameAs(before);
        while (before.equals(loop.selection().selector())) {
            wakeForNothing(loopThread);
        }
        assertThat(before.isOpen()).isFalse();
        awaitTask();
    }

    /**
     * Interrupts again after a while: the JDK sets the flag without waking the selector if the thread begins to wait at
     * the same moment.
     */
    private static void wakeForNothing(Thread loopThread) {
        long interrupted = System.nanoTime();
        loopThread.interrupt();
        while (loopThread.isInterrupted()) {
            if (System.nanoTime() - interrupted > TimeUnit.SECONDS.toNanos(1)) {
                interrupted = System.nanoTime();
                loopThread.interrupt();
            }
            Thread.onSpinWait();
        }
    }
}
