package dev.socks5.proxy;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * What the operator should know, on standard error. While the server runs, nobody waits for a terminal or a pipe that
 * takes nothing: a change must not be held up by what is said about it.
 */
final class Messages implements AutoCloseable {

    private static final String PREFIX = "socks5-server: ";

    private final Supplier<PrintWriter> err;
    private volatile LineWriter writer; // Null before that.

    /** @param err asked at each use */
    Messages(Supplier<PrintWriter> err) {
        this.err = err;
    }

    /** Has another thread say what comes from now on. */
    void waitForNobody() {
        OutputStream out = new OutputStream() {
            @Override
            public void write(int octet) {
                throw new UnsupportedOperationException("lines are written whole");
            }

            @Override
            public void write(byte[] octets) {
                PrintWriter now = err.get();
                now.print(new String(octets, StandardCharsets.UTF_8)); // It has an encoding of its own.
                now.flush();
            }
        };
        writer = new LineWriter("socks5-messages", out, count -> PREFIX + count + " messages dropped");
    }

    /** Says a line. Any thread may. */
    void say(String line) {
        LineWriter running = writer;
        if (running == null) {
            err.get().println(PREFIX + line);
        } else {
            running.print(PREFIX + line);
        }
    }

    /** Waits until all has been said, for a while. */
    @Override
    public void close() {
        LineWriter running = writer;
        if (running != null) {
            running.close();
        }
    }
}
