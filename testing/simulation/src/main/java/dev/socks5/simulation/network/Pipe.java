package dev.socks5.simulation.network;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a TCP connection: the sender's buffer, the way, and the receiver's buffer, which have a size in
 * common. Bytes are counted from the first one: those up to {@code read} are gone, those up to {@code arrived} are at
 * the receiver, and those up to {@code written} are under way.
 */
final class Pipe {

    /** How many parts may be under way, each with its own time; others arrive with the last. */
    private static final int PARTS = 8;

    private static final int LEAST_SIZE = 64;
    private static final byte[] NONE = {};

    private enum End {
        NONE,
        FIN,
        RESET
    }

    private final SimulatedNetwork network;
    private final World world;
    private final int window;
    private final long latency;
    private final long nanosPerByte;
    private final Alarm arrival;
    private final Alarm acknowledgement;

    private byte[] ring = NONE;
    private long written;
    private long arrived;
    private long read;
    private long freed;

    private final long[] positions = new long[PARTS];
    private final long[] times = new long[PARTS];
    private int first;
    private int parts;
    private long lineBusyUntil;
    private long latest;

    private End end = End.NONE;
    private long endTime;
    private boolean ended;
    private boolean finArrived;
    private boolean starved;
    private boolean stalled;

    /** The receiver and the sender; set once, before anything is written. */
    private @Nullable TcpEnd receiver;

    private @Nullable TcpEnd sender;

    Pipe(SimulatedNetwork network, int window, long latency, long nanosPerByte) {
        this.network = network;
        this.world = network.world();
        this.window = window;
        this.latency = latency;
        this.nanosPerByte = nanosPerByte;
        this.arrival = new Alarm(world, this::arrive);
        this.acknowledgement = new Alarm(world, this::acknowledge);
    }

    void between(TcpEnd from, TcpEnd to) {
        sender = from;
        receiver = to;
    }

    long latency() {
        return latency;
    }

    int room() {
        return (int) (window - (written - freed));
    }

    /** The sender wants to hear of room. */
    void starve() {
        starved = true;
    }

    /** Takes bytes from a buffer, at most as many as there is room for. */
    void write(ByteBuffer data, int count) {
        reserve(count);
        int at = (int) written & (ring.length - 1);
        int atOnce = Math.min(count, ring.length - at);
        data.get(ring, at, atOnce).get(ring, 0, count - atOnce);
        written += count;
        lineBusyUntil = Math.max(world.elapsed(), lineBusyUntil) + count * nanosPerByte;
        part(Math.max(latest, lineBusyUntil + latency));
    }

    private void reserve(int more) {
        int used = (int) (written - read);
        if (used + more <= ring.length) {
            return;
        }
        byte[] next = new byte[Math.max(LEAST_SIZE, Integer.highestOneBit(used + more - 1) * 2)];
        for (long i = read; i < written; ) {
            int from = (int) i & (ring.length - 1);
            int to = (int) i & (next.length - 1);
            int count = (int) Math.min(written - i, Math.min(ring.length - from, next.length - to));
            System.arraycopy(ring, from, next, to, count);
            i += count;
        }
        ring = next;
    }

    private void part(long time) {
        latest = time;
        int slot = parts == PARTS ? (first + parts - 1) % PARTS : (first + parts++) % PARTS;
        positions[slot] = written;
        times[slot] = time;
        arm();
    }

    /** Ends it behind everything that was written. */
    void end() {
        if (end == End.NONE) {
            end = End.FIN;
            endTime = Math.max(latest, Math.max(world.elapsed(), lineBusyUntil) + latency);
            arm();
        }
    }

    /** Resets the connection for the receiver, behind what is under way or before it. */
    void reset(boolean overtakes) {
        if (end == End.RESET) {
            return;
        }
        if (overtakes) {
            cut();
        }
        end = End.RESET;
        ended = false;
        endTime = Math.max(overtakes ? 0 : latest, world.elapsed() + latency);
        arm();
    }

    /** Drops what is under way. */
    void cut() {
        parts = 0;
        written = arrived;
        arrival.cancel();
        acknowledgement.cancel();
    }

    /** Nothing arrives any more, and nobody is told. */
    void stall() {
        stalled = true;
        arrival.cancel();
        acknowledgement.cancel();
    }

    private void arm() {
        if (stalled) {
            return;
        }
        if (parts > 0) {
            arrival.atTheLatest(times[first]);
        } else if (end != End.NONE && !ended) {
            arrival.setAt(endTime);
        }
    }

    private void arrive() {
        long before = arrived;
        while (parts > 0 && times[first] <= world.elapsed()) {
            long more = positions[first] - arrived;
            if (more > 1 && network.happens(Fault.SPLIT)) {
                arrived += 1 + world.chance().below(more - 1);
                times[first] = world.elapsed() + 1 + world.chance().below(latency + 1);
                break;
            }
            arrived = positions[first];
            first = (first + 1) % PARTS;
            parts--;
        }
        boolean ends = parts == 0 && end != End.NONE && !ended && endTime <= world.elapsed();
        ended |= ends;
        arm();
        TcpEnd to = Objects.requireNonNull(receiver);
        if (arrived > before) {
            if (world.trace().isOn()) {
                world.trace().add(Trace.Kind.DATA, to.remote(), to.local(), copy(before));
            }
            to.dataCame();
        }
        if (ends && end == End.RESET) {
            world.trace().add(Trace.Kind.RESET, to.remote(), to.local());
            to.resetCame();
        } else if (ends) {
            finArrived = true;
            world.trace().add(Trace.Kind.END, to.remote(), to.local());
            to.changed();
        }
    }

    private byte[] copy(long from) {
        byte[] bytes = new byte[(int) (arrived - from)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = ring[(int) (from + i) & (ring.length - 1)];
        }
        return bytes;
    }

    int available() {
        return (int) (arrived - read);
    }

    /** Whether the end of input has come, behind all that is available. */
    boolean isEnded() {
        return finArrived;
    }

    /** Gives bytes that have arrived, at most so many. */
    void read(ByteBuffer in, int count) {
        int at = (int) read & (ring.length - 1);
        int atOnce = Math.min(count, ring.length - at);
        in.put(ring, at, atOnce).put(ring, 0, count - atOnce);
        read(count);
    }

    /** Gives bytes that have arrived and lie one behind the other, as they are; {@link #read(int)} follows. */
    ByteBuffer peek() {
        int at = (int) read & (ring.length - 1);
        return ByteBuffer.wrap(ring, at, Math.min(available(), ring.length - at));
    }

    void read(int count) {
        read = Math.min(read + count, arrived); // A reset may have dropped the rest meanwhile.
        if (!starved) {
            freed = read;
        } else if (!acknowledgement.isSet() && !stalled) {
            acknowledgement.set(latency);
        }
    }

    /** Drops what has arrived. */
    void dropInput() {
        read = arrived;
    }

    private void acknowledge() {
        starved = false;
        freed = read;
        Objects.requireNonNull(sender).changed();
    }
}
