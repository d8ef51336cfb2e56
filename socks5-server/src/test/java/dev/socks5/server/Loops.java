package dev.socks5.server;

import dev.socks5.server.internal.net.Backlog;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Reserve;
import dev.socks5.server.internal.net.SystemNetwork;
import java.io.IOException;

/** Event loops for tests, each with a backlog of its own. */
public final class Loops {

    public static final int BUFFER_SIZE = 512 * 1024;
    public static final long BACKLOG = 64L * 1024 * 1024;

    private Loops() {}

    /** A loop that has yet to be started. */
    public static EventLoop open() throws IOException {
        return open(new Backlog(BACKLOG, System::nanoTime));
    }

    public static EventLoop open(Backlog backlog) throws IOException {
        return new EventLoop(new SystemNetwork(), "test", BUFFER_SIZE, backlog, new Reserve(System::nanoTime));
    }
}
