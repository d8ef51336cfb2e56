package dev.socks5.simulation;

import static dev.socks5.simulation.Check.require;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.simulation.network.Fault;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What must hold in a {@link TlsRun}, by what the programs have seen and what the server tells. */
final class TlsOracle implements Socks5ServerListener {

    /** How long a client that was told of a failure may take to leave. */
    private static final long FAREWELL_MILLIS = 2_000;

    private final TlsRun run;
    private long accepted;
    private int open;
    private long bytesUp;
    private long bytesDown;

    TlsOracle(TlsRun run) {
        this.run = run;
    }

    private TlsVisit visit(SessionInfo session) {
        for (TlsVisit visit : run.visits()) {
            if (ClientAddress.of(visit.from()).equals(session.client())) {
                return visit;
            }
        }
        throw new Violation(Rule.EVENTS_ARE_IN_ORDER, "an event of nobody: " + session);
    }

    private long now() {
        return run.world().elapsed();
    }

    /** Notes the time of an event. */
    private long inOrder(TlsVisit visit, boolean holds, String event) {
        require(holds && visit.closedAt < 0, Rule.EVENTS_ARE_IN_ORDER, event, visit);
        return now();
    }

    @Override
    public void accepted(SessionInfo session) {
        TlsVisit visit = visit(session);
        visit.acceptedAt = inOrder(visit, visit.acceptedAt < 0, "accepted");
        accepted++;
        open++;
    }

    @Override
    public void handshakeFailed(SessionInfo session, String reason) {
        TlsVisit visit = visit(session);
        boolean fits = visit.acceptedAt >= 0 && visit.failedAt < 0 && visit.requestedAt < 0;
        visit.failedAt = inOrder(visit, fits, "handshakeFailed");
    }

    @Override
    public void requested(SessionInfo session) {
        TlsVisit visit = visit(session);
        boolean fits = visit.acceptedAt >= 0 && visit.failedAt < 0 && visit.requestedAt < 0;
        visit.requestedAt = inOrder(visit, fits, "requested");
        deadline(visit, visit.acceptedAt, run.plan().handshake(), "the request");
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        TlsVisit visit = visit(session);
        inOrder(visit, visit.requestedAt >= 0 && visit.connectedAt < 0, "requestFailed");
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration time) {
        TlsVisit visit = visit(session);
        visit.connectedAt = inOrder(visit, visit.requestedAt >= 0 && visit.connectedAt < 0, "connected");
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        TlsVisit visit = visit(session);
        visit.closedAt = inOrder(visit, visit.acceptedAt >= 0, "closed");
        visit.end = ending;
        open--;
        bytesUp += ending.bytesUp();
        bytesDown += ending.bytesDown();
        long handshake = run.plan().handshake();
        if (visit.failedAt >= 0) {
            deadline(visit, visit.failedAt, FAREWELL_MILLIS, "the end of a failure");
        } else if (visit.requestedAt < 0) {
            deadline(visit, visit.acceptedAt, handshake, "the end of a handshake");
        }
        if (ending.reason() == CloseReason.HANDSHAKE_TIMEOUT) {
            long early = TimeUnit.MILLISECONDS.toNanos(handshake) - (now() - visit.acceptedAt);
            require(early <= 0, Rule.DEADLINES_ARE_KEPT, "the handshake ended " + early + " ns early", visit);
        }
        reasonFits(visit, ending);
    }

    private void deadline(TlsVisit visit, long since, long millis, String what) {
        long late = now() - since - TimeUnit.MILLISECONDS.toNanos(millis) - run.slack();
        require(late <= 0, Rule.DEADLINES_ARE_KEPT, what + " was " + late + " ns late", visit);
    }

    private void reasonFits(TlsVisit visit, SessionEnd ending) {
        boolean tunnel = visit.connectedAt >= 0;
        boolean fits = switch (ending.reason()) {
            case FINISHED -> tunnel && visit.saidEnd && visit.far.ended && !visit.client.isAstray();
            case BROKEN -> !run.plan().gentle() || visit.client.isAstray() || visit.plan.farResets();
            case TLS_FAILED -> visit.failedAt >= 0;
            case HANDSHAKE_TIMEOUT, CLIENT_LEFT -> !tunnel;
            case IDLE_TIMEOUT, REQUEST_FAILED -> visit.requestedAt >= 0;
            case EVICTED -> !tunnel && run.plan().maxUnauthenticated() < TlsPlan.NO_LIMIT;
            case SHUTDOWN -> true;
            case NOT_AUTHENTICATED, MALFORMED, SLOW_READER, ENDED_BY_OPERATOR, NO_LONGER_ALLOWED, QUOTA_USED, FAULT ->
                false;
        };
        require(fits, Rule.REASONS_ARE_RIGHT, ending.reason().toString(), visit);
    }

    void afterStep() {
        rethrow();
        int guests = run.server().inLobby();
        require(guests <= run.plan().maxUnauthenticated(), Rule.LIMITS_ARE_KEPT, guests + " in the handshake", null);
        if (open == 0) {
            left("guests in the lobby", guests);
            left("timers", run.server().timers());
            left("bytes", run.server().heldBytes());
        }
    }

    private static void rethrow() {
        @Nullable Violation seen = Violation.first();
        if (seen != null) {
            throw seen;
        }
    }

    void whenQuiet() {
        for (TlsVisit visit : run.visits()) {
            if (run.plan().isKind()) {
                servedAsItShould(visit);
            }
        }
        require(open == 0, Rule.ALL_COMES_TO_AN_END, open + " sessions are open", null);
        left("connections", run.server().openConnections());
        left("sockets", run.network().openSockets() - 1 - run.plan().loops());
        left("bytes", run.server().heldBytes());
        if (!run.plan().injects(Fault.WORK_LOST)) {
            left("pieces of work", run.server().blockingWork());
        }
        ServerStatistics told = run.server().server().statistics();
        boolean right = told.accepted() == accepted && told.bytesUp() == bytesUp && told.bytesDown() == bytesDown;
        require(right, Rule.COUNTS_ARE_RIGHT, told.toString(), null);
    }

    private static void left(String what, long count) {
        require(count == 0, Rule.NOTHING_IS_LEFT, count + " " + what + " left", null);
    }

    /** Where nothing stands in the way, each outcome is known before. */
    private static void servedAsItShould(TlsVisit visit) {
        SessionEnd end = visit.end;
        require(end != null, Rule.THE_HEALTHY_ARE_SERVED, "not even accepted", visit);
        TlsPlan.Visitor plan = visit.plan;
        if (plan.plain()) {
            require(end.reason() == CloseReason.TLS_FAILED, Rule.REASONS_ARE_RIGHT, "plain SOCKS", visit);
        } else if (plan.isSound() || (!visit.client.isAstray() && !plan.farResets())) {
            require(end.reason() == CloseReason.FINISHED, Rule.THE_HEALTHY_ARE_SERVED, "not finished", visit);
            boolean all = visit.far.gotEnd && visit.gotEnd && !visit.far.gotReset && !visit.client.gotReset;
            require(all, Rule.THE_HEALTHY_ARE_SERVED, "an end is missing", visit);
            boolean counted = end.bytesUp() == plan.up() && end.bytesDown() == plan.down();
            require(counted, Rule.COUNTS_ARE_RIGHT, "the bytes of a session", visit);
        } else if (visit.client.isAstray() && visit.far.accepted && !plan.farResets()) {
            require(visit.far.gotReset, Rule.RESETS_ARE_PASSED_ON, "the far end has no reset", visit);
            Set<CloseReason> fitting = Set.of(CloseReason.BROKEN, CloseReason.IDLE_TIMEOUT, CloseReason.CLIENT_LEFT);
            require(fitting.contains(end.reason()), Rule.REASONS_ARE_RIGHT, end.toString(), visit);
        }
    }

    void afterTheEnd() {
        rethrow();
        left("sockets", run.network().openSockets());
        left("connections", run.server().openConnections());
        left("timers", run.server().timers());
        left("bytes", run.server().heldBytes());
        for (TlsVisit visit : run.visits()) {
            require(visit.acceptedAt < 0 || visit.closedAt >= 0, Rule.NOTHING_IS_LEFT, "never closed", visit);
        }
    }
}
