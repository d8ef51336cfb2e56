package dev.socks5.server.internal.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes bytes from one side to the other, a few at a time: one side waits for them, or for room, and the other one is
 * told when it is worth while to try again. Safe for use by several threads. Its lock is one that does not hold on to
 * the carrier of a virtual thread.
 */
final class Pipe {

    /** The number of bytes that can be on their way. */
    static final int CAPACITY = 16 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private ByteBuffer ring = ByteBuffer.allocate(0); // what is in it begins at its position
    private int length;
    private boolean ended;
    private boolean unread;
    private @Nullable String broken;
    private @Nullable Runnable again;

    /** Something that is tried under the lock. */
    @FunctionalInterface
    private interface Attempt {

        /** Returns 0 if it has to wait. */
        int make() throws IOException;
    }

    /**
     * Gives bytes that are there; -1 at the end.
     *
     * @param tryAgain run once, by any thread, when there may be more; only if this returns 0
     */
    int poll(ByteBuffer into, Runnable tryAgain) throws IOException {
        return attempt(() -> get(into), tryAgain);
    }

    /**
     * Takes bytes that there is room for.
     *
     * @param tryAgain run once, by any thread, when there may be more room; only if this returns 0
     */
    int offer(ByteBuffer from, Runnable tryAgain) throws IOException {
        return attempt(() -> put(from), tryAgain);
    }

    /** Waits for bytes; -1 at the end. */
    int read(ByteBuffer into) throws IOException {
        return into.hasRemaining() ? await(() -> get(into)) : 0;
    }

    /** Waits until all bytes have been taken. */
    void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            await(() -> put(from));
        }
    }

    /** Tells how many bytes are in it. */
    int length() {
        lock.lock();
        try {
            return length;
        } finally {
            lock.unlock();
        }
    }

    private int attempt(Attempt attempt, Runnable tryAgain) throws IOException {
        int count;
        @Nullable Runnable other = null;
        lock.lock();
        try {
            count = attempt.make();
            if (count == 0) {
                again = tryAgain;
            } else {
                other = change();
            }
        } finally {
            lock.unlock();
        }
        run(other);
        return count;
    }

    private int await(Attempt attempt) throws IOException {
        int count;
        @Nullable Runnable other;
        lock.lock();
        try {
            for (count = attempt.make(); count == 0; count = attempt.make()) {
                changed.await();
            }
            other = change();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        } finally {
            lock.unlock();
        }
        run(other);
        return count;
    }

    private @Nullable Runnable change() {
        changed.signalAll();
        @Nullable Runnable other = again;
        again = null;
        return other;
    }

    /** Without the lock, because it calls others. */
    private static void run(@Nullable Runnable other) {
        if (other != null) {
            other.run();
        }
    }

    private int get(ByteBuffer into) throws IOException {
        check();
        if (unread) {
            throw new IOException("the input is closed");
        }
        if (length == 0) {
            return ended ? -1 : 0;
        }
        int count = Math.min(length, into.remaining());
        copy(ring.position(), count, (at, part) -> into.put(ring.array(), at, part));
        ring.position((ring.position() + count) % CAPACITY);
        length -= count;
        return count;
    }

    private int put(ByteBuffer from) throws IOException {
        check();
        if (ended) {
            throw new IOException("the output has ended");
        }
        if (unread) {
            int dropped = from.remaining();
            from.position(from.limit());
            return dropped;
        }
        if (ring.capacity() == 0) {
            ring = ByteBuffer.allocate(CAPACITY);
        }
        int count = Math.min(CAPACITY - length, from.remaining());
        copy((ring.position() + length) % CAPACITY, count, (at, part) -> from.get(ring.array(), at, part));
        length += count;
        return count;
    }

    @FunctionalInterface
    private interface Copy {
        void part(int at, int length);
    }

    private static void copy(int start, int count, Copy copy) {
        int first = Math.min(count, CAPACITY - start);
        copy.part(start, first);
        copy.part(0, count - first);
    }

    private void check() throws IOException {
        if (broken != null) {
            throw new IOException(broken);
        }
    }

    /** Ends it behind the bytes that are in it. */
    void end() {
        set(() -> ended = true);
    }

    /** Drops what is in it, and whatever comes: nobody reads it any more. */
    void leaveUnread() {
        set(() -> {
            unread = true;
            length = 0;
        });
    }

    /** Drops what is in it. Both sides get an exception from now on. */
    void breakOff(String why) {
        set(() -> {
            broken = broken == null ? why : broken;
            length = 0;
        });
    }

    private void set(Runnable change) {
        @Nullable Runnable other;
        lock.lock();
        try {
            change.run();
            other = change();
        } finally {
            lock.unlock();
        }
        run(other);
    }
}
