package dev.socks5.simulation;

import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.SessionEnd;
import dev.socks5.simulation.network.Fault;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of the {@link Oracle} that knows what has become of the datagrams of one association. */
final class DatagramLog {

    /** What is to become of a datagram of the client's. */
    enum Fate {
        GOOD,
        FRAGMENT,
        MALFORMED,
        FOREIGN
    }

    static final int SHORTEST = 9;
    static final int UNASKED = -1;

    private static final long LATE_MILLIS = 3_000;
    private static final long FRESH_MILLIS = 60_000;
    private static final long REFUSED_MILLIS = 5_000;

    /** The one that finds a name too old goes the old way; the next one does not. */
    private static final long STALE_MILLIS = 90_000;

    private record Sent(Fate fate, long at, boolean moves) {}

    private final Party party;
    private final Run run;
    private final Map<Integer, Sent> sent = new HashMap<>();
    private final Map<Fate, Integer> counts = new EnumMap<>(Fate.class);
    private final Map<Integer, long[]> answers = new HashMap<>();
    private final BitSet arrived = new BitSet();

    @Nullable
    InetSocketAddress relay;

    int length;
    int moves;
    int movesTold;
    int unasked;
    int answersSent;
    private int arrivals;
    private int movesArrived;
    private int received;
    private long lastSentAt = -1;

    /** The latest moment at which the server is known to have relayed something, or later. */
    private long activeAt = -1;

    /** The latest moment at which the server is known to have heard the client, or later. */
    private long heardAt = -1;

    private int lookUps;

    /** How many changes of the terms have had their look-up, or were before the first one. */
    private int renewals;

    private long goodLookUpAt = -1;
    private long lookedUpAt = -1;

    DatagramLog(Party party) {
        this.party = party;
        this.run = party.run;
        this.renewals = run.oracle().changes().count();
    }

    static void require(boolean holds, String otherwise) {
        Check.require(holds, Rule.DATAGRAMS_KEEP_TO_THE_RULES, otherwise, null);
    }

    private long now() {
        return run.world().elapsed();
    }

    // ------------------------------------------------------------------ what is sent, and what comes

    void sent(int number, Fate fate, boolean moves) {
        sent.put(number, new Sent(fate, now(), moves));
        counts.merge(fate, 1, Integer::sum);
        lastSentAt = now();
    }

    /** Whether the server has relayed something, and so knows the client's port. */
    boolean isLatched() {
        return arrivals > 0;
    }

    /** Whether the client's port has not been silent for long enough, by the time that a datagram arrives. */
    boolean mayNotMove(long latencyMillis) {
        long late = latencyMillis + (run.injects(Fault.UDP_LATE) ? LATE_MILLIS : 0) + run.slack() / Check.nanos(1);
        int after = run.setup().moveAfter();
        return after == 0 || now() + Check.nanos(late) - heardAt < Check.nanos(after);
    }

    int farReceives(byte[] bytes) {
        require(bytes.length == length, "a datagram of another length came");
        ByteBuffer data = ByteBuffer.wrap(bytes);
        require(data.getInt() == party.visit.id(), "a datagram of another visit came");
        int number = data.getInt();
        @Nullable Sent its = sent.get(number);
        require(its != null && its.fate == Fate.GOOD, "a datagram came that was not to pass: " + its + ", " + party);
        require(!arrived.get(number) || run.injects(Fault.UDP_DOUBLED), "a datagram came twice, " + party);
        movesArrived += its.moves && !arrived.get(number) ? 1 : 0;
        arrived.set(number);
        arrivals++;
        activeAt = Math.max(activeAt, its.at);
        heardAt = Math.max(heardAt, its.at);
        boolean stale = goodLookUpAt >= 0 && its.at > goodLookUpAt + Check.nanos(STALE_MILLIS);
        boolean excused = disturbed() || run.setup().blocking() || party.visit.lookUp() != Visit.LookUp.FOUND;
        require(!stale || excused, "it went where the name no longer leads");
        pace(arrivals);
        return number;
    }

    private void pace(int datagrams) {
        int rate = run.setup().bandwidth();
        if (rate > 0) {
            double most = rate * ((now() - party.listeningAt) / 1e9 + 0.1) + 512 + 2 * (length + 30);
            Check.require(
                    datagrams * (double) length <= most,
                    Rule.LIMITS_ARE_KEPT,
                    datagrams + " datagrams went by in " + (now() - party.listeningAt) + " ns",
                    party);
        }
    }

    void answered(int number, int which) {
        answersSent++;
        lastSentAt = now();
        long[] its = answers.computeIfAbsent(number, first -> {
            long[] never = new long[8];
            Arrays.fill(never, -1);
            return never;
        });
        its[which] = now();
    }

    void otherPortReceives(InetSocketAddress from, byte[] bytes) {
        require(moves > 0, "an answer came to another port than the client's");
        clientReceives(from, bytes);
    }

    void clientReceives(InetSocketAddress from, byte[] bytes) {
        require(from.equals(relay), "the client got a datagram from elsewhere");
        ByteBuffer in = ByteBuffer.wrap(bytes);
        require(in.getShort() == 0 && in.get() == 0, "an answer without a proper header");
        byte[] address = new byte[in.get() == 1 ? 4 : 16];
        in.get(address);
        InetSocketAddress source = new InetSocketAddress(Addresses.of(address), in.getShort() & 0xFFFF);
        require(Addresses.isPermitted(source), "an answer from " + source);
        require(source.getPort() == Addresses.port(party.visit), "an answer from another port than was asked");
        require(in.remaining() == length && in.getInt() == party.visit.id(), "an answer for somebody else");
        long @Nullable [] its = answers.get(in.getInt());
        require(its != null, "an answer to what was never asked, " + party);
        received++;
        activeAt = Math.max(activeAt, its[in.get()]);
        pace(received);
    }

    /** Returns how often the name has been looked up, with this time. */
    int lookedUp() {
        boolean fresh = lookUps == 1 && arrivals > 0;
        boolean early = lookUps > 0 && now() - lookedUpAt < Check.nanos(fresh ? FRESH_MILLIS : REFUSED_MILLIS);
        if (early) { // By terms that are new, perhaps: also behind a look-up that had to wait, and began by old ones.
            Check.require(
                    renewals < run.oracle().changes().count(), Rule.LOOKS_UP_ONCE, "looked up again so soon", party);
            renewals++;
        }
        lookedUpAt = now();
        goodLookUpAt = lookUps < party.mayLookUp ? now() : goodLookUpAt; // As the policies have it.
        return ++lookUps;
    }

    // ------------------------------------------------------------------ at the end

    /** Returns the most bytes of payload that can have been relayed. */
    long maySend() {
        return 4L * length * (sent.size() + answersSent); // Twice each on two legs.
    }

    private int count(Fate fate) {
        return counts.getOrDefault(fate, 0);
    }

    void closed(SessionEnd end) {
        DatagramCounts told = end.datagrams();
        int most = run.injects(Fault.UDP_DOUBLED) ? 4 : 1; // Twice each on two legs.
        boolean right = end.bytesUp() == told.up() * length
                && end.bytesDown() == told.down() * length
                && told.up() >= (most > 1 ? 0 : arrivals)
                && told.down() >= (most > 1 ? 0 : received)
                && told.up() + told.refused() + told.lost() <= (long) most * (count(Fate.GOOD) + answersSent)
                && told.down() <= (long) most * answersSent
                && told.fragments() <= (long) most * count(Fate.FRAGMENT)
                && told.malformed() <= (long) most * count(Fate.MALFORMED)
                && told.foreign() <= (long) most * (mayBeForeign() + unasked + answersSent);
        Check.require(
                right,
                Rule.COUNTS_ARE_RIGHT,
                told + ", but " + counts + ", " + arrivals + " arrived, " + received + " answers",
                party);
        if (!disturbed()) {
            boolean movesRight = movesTold <= moves && movesTold >= movesArrived;
            Check.require(
                    movesRight,
                    Rule.COUNTS_ARE_RIGHT,
                    movesTold + " moves told of " + moves + ", arrived " + movesArrived,
                    party);
        }
        if (end.reason() == CloseReason.FINISHED && isPlain() && !run.isStopping()) {
            Check.require(
                    told.fragments() == count(Fate.FRAGMENT)
                            && told.malformed() == count(Fate.MALFORMED)
                            && told.foreign() == count(Fate.FOREIGN) + unasked,
                    Rule.COUNTS_ARE_RIGHT,
                    told + ", but " + counts + " and " + unasked + " unasked",
                    party);
            served(told);
        }
        if (end.reason() == CloseReason.IDLE_TIMEOUT) {
            idle();
        }
    }

    /** Where it has paused, the server measures silence anew, and does not take whoever has moved by then. */
    private int mayBeForeign() {
        boolean paced = run.setup().bandwidth() > 0 || run.setup().userBandwidth() > 0;
        return paced ? sent.size() : count(Fate.FOREIGN);
    }

    private boolean disturbed() {
        return run.failsToConnect();
    }

    /** Whether everything has come where it should by the time that the client ends the association. */
    private boolean isPlain() {
        Setup setup = run.setup();
        return !disturbed()
                && run.oracle().changes().areSettled(party)
                && party.ended
                && party.visit.pace() != Visit.Pace.ALL_AT_ONCE // Which may end before it has sent anything.
                && setup.bandwidth() == 0
                && setup.userBandwidth() == 0
                && !setup.blocking()
                && setup.upstream() == 0
                && party.visit.form() != Visit.Form.NAME
                && !party.visit.targets().isEmpty();
    }

    private void served(DatagramCounts told) {
        if (party.visit.targets().get(0).isOpen()) {
            boolean all = arrived.cardinality() == count(Fate.GOOD) && told.up() == count(Fate.GOOD);
            Check.require(all, Rule.THE_HEALTHY_ARE_SERVED, arrivals + " of " + counts + " arrived", party);
            boolean answered = party.visit.pause() > 1_000 || received == count(Fate.GOOD);
            Check.require(answered, Rule.THE_HEALTHY_ARE_SERVED, received + " answers to " + counts, party);
        }
    }

    /** Judges the end of an association that was silent, from both sides. */
    private void idle() {
        Setup setup = run.setup();
        long silent = now() - Math.max(party.listeningAt, activeAt) - Check.nanos(setup.idle());
        // Of two answers to one datagram that has come twice, it cannot be told which one has come.
        long doubt = run.injects(Fault.UDP_DOUBLED) ? Check.nanos(LATE_MILLIS) : 0;
        Check.require(silent >= -doubt, Rule.DEADLINES_ARE_KEPT, "ended as idle " + -silent + " ns too early", party);
        if (setup.bandwidth() == 0 && setup.userBandwidth() == 0) {
            long late = DatagramClient.LATENCY_MILLIS + (run.injects(Fault.UDP_LATE) ? LATE_MILLIS : 0);
            long over =
                    now() - Math.max(party.listeningAt, lastSentAt) - Check.nanos(setup.idle() + late) - run.slack();
            Check.require(over <= 0, Rule.DEADLINES_ARE_KEPT, "ended as idle " + over + " ns late", party);
        }
    }
}
