package dev.socks5.simulation;

import dev.socks5.server.CloseReason;
import dev.socks5.server.SessionEnd;
import dev.socks5.simulation.Party.Awaits;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of the {@link Oracle} that watches tunnels: bytes, ends and resets, their pace, their counts, and silence.
 */
final class Flows extends Check {

    /** The credit and one slice, by docs: 100 ms worth; with room for the smallest slice. */
    private static final double BURST_SECONDS = 0.1;

    private static final int SMALLEST_SLICE = 512;

    /** What may have come ahead of the reply, and is passed on at once. */
    private static final int AHEAD = 8 * 1024;

    /** What the sessions of one user have relayed together. */
    static final class Used {
        private final long since;
        private long up;
        private long down;
        private int sessions;

        private Used(long since) {
            this.since = since;
        }
    }

    private final Map<String, Used> byUser = new HashMap<>();

    Flows(Run run) {
        super(run);
    }

    void connected(Party party) {
        String user = party.meant.user();
        if (setup.userBandwidth() > 0 && setup.login() && user != null) {
            Used used = byUser.computeIfAbsent(user, first -> new Used(now()));
            used.sessions++;
            party.used = used;
        }
    }

    void clientReceives(Party party, ByteBuffer data) {
        long end = party.received + data.remaining();
        require(end <= party.far.sent, Rule.BYTES_ARRIVE_AS_SENT, "more came down than was sent", party);
        int wrong = party.down.firstWrong(party.received, data);
        require(wrong < 0, Rule.BYTES_ARRIVE_AS_SENT, "byte " + (party.received + wrong) + " down is another", party);
        party.heardAt = now();
        run.oracle().listings().moves(party, 0, end);
        pace(party, end, 0);
        burst(party, 1, data.remaining(), 0);
        @Nullable Used used = party.used;
        if (used != null) {
            used.down += data.remaining();
            paceOfUser(party, used, used.down, 0);
        }
    }

    void farReceives(Party party, ByteBuffer data) {
        long at = party.far.received;
        require(
                at + data.remaining() <= party.upSent(),
                Rule.BYTES_ARRIVE_AS_SENT,
                "more went up than was sent",
                party);
        for (int i = 0; i < data.remaining(); i++) {
            if (data.get(data.position() + i) != party.upAt(at + i)) {
                throw new Violation(Rule.BYTES_ARRIVE_AS_SENT, "byte " + (at + i) + " up is another, " + party);
            }
        }
        require(party.connectedAt >= 0, Rule.EVENTS_ARE_IN_ORDER, "bytes before the event", party);
        party.heardAt = now();
        run.oracle().listings().moves(party, at + data.remaining(), 0);
        pace(party, at + data.remaining(), AHEAD);
        burst(party, 0, data.remaining(), AHEAD);
        @Nullable Used used = party.used;
        if (used != null) {
            used.up += data.remaining();
            paceOfUser(party, used, used.up, AHEAD * used.sessions);
        }
    }

    private void pace(Party party, long bytes, int more) {
        if (setup.bandwidth() > 0) {
            double seconds = (now() - party.connectedAt) / 1e9 + BURST_SECONDS;
            double most = setup.bandwidth() * seconds + SMALLEST_SLICE + more;
            require(bytes <= most, Rule.LIMITS_ARE_KEPT, bytes + " bytes went by, and not " + most, party);
        }
    }

    /** Whoever was silent may not use later what it has not used: where nothing else holds data up, it shows. */
    private void burst(Party party, int way, int bytes, int more) {
        boolean known = !run.failsToConnect() && !run.isSlow() && !party.visit.clientDeaf() && !party.visit.farDeaf();
        if (setup.bandwidth() > 0 && known) {
            double paid = setup.bandwidth() * (now() - party.levelAt[way]) / 1e9;
            party.level[way] = Math.max(0, party.level[way] - paid) + bytes;
            party.levelAt[way] = now();
            double most = setup.bandwidth() * 2 * BURST_SECONDS + SMALLEST_SLICE + more;
            require(party.level[way] <= most, Rule.LIMITS_ARE_KEPT, "a burst of " + party.level[way], party);
        }
    }

    private void paceOfUser(Party party, Used used, long bytes, int more) {
        double seconds = (now() - used.since) / 1e9 + 2 * BURST_SECONDS;
        double most = setup.userBandwidth() * seconds + SMALLEST_SLICE * used.sessions + more;
        require(bytes <= most, Rule.LIMITS_ARE_KEPT, bytes + " bytes of a user went by, and not " + most, party);
    }

    void clientGetsEnd(Party party) {
        if (party.awaits == Awaits.BYTES) {
            require(WaysOut.hasEnded(party), Rule.NO_END_OUT_OF_NOTHING, "the client was told an end", party);
            require(
                    party.received == WaysOut.ofDown(party),
                    Rule.NOTHING_IS_LOST,
                    "the end came before all data",
                    party);
            party.heardAt = now();
        }
    }

    void farGetsEnd(Party party) {
        if (party.connectedAt >= 0) {
            require(party.ended, Rule.NO_END_OUT_OF_NOTHING, "the far end was told an end", party);
            require(party.far.received == party.upSent(), Rule.NOTHING_IS_LOST, "the end came before all data", party);
            party.heardAt = now();
        }
    }

    void clientIsReset(Party party) {
        boolean broken = !party.far.isSound() || WaysOut.hasFailed(party) || WaysOut.hasFailedOddly(party);
        boolean excused = run.resets() || broken || party.closedAt >= 0 || party.rejected;
        require(excused || run.isStopping(), Rule.RESETS_ARE_PASSED_ON, "the client was reset without a reason", party);
    }

    void farIsReset(Party party) {
        if (party.connectedAt >= 0) {
            boolean excused = run.resets() || party.hasReset || party.gotReset || party.closed || party.closedAt >= 0;
            require(
                    excused || run.isStopping(),
                    Rule.RESETS_ARE_PASSED_ON,
                    "the far end was reset without a reason",
                    party);
        }
    }

    /** Checks the counts of a session that has ended. */
    void counts(Party party, SessionEnd end) {
        require(
                end.bytesUp() <= party.upSent() && end.bytesUp() >= party.far.received,
                Rule.COUNTS_ARE_RIGHT,
                end.bytesUp() + " bytes up of " + party.upSent() + ", arrived " + party.far.received,
                party);
        require(
                end.bytesDown() <= party.far.sent && end.bytesDown() >= party.received,
                Rule.COUNTS_ARE_RIGHT,
                end.bytesDown() + " bytes down of " + party.far.sent + ", arrived " + party.received,
                party);
        if (end.reason() == CloseReason.FINISHED && party.connectedAt >= 0) {
            require(
                    end.bytesUp() == party.upSent() && end.bytesDown() == WaysOut.ofDown(party),
                    Rule.NOTHING_IS_LOST,
                    end.bytesUp() + " up and " + end.bytesDown() + " down",
                    party);
        }
        if (end.reason() == CloseReason.IDLE_TIMEOUT && party.connectedAt >= 0) {
            silence(party, end);
        }
    }

    /** Judges the end of a tunnel in which nothing has moved, from both sides. */
    private void silence(Party party, SessionEnd end) {
        boolean upEnded = party.ended && end.bytesUp() == party.upSent();
        boolean downEnded = WaysOut.hasEnded(party) && end.bytesDown() == WaysOut.ofDown(party);
        int half = Math.min(setup.idle(), setup.halfClose());
        long read = Math.max(party.sentUp.of(end.bytesUp()), party.far.sentDown.of(end.bytesDown()));
        noEarlier(
                party,
                Math.max(party.connectedAt, read),
                upEnded || downEnded ? half : setup.idle(),
                "the end of a silent tunnel");
        boolean allOver = end.bytesUp() == party.far.received
                && end.bytesDown() == party.received
                && upEnded == party.far.gotEnd
                && downEnded == party.gotEnd;
        if (allOver && setup.bandwidth() == 0 && setup.userBandwidth() == 0) {
            deadline(
                    party,
                    Math.max(party.connectedAt, Math.max(party.repliedAt, party.heardAt)),
                    party.far.gotEnd || party.gotEnd ? half : setup.idle(),
                    "the end of a silent tunnel");
        }
    }
}
