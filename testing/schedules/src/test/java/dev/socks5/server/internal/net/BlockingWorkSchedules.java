package dev.socks5.server.internal.net;

import static dev.socks5.schedules.Race.require;

import dev.socks5.schedules.Race;
import dev.socks5.schedules.Scenario;
import dev.socks5.schedules.Schedules;
import dev.socks5.server.ClientAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Pieces of work that come from several loops: each is done, or what stands in for it, once; or it is refused. */
class BlockingWorkSchedules {

    /** What becomes of one piece. */
    private static final class Piece {
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger replaced = new AtomicInteger();
        private final AtomicInteger accepted = new AtomicInteger();

        private void submit(BlockingWork work, ClientAddress client, Runnable task) {
            Runnable counted = () -> {
                done.incrementAndGet();
                task.run();
            };
            if (work.submit(client, counted, replaced::incrementAndGet)) {
                accepted.incrementAndGet();
            }
        }

        private void requireOneFate() {
            require(done.get() + replaced.get() == accepted.get(), "a piece is lost, or done twice");
        }
    }

    private static ClientAddress client(int number) throws UnknownHostException {
        return ClientAddress.of(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number}), 1));
    }

    @Test
    void runsEachPieceOnceWhileTheExecutorShutsDown() throws Exception {
        ClientAddress one = client(1);
        ClientAddress other = client(2);
        Schedules.explore(() -> {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            BlockingWork work = new BlockingWork(threads, 8);
            List<Piece> pieces = List.of(new Piece(), new Piece(), new Piece(), new Piece());
            AtomicInteger atWork = new AtomicInteger();
            AtomicBoolean both = new AtomicBoolean();
            Runnable task = () -> {
                both.compareAndSet(false, atWork.incrementAndGet() > 1);
                atWork.decrementAndGet();
            };
            Race.of(
                    () -> {
                        pieces.get(0).submit(work, one, task);
                        pieces.get(1).submit(work, one, task);
                    },
                    () -> pieces.get(2).submit(work, one, task),
                    () -> pieces.get(3).submit(work, other, () -> {}),
                    threads::shutdown);
            Race.end(threads);
            pieces.forEach(Piece::requireOneFate);
            require(!both.get(), "one client has more than an eighth at work");
            require(work.underWay() == 0, "something is under way that has ended");
        });
    }

    @Test
    void refusesWhatIsTooMuch() throws Exception {
        ClientAddress one = client(1);
        Schedules.explore(() -> {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            BlockingWork work = new BlockingWork(threads, 2);
            List<Piece> pieces = List.of(new Piece(), new Piece(), new Piece());
            AtomicBoolean exceeded = new AtomicBoolean();
            Runnable task = () -> exceeded.compareAndSet(false, work.underWay() > 2);
            Scenario[] submitters = new Scenario[pieces.size()];
            for (int i = 0; i < submitters.length; i++) {
                Piece piece = pieces.get(i);
                submitters[i] = () -> piece.submit(work, one, task);
            }
            Race.of(submitters);
            Race.end(threads);
            pieces.forEach(Piece::requireOneFate);
            require(pieces.stream().mapToInt(piece -> piece.accepted.get()).sum() > 0, "all are refused");
            require(!exceeded.get(), "more is under way than the capacity");
            require(work.underWay() == 0, "something is under way that has ended");
        });
    }

    /** It refuses every other piece, and never says so beforehand. */
    @Test
    void replacesWhatTheExecutorRefuses() throws Exception {
        ClientAddress one = client(1);
        Schedules.explore(() -> {
            Queue<Thread> threads = new ConcurrentLinkedQueue<>();
            AtomicInteger count = new AtomicInteger();
            BlockingWork work = new BlockingWork(
                    task -> {
                        if (count.incrementAndGet() % 2 == 0) {
                            throw new RejectedExecutionException();
                        }
                        Thread thread = new Thread(task);
                        threads.add(thread);
                        thread.start();
                    },
                    8);
            List<Piece> pieces = List.of(new Piece(), new Piece(), new Piece());
            Race.of(
                    () -> pieces.get(0).submit(work, one, () -> {}),
                    () -> pieces.get(1).submit(work, one, () -> {}),
                    () -> pieces.get(2).submit(work, one, () -> {}));
            for (Thread next = threads.poll(); next != null; next = threads.poll()) {
                next.join(); // It has started the one that follows it by then.
            }
            pieces.forEach(Piece::requireOneFate);
            require(work.underWay() == 0, "something is under way that has ended");
        });
    }
}
