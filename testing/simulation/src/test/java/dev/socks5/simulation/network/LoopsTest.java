package dev.socks5.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.server.internal.net.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Loops have turns, and workers do work, in virtual time. */
class LoopsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final World world = new World(1);
    private final Faults faults = new Faults();
    private final SimulatedNetwork network = new SimulatedNetwork(world, faults, List.of());
    private final List<Long> turns = new ArrayList<>();

    /** A loop that waits for its selector. */
    private final class Waiting implements Network.Turns {
        private final Selector selector;
        private long untilNext = Long.MAX_VALUE;
        private boolean ends;

        private Waiting() throws IOException {
            selector = network.sockets().openSelector();
        }

        @Override
        public long untilNext() {
            return untilNext;
        }

        @Override
        public boolean turn() {
            turns.add(world.elapsed());
            try {
                selector.select(key -> {}, 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return !ends;
        }
    }

    @Test
    void haveNoTurnWithoutReason() throws IOException {
        network.thread("loop", new Waiting()).start();
        world.run(100 * SECOND);
        assertThat(turns).hasSize(1);
    }

    @Test
    void haveATurnWhenTheyAreWoken() throws IOException {
        Waiting waiting = new Waiting();
        network.thread("loop", waiting).start();
        world.run(SECOND);
        waiting.selector.wakeup().wakeup();
        world.run(SECOND);
        assertThat(turns).hasSize(2);
        assertThat(turns.get(1)).isBetween(SECOND, SECOND + 1_000_000);
    }

    @Test
    void haveATurnAtTheirTimeAndNotBefore() throws IOException {
        Waiting waiting = new Waiting();
        waiting.untilNext = 3 * SECOND;
        network.thread("loop", waiting).start();
        world.run(4 * SECOND);
        assertThat(turns).hasSize(2);
        assertThat(turns.get(1) - turns.get(0)).isBetween(3 * SECOND, 3 * SECOND + 1_000_000);
    }

    @Test
    void goOnAfterSelectingHasFailed() throws IOException {
        faults.with(Fault.SELECT_FAILS, Faults.ALWAYS);
        Waiting waiting = new Waiting();
        int[] failures = new int[1];
        network.thread("loop", new Network.Turns() {
                    @Override
                    public long untilNext() {
                        return Long.MAX_VALUE;
                    }

                    @Override
                    public boolean turn() {
                        try {
                            return waiting.turn();
                        } catch (UncheckedIOException e) {
                            return ++failures[0] < 3;
                        }
                    }
                })
                .start();
        world.run(SECOND);
        assertThat(failures[0]).isEqualTo(3);
    }

    @Test
    void areJoinedOnceTheyHaveEnded() throws Exception {
        Waiting waiting = new Waiting();
        Network.LoopThread loop = network.thread("loop", waiting);
        loop.start();
        assertThatIllegalStateException().isThrownBy(loop::join);
        world.after(SECOND, () -> {
            waiting.ends = true;
            waiting.selector.wakeup();
        });
        loop.join();
        assertThat(world.elapsed()).isGreaterThanOrEqualTo(SECOND);
        assertThat(loop.isCurrent()).isFalse();
    }

    @Test
    void workIsDoneLaterAndOnNoLoop() {
        ExecutorService workers = network.workers();
        List<Integer> done = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            workers.execute(() -> done.add(number));
        }
        assertThat(done).isEmpty();
        world.run(SECOND);
        assertThat(done)
                .hasSize(50)
                .doesNotHaveDuplicates()
                .isNotEqualTo(done.stream().sorted().toList());
    }

    @Test
    void workIsLostOrRejectedIfTheFaultsSaySo() {
        ExecutorService workers = network.workers();
        List<Integer> done = new ArrayList<>();
        faults.with(Fault.WORK_LOST, Faults.ALWAYS);
        workers.execute(() -> done.add(1));
        faults.with(Fault.WORK_LOST, 0).with(Fault.WORK_REJECTED, Faults.ALWAYS);
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> workers.execute(() -> done.add(2)));
        faults.with(Fault.WORK_REJECTED, 0);
        workers.execute(() -> done.add(3));
        world.run(100 * SECOND);
        assertThat(done).containsExactly(3);
        assertThat(workers.shutdownNow()).hasSize(1);
        assertThat(workers.isTerminated()).isTrue();
    }

    @Test
    void workThatHasNotBegunIsDroppedByAShutdown() throws InterruptedException {
        ExecutorService workers = network.workers();
        List<Integer> done = new ArrayList<>();
        workers.execute(() -> done.add(1));
        assertThat(workers.shutdownNow()).hasSize(1);
        assertThat(workers.awaitTermination(1, TimeUnit.SECONDS)).isTrue();
        world.run(SECOND);
        assertThat(done).isEmpty();
    }
}
