package dev.socks5.server;

import java.io.IOException;

/** Event loops for tests, each with a backlog of its own. */
final class Loops {

    static final int BUFFER_SIZE = 512 * 1024;
    static final long BACKLOG = 64L * 1024 * 1024;

    private Loops() {}

    /** A loop that has yet to be started. */
    static EventLoop open() throws IOException {
        return open(new Backlog(BACKLOG, System::nanoTime));
    }

    static EventLoop open(Backlog backlog) throws IOException {
        return new EventLoop("test", BUFFER_SIZE, backlog, new Reserve());
    }
}
