package dev.socks5.simulation.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The end of a connection that a simulated program has. */
final class ProgramWire implements Wire, Runnable {

    private enum Closing {
        NO,
        IN_ORDER,
        DONE
    }

    private final World world;
    private final Owner owner;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Queue<ByteBuffer> queue = new ArrayDeque<>(4);
    private @Nullable TcpEnd end;
    private final Alarm soon;
    private long unsent;
    private boolean reading = true;
    private boolean ending;
    private boolean toldEnd;
    private boolean toldReset;
    private boolean toldSent = true;
    private boolean busy;
    private boolean again;
    private Closing closing = Closing.NO;

    ProgramWire(World world, InetSocketAddress local, InetSocketAddress remote, Owner owner) {
        this.world = world;
        this.local = local;
        this.remote = remote;
        this.owner = owner;
        this.soon = new Alarm(world, this);
        owner.begin(this);
    }

    /** Takes the connection; unless it was closed meanwhile. */
    void connected(TcpEnd mine) {
        end = mine;
        if (closing == Closing.DONE) {
            mine.close(true);
            return;
        }
        mine.watch(this);
        owner.connected();
        run();
    }

    void failed(IOException why) {
        if (closing != Closing.DONE) {
            closing = Closing.DONE;
            owner.failed(why);
        }
    }

    @Override
    public void send(byte[] bytes) {
        if (bytes.length > 0 && !ending && closing == Closing.NO) {
            queue.add(ByteBuffer.wrap(bytes));
            unsent += bytes.length;
            toldSent = false;
            later();
        }
    }

    @Override
    public void end() {
        ending = true;
        later();
    }

    @Override
    public void close() {
        if (closing == Closing.NO) {
            closing = Closing.IN_ORDER;
            later();
        }
    }

    @Override
    public void reset() {
        finish(true);
    }

    private void finish(boolean abruptly) {
        closing = Closing.DONE;
        queue.clear();
        unsent = 0;
        if (end != null) {
            end.close(abruptly);
        }
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        if (on) {
            later();
        }
    }

    /** Goes on soon: not now, because the program is about to do more. */
    private void later() {
        again = true;
        if (!busy && end != null) {
            soon.atTheLatest(world.elapsed());
        }
    }

    @Override
    public void run() {
        TcpEnd mine = end;
        if (busy || mine == null) {
            return;
        }
        busy = true;
        try {
            do {
                again = false;
                pump(mine);
            } while (closing != Closing.DONE && (receive(mine) || again));
        } finally {
            busy = false;
        }
    }

    private boolean receive(TcpEnd mine) {
        if (closing == Closing.NO && reading && mine.in().available() > 0) {
            ByteBuffer data = mine.in().peek();
            int count = data.remaining();
            owner.received(data);
            if (closing != Closing.DONE) {
                mine.in().read(count);
            }
            return true;
        }
        if (closing == Closing.NO && reading && mine.in().isEnded() && !toldEnd) {
            toldEnd = true;
            owner.ended();
            return true;
        }
        if (mine.isReset() && !toldReset) {
            toldReset = true;
            queue.clear();
            unsent = 0;
            if (closing == Closing.NO) {
                owner.reset();
            }
        }
        return false;
    }

    private void pump(TcpEnd mine) {
        if (!mine.isReset()) {
            feed(mine);
        }
        if (queue.isEmpty() && !toldSent) {
            toldSent = true;
            if (closing == Closing.NO && !mine.isReset()) {
                owner.sentAll();
            }
        }
        if (queue.isEmpty() && ending) {
            mine.endOutput();
        }
        if (closing == Closing.IN_ORDER && (queue.isEmpty() || mine.isReset())) {
            finish(false);
        }
    }

    private void feed(TcpEnd mine) {
        for (ByteBuffer next = queue.peek(); next != null; next = queue.peek()) {
            unsent -= mine.put(next);
            if (next.hasRemaining()) {
                return;
            }
            queue.remove();
        }
    }

    @Override
    public boolean isOpen() {
        return end != null && !end.isReset() && closing != Closing.DONE;
    }

    @Override
    public long unsent() {
        return unsent;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }
}
