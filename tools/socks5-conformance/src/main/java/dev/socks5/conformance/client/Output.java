package dev.socks5.conformance.client;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What a program prints. Its size is bounded; what goes beyond is thrown away. All threads may use it. */
public final class Output extends OutputStream {

    private static final int MOST = 8 * 1024 * 1024;
    private static final int SHOWN = 200;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;

    @Override
    public void write(int octet) {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] more, int offset, int length) {
        bytes.write(more, offset, Math.min(length, MOST - bytes.size()));
        notifyAll();
    }

    /** Says that nothing more comes. */
    @Override
    public synchronized void close() {
        ended = true;
        notifyAll();
    }

    /** Returns whether a text is in it, as soon as it is, or the output has ended, or the time is over. */
    public synchronized boolean await(String text, Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        while (!contains(text)) {
            long left = deadline - System.nanoTime();
            if (ended || left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /** Returns whether a text is in it now. */
    public synchronized boolean contains(String text) {
        return bytes.toString(StandardCharsets.ISO_8859_1).contains(text);
    }

    /** Returns whether a text stands in it, but not at the beginning of a line. */
    public synchronized boolean hasBytesBefore(String text) {
        String all = bytes.toString(StandardCharsets.ISO_8859_1);
        int at = all.indexOf(text);
        return at > 0 && all.charAt(at - 1) != '\n';
    }

    /** Returns the last of it, for a message: printable characters alone. */
    public synchronized String shown() {
        String text = bytes.toString(StandardCharsets.ISO_8859_1).replaceAll("[^!-~]+$", "");
        String last = text.length() <= SHOWN ? text : "..." + text.substring(text.length() - SHOWN);
        return last.replaceAll("[^ -~]+", " / ");
    }
}
