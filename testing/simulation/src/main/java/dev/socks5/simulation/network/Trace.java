package dev.socks5.simulation.network;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What has gone over the network, in order. Keeps nothing unless it is turned on. */
public final class Trace {

    /** What has happened to a message. */
    public enum Kind {
        CONNECT,
        CONNECTED,
        REFUSED,
        DATA,
        END,
        RESET,
        DATAGRAM,
        LOST,
        ICMP
    }

    /**
     * A message.
     *
     * @param time when it arrived, as {@link World#elapsed()}
     * @param bytes those that arrived; empty if there were none
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Entry(long time, InetSocketAddress from, InetSocketAddress to, Kind kind, byte[] bytes) {}

    private static final byte[] NONE = {};

    private final World world;
    private final List<Entry> entries = new ArrayList<>();
    private boolean on;

    Trace(World world) {
        this.world = world;
    }

    /** Keeps what happens from now on, or no longer. */
    public void turn(boolean next) {
        on = next;
    }

    boolean isOn() {
        return on;
    }

    void add(Kind kind, InetSocketAddress from, InetSocketAddress to) {
        add(kind, from, to, NONE);
    }

    void add(Kind kind, InetSocketAddress from, InetSocketAddress to, byte[] bytes) {
        if (on) {
            entries.add(new Entry(world.elapsed(), from, to, kind, bytes));
        }
    }

    /** Sums up what has happened so far: two runs with the same sum were the same. */
    public long digest() {
        long sum = entries.size();
        for (Entry entry : entries) {
            sum = 31 * sum + entry.time();
            sum = 31 * sum + entry.kind().name().hashCode();
            sum = 31 * sum + entry.from().hashCode();
            sum = 31 * sum + entry.to().hashCode();
            sum = 31 * sum + Arrays.hashCode(entry.bytes());
        }
        return sum;
    }

    /** Returns what has happened so far. */
    public List<Entry> entries() {
        return entries;
    }
}
