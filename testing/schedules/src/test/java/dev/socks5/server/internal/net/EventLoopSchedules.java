package dev.socks5.server.internal.net;

import static dev.socks5.schedules.Race.require;

import dev.socks5.schedules.Race;
import dev.socks5.schedules.Scenario;
import dev.socks5.schedules.Schedules;
import java.nio.channels.ClosedSelectorException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tasks for a loop that ends meanwhile: each of them runs, or is refused; and the loop does end, selector and all. */
class EventLoopSchedules {

    private static EventLoop loop() throws Exception {
        SystemNetwork network = new SystemNetwork();
        return new EventLoop(
                network, "loop", 1024, new Backlog(1024, network::nanoTime), new Reserve(network::nanoTime));
    }

    /** A task, what has become of it, and another that it hands in. */
    private static final class Task {
        private final EventLoop loop;
        private final AtomicInteger runs = new AtomicInteger();
        private final AtomicInteger accepted = new AtomicInteger();

        private Task(EventLoop loop) {
            this.loop = loop;
        }

        private void submit(Runnable next) {
            Runnable task = () -> {
                runs.incrementAndGet();
                next.run();
            };
            if (loop.execute(task)) {
                accepted.incrementAndGet();
            }
        }

        private void requireOneFate() {
            require(runs.get() == accepted.get(), "a task is lost, or run although it was refused");
        }
    }

    @Test
    void runsATaskOrRefusesIt() {
        Schedules.exploreSome(() -> {
            EventLoop loop = loop();
            Task first = new Task(loop);
            Task second = new Task(loop);
            Task inner = new Task(loop);
            Scenario submit = () -> {
                first.submit(() -> inner.submit(() -> {}));
                second.submit(() -> {});
            };
            loop.start();
            Race.of(submit, loop::stop);
            loop.join();
            first.requireOneFate();
            second.requireOneFate();
            inner.requireOneFate();
            require(!loop.execute(() -> {}), "a loop that has ended takes tasks");
            require(isClosed(loop.selection()), "its selector is left open");
        });
    }

    private static boolean isClosed(Selection selection) {
        try {
            return selection.keys() == null;
        } catch (ClosedSelectorException e) {
            return true;
        }
    }

    /** Without a stop, a task must wake the selector, or it would run when something else happens: never. */
    @Test
    void wakesUpForEveryTask() {
        Schedules.exploreSome(() -> {
            EventLoop loop = loop();
            Task first = new Task(loop);
            Task last = new Task(loop);
            loop.start();
            Race.of(() -> first.submit(() -> {}), () -> last.submit(() -> {}));
            Task end = new Task(loop);
            end.submit(loop::stop);
            loop.join();
            first.requireOneFate();
            last.requireOneFate();
            require(first.runs.get() == 1 && last.runs.get() == 1 && end.runs.get() == 1, "a task did not run");
        });
    }
}
