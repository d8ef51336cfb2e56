package dev.socks5.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * Writes lines on a thread of its own: whoever has one to write never waits for a disk, a pipe or a terminal. What may
 * wait to be written is bounded; what is more is dropped, and counted in a line of its own. An output that fails costs
 * the lines that it should have taken, which are counted too, and is tried again with the next.
 */
final class LineWriter implements AutoCloseable {

    /** What is done to the output between two lines. */
    interface Task {

        /** Returns whether the output is empty then: no line in it is half there. */
        boolean run() throws IOException;
    }

    /** In characters, of this JVM. */
    static final int CAPACITY = capacity(Runtime.getRuntime().maxMemory());

    /** What a line takes besides its own characters, which is more than those of a short one. */
    static final int OVERHEAD = 64;

    /** Some 10,000 lines. */
    private static final int MAX_CAPACITY = 2 * 1024 * 1024;

    /** Lines wait in up to four copies while an output is stuck: a writer takes a sixteenth of the heap at most. */
    private static final int SHARE_OF_MEMORY = 64;

    /** How long {@link #close} waits for an output that takes nothing. */
    private static final long PATIENCE = TimeUnit.SECONDS.toMillis(5);

    private final OutputStream out;
    private final LongFunction<String> notice;
    private final Thread thread;

    // Guarded by this.
    private List<String> waiting = new ArrayList<>();
    private int size;
    private long dropped;
    private boolean closed;
    private Task task; // Null if there is none.

    // The thread's own.
    private long lost;
    private boolean torn;

    /**
     * @param name for the thread
     * @param out written to without a buffer in between, a whole number of lines at a time; left open
     * @param notice makes the line that tells how many were dropped
     */
    LineWriter(String name, OutputStream out, LongFunction<String> notice) {
        this.out = out;
        this.notice = notice;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true); // An output that takes nothing must not keep the process from ending.
        thread.start();
    }

    /** Tells how many characters may wait in a heap of {@code maxMemory} bytes. */
    static int capacity(long maxMemory) {
        return (int) Math.min(MAX_CAPACITY, maxMemory / SHARE_OF_MEMORY);
    }

    /** Has a line written, soon. Returns at once, and throws nothing. */
    synchronized void print(String line) {
        int cost = line.length() + OVERHEAD;
        if (closed || cost > CAPACITY - size) {
            dropped++;
        } else {
            waiting.add(line);
            size += cost;
        }
        notifyAll();
    }

    /**
     * Has something done on the writer's thread, soon: the output is at the end of a line then. What it throws is told
     * on standard error. One that has not begun when the next is given is left out.
     */
    synchronized void between(Task task) {
        this.task = task;
        notifyAll();
    }

    /** Waits until all that was printed before has been written, if the output takes it within five seconds. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean more = true;
        while (more) {
            List<String> batch;
            Task between;
            synchronized (this) {
                awaitLines();
                more = !closed; // Nothing is taken after that.
                batch = waiting;
                lost += dropped;
                waiting = new ArrayList<>();
                size = 0;
                dropped = 0;
                between = task;
                task = null;
            }
            if (between != null) {
                run(between);
            }
            write(batch);
        }
    }

    private synchronized void awaitLines() {
        while (waiting.isEmpty() && dropped == 0 && task == null && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                closed = true;
            }
        }
    }

    private void run(Task between) {
        try {
            if (between.run()) {
                torn = false;
            }
        } catch (Throwable e) {
            complain(e);
        }
    }

    private void write(List<String> batch) {
        if (batch.isEmpty() && lost == 0) {
            return;
        }
        boolean failing = torn;
        try {
            byte[] text = text(batch).getBytes(StandardCharsets.UTF_8);
            torn = true; // Unless it goes well.
            out.write(text);
            out.flush();
            lost = 0;
            torn = false;
        } catch (Throwable e) { // Whatever it is, the next attempt may succeed.
            lost += batch.size(); // At most: some of them may have come through.
            if (!failing) {
                complain(e);
            }
        }
    }

    private String text(List<String> batch) {
        List<String> lines = new ArrayList<>(batch);
        if (lost > 0) {
            lines.add(notice.apply(lost));
        }
        // After a failure the last line may be half there: the next must not stand behind it.
        return (torn ? "\n" : "") + String.join("\n", lines) + "\n";
    }

    private static void complain(Throwable e) {
        try {
            System.err.println("socks5-server: cannot write a log: " + e);
        } catch (Throwable another) {
            // Out of memory even for that: the thread goes on all the same.
        }
    }
}
