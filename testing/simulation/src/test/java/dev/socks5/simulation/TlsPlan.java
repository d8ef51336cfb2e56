package dev.socks5.simulation;

import dev.socks5.simulation.TlsOutput.Trouble;
import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.network.Fault;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is planned for one run of a server whose clients come by TLS. Times are in milliseconds.
 *
 * @param gentle whether the network leaves everybody their connection
 * @param maxUnauthenticated how many may be in the handshake at a time
 * @param stopAfter when the server is told to stop; 0 for when all is quiet
 * @param grace how long that waits for open connections; 0 for not at all
 */
record TlsPlan(
        long seed,
        boolean gentle,
        Map<Fault, Integer> faults,
        int loops,
        int handshake,
        int idle,
        int halfClose,
        int maxUnauthenticated,
        int stopAfter,
        int grace,
        List<Visitor> visitors) {

    /**
     * What one client does.
     *
     * @param troubleAt the byte of its output at which the trouble comes
     * @param plain whether it says SOCKS without TLS
     * @param old whether it speaks TLS 1.2, where nobody half-closes
     * @param eager whether it sends its greeting, its request and its content without waiting for answers
     * @param newKeys whether it changes keys in its tunnel
     * @param up bytes that it sends
     * @param down bytes that its far end sends
     * @param part how many of them at a time
     * @param pause between two parts
     * @param farEndsFirst whether the far end does not wait for the client's end with its own
     * @param farResets whether the far end resets once it has sent everything
     */
    record Visitor(
            int id,
            int at,
            Trouble trouble,
            int troubleAt,
            boolean plain,
            boolean old,
            boolean eager,
            boolean newKeys,
            int up,
            int down,
            int part,
            int pause,
            boolean farEndsFirst,
            boolean farResets) {

        /** About as many bytes as a client sends in its handshake. */
        private static final int HANDSHAKE = 800;

        private static Visitor of(int id, Chance chance) {
            boolean sound = chance.oneIn(2);
            Trouble trouble = sound ? Trouble.NONE : chance.pick(List.of(Trouble.values()));
            boolean old = chance.oneIn(5);
            int up = chance.below(1 << chance.below(18));
            return new Visitor(
                    id,
                    chance.below(200),
                    trouble,
                    chance.below(chance.oneIn(2) ? HANDSHAKE : HANDSHAKE + up),
                    !sound && chance.oneIn(5),
                    old,
                    chance.oneIn(2),
                    !old && chance.oneIn(3),
                    up,
                    chance.below(1 << chance.below(18)),
                    1 + chance.below(1 << (4 + chance.below(14))),
                    chance.below(20),
                    !old && chance.oneIn(2),
                    !sound && chance.oneIn(4));
        }

        /** Whether both ends mean it well. */
        boolean isSound() {
            return trouble == Trouble.NONE && !plain && !farResets;
        }

        /** Returns a part that is not so small that there are too many of them. */
        int partOf(int all) {
            return Math.max(part, all / 50 + 1);
        }
    }

    static final int NO_LIMIT = 1_000_000;

    /** Faults that keep nobody from getting through. Work is not taken at once, for one. */
    private static final List<Fault> GENTLE = List.of(
            Fault.SPLIT,
            Fault.SHORT_WRITE,
            Fault.NO_WRITE,
            Fault.SHORT_READ,
            Fault.SPURIOUS_KEY,
            Fault.SPURIOUS_WAKEUP,
            Fault.CONNECT_AT_ONCE,
            Fault.WORK_REJECTED);

    private static final List<Fault> ROUGH = List.of(
            Fault.FAR,
            Fault.SLOW_LINE,
            Fault.SMALL_WINDOW,
            Fault.RESET,
            Fault.STALL,
            Fault.RESET_OVERTAKES,
            Fault.RESET_DROPS_INPUT,
            Fault.ACCEPT_GONE,
            Fault.LATE_TURN,
            Fault.CONNECT_REFUSED,
            Fault.WORK_SLOW,
            Fault.WORK_LOST);

    static TlsPlan of(long seed) {
        Chance chance = new Chance(seed).fork();
        boolean gentle = chance.oneIn(2);
        boolean generous = chance.oneIn(2);
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        for (Fault fault : GENTLE) {
            if (chance.oneIn(2)) {
                faults.put(fault, chance.below(fault == Fault.WORK_REJECTED ? 8_000 : 3_000));
            }
        }
        for (Fault fault : ROUGH) {
            if (!gentle && chance.oneIn(3)) {
                faults.put(fault, 1 + chance.below(3_000));
            }
        }
        List<Visitor> visitors = new ArrayList<>();
        int count = 1 + chance.below(5);
        for (int id = 0; id < count; id++) {
            visitors.add(Visitor.of(id, chance));
        }
        return new TlsPlan(
                seed,
                gentle,
                faults,
                1 + chance.below(2),
                2_000 + chance.below(5_000),
                10_000 + chance.below(20_000),
                5_000 + chance.below(5_000),
                generous || chance.oneIn(2) ? NO_LIMIT : 1 + chance.below(2),
                generous || chance.oneIn(2) ? 0 : 1 + chance.below(300),
                chance.oneIn(2) ? 100 + chance.below(5_000) : 0,
                List.copyOf(visitors));
    }

    boolean injects(Fault fault) {
        return faults.getOrDefault(fault, 0) > 0;
    }

    /** Whether those who mean it well are served in full. */
    boolean isKind() {
        return gentle && maxUnauthenticated == NO_LIMIT && stopAfter == 0;
    }
}
