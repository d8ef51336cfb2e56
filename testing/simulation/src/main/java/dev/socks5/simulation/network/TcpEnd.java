package dev.socks5.simulation.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One end of a TCP connection, as the system has it. */
final class TcpEnd {

    private final SimulatedNetwork network;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Pipe in;
    private final Pipe out;

    /** Called when there may be something to read, or room to write: by the world, never by a call to this. */
    private @Nullable Runnable watcher;

    private boolean outputEnded;
    private boolean closed;
    private boolean reset;

    TcpEnd(SimulatedNetwork network, InetSocketAddress local, InetSocketAddress remote, Pipe in, Pipe out) {
        this.network = network;
        this.local = local;
        this.remote = remote;
        this.in = in;
        this.out = out;
    }

    InetSocketAddress local() {
        return local;
    }

    InetSocketAddress remote() {
        return remote;
    }

    Pipe in() {
        return in;
    }

    Pipe out() {
        return out;
    }

    void watch(@Nullable Runnable next) {
        watcher = next;
    }

    boolean isReset() {
        return reset;
    }

    boolean isReadable() {
        return in.available() > 0 || in.isEnded() || reset;
    }

    boolean isWritable() {
        if (reset || outputEnded || out.room() > 0) {
            return true;
        }
        out.starve();
        return false;
    }

    /** Takes bytes that have come, all or some; 0 if there are none, -1 at the end. */
    int read(ByteBuffer to) throws IOException {
        int count = Math.min(in.available(), to.remaining());
        if (count > 0) {
            int some = count > 1 && network.happens(Fault.SHORT_READ) ? network.below(1, count) : count;
            in.read(to, some);
            return some;
        }
        if (in.isEnded()) {
            return -1; // As on Linux, also if a reset has come behind the end.
        }
        if (reset && in.available() == 0) {
            throw new SocketException("Connection reset");
        }
        return 0;
    }

    /** Sends bytes, all or some or none. */
    int write(ByteBuffer from) throws IOException {
        if (reset) {
            throw new IOException("Broken pipe");
        }
        if (out.room() > 0 && from.hasRemaining() && network.happens(Fault.NO_WRITE)) {
            return 0;
        }
        int count = Math.min(out.room(), from.remaining());
        return put(from, count > 1 && network.happens(Fault.SHORT_WRITE) ? network.below(1, count) : count);
    }

    /** Sends as many bytes as there is room for. */
    int put(ByteBuffer from) {
        return put(from, Math.min(out.room(), from.remaining()));
    }

    private int put(ByteBuffer from, int count) {
        if (count > 0) {
            out.write(from, count);
        }
        if (from.hasRemaining() && out.room() == 0) {
            out.starve();
        }
        return count;
    }

    void endOutput() {
        if (!outputEnded && !reset) {
            outputEnded = true;
            out.end();
        }
    }

    /** Closes. The peer sees a reset if that is wanted, or input was left unread; else the end of what was sent. */
    void close(boolean abruptly) {
        if (closed) {
            return;
        }
        closed = true;
        watcher = null;
        if (abruptly || in.available() > 0) {
            sendReset();
        } else {
            endOutput();
        }
    }

    private void sendReset() {
        if (!reset) {
            reset = true;
            in.cut();
            out.reset(network.happens(Fault.RESET_OVERTAKES));
        }
    }

    /** Has the network reset the connection here, as if the peer had. */
    void resetFromOutside() {
        if (!closed) {
            resetCame();
        }
    }

    void dataCame() {
        if (closed) {
            in.dropInput();
            sendReset();
        } else {
            changed();
        }
    }

    void resetCame() {
        if (reset) {
            return;
        }
        reset = true;
        out.cut();
        if (network.happens(Fault.RESET_DROPS_INPUT)) {
            in.dropInput();
        }
        changed();
    }

    void changed() {
        if (watcher != null) {
            watcher.run();
        }
    }
}
