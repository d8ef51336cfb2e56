package dev.socks5.interop;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A real proxy that is killed, stopped, and started again where it was. */
final class MortalProxy implements AutoCloseable {

    private final Daemon.Command command;
    private Daemon running;

    MortalProxy(Daemon.Command command) throws IOException, InterruptedException {
        this.command = command;
        this.running = Daemon.start(command);
    }

    InetSocketAddress address() {
        return running.address();
    }

    void kill() throws IOException {
        running.kill();
    }

    /** Starts it again once it was killed, and waits until it listens. */
    void start() throws IOException, InterruptedException {
        running = Daemon.startAt(running.address(), command);
    }

    /** Stops its processes: the system goes on taking connections for them. */
    void suspend() throws IOException, InterruptedException {
        running.signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        running.signal("CONT");
    }

    @Override
    public void close() throws IOException {
        running.kill();
    }
}
