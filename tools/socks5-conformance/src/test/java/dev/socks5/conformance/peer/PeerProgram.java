package dev.socks5.conformance.peer;

import dev.socks5.conformance.client.Output;
import dev.socks5.conformance.client.Program;
import dev.socks5.conformance.client.Task;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.Supplier;

/** A program under test that runs in a thread of the tests' own process. */
public final class PeerProgram implements Program {

    /** What it does. */
    @FunctionalInterface
    public interface Body {
        /** Does it, and prints; an exception is a failure of the program. */
        void run(Task task, OutputStream out) throws Exception;
    }

    /** Makes what it does anew for each run, with what ends it. */
    @FunctionalInterface
    public interface Source {
        /** Makes one. */
        Started make();
    }

    /**
     * What one run does.
     *
     * @param body what it does
     * @param end ends it
     */
    public record Started(Body body, Runnable end) {}

    private final Source source;

    /** Creates one. */
    public PeerProgram(Source source) {
        this.source = source;
    }

    /** A program that is a client of the tests. */
    public static PeerProgram of(Supplier<? extends RightClient> clients, RightClient.Kind kind) {
        return new PeerProgram(() -> {
            RightClient client = clients.get();
            return new Started((task, out) -> client.run(kind, task, out), client::end);
        });
    }

    @Override
    public String describe(Task task) {
        return "in a thread: " + task.url();
    }

    @Override
    public Run start(Task task) {
        return new ThreadRun(source.make(), task);
    }

    private static final class ThreadRun implements Run {

        private final Output output = new Output();
        private final Started started;
        private final Thread thread;
        private volatile String result = "";

        ThreadRun(Started started, Task task) {
            this.started = started;
            thread = new Thread(() -> run(task), "program");
            thread.setDaemon(true);
            thread.start();
        }

        private void run(Task task) {
            try (output) {
                started.body().run(task, output);
                result = "ended with success";
            } catch (Exception e) {
                result = "ended with " + e;
            }
        }

        @Override
        public Output output() {
            return output;
        }

        @Override
        public boolean awaitEnd(Duration time) throws InterruptedException {
            if (time.toMillis() > 0) {
                thread.join(time.toMillis());
            }
            return !thread.isAlive();
        }

        @Override
        public String state() {
            return thread.isAlive() ? "still runs" : result;
        }

        @Override
        public void close() {
            thread.interrupt();
            started.end().run();
        }
    }
}
