package dev.socks5.simulation;

import dev.socks5.server.CloseReason;
import dev.socks5.simulation.Visit.Header;
import java.util.concurrent.TimeUnit;

/** Says for which reasons a session can end. */
final class Reasons {

    /** More than an end is on its way. */
    private static final long FAR = TimeUnit.SECONDS.toNanos(4);

    private Reasons() {}

    static void check(Run run, Party party, CloseReason reason) {
        Setup setup = run.setup();
        long now = run.world().elapsed();
        boolean clientGone = party.ended || party.hasReset || party.closed || run.resets();
        boolean early = party.requestedAt < 0;
        boolean right = switch (reason) {
            case FINISHED -> finished(party);
            case CLIENT_LEFT -> clientGone && party.connectedAt < 0 && !waits(run, party);
            case BROKEN -> clientGone || !party.far.isSound() || party.gotReset || WaysOut.hasFailed(party);
            case NOT_AUTHENTICATED -> party.loginFailed;
            case MALFORMED -> early && (party.meant.nonsense() || badHeader(run, party));
            case REQUEST_FAILED -> party.failedAt >= 0 && !party.loginFailed;
            case HANDSHAKE_TIMEOUT -> early && (setup.balancer() || now - party.acceptedAt >= nanos(setup.handshake()));
            case IDLE_TIMEOUT -> idle(run, party);
            case SLOW_READER -> setup.backlog() < 1 << 20;
            case EVICTED -> early && setup.maxUnauthenticated() < Setup.NO_LIMIT;
            case ENDED_BY_OPERATOR -> party.endedByOperator;
            case NO_LONGER_ALLOWED -> run.oracle().changes().mayHaveEnded(party);
            case QUOTA_USED ->
                run.operation().quota() > 0
                        && mayHaveUsed(run, party) >= run.operation().quota();
            case SHUTDOWN -> run.isStopping();
            case FAULT -> WaysOut.hasFailedOddly(party);
            case TLS_FAILED -> false;
        };
        boolean stands = party.failedAt < 0
                || reason == (party.loginFailed ? CloseReason.NOT_AUTHENTICATED : CloseReason.REQUEST_FAILED)
                || (party.loginFailed && reason == CloseReason.MALFORMED);
        if (!right || !stands) {
            throw new Violation(Rule.REASONS_ARE_RIGHT, "ended by " + reason + ", " + party);
        }
    }

    /** Returns the most that the user of a session can have had relayed. */
    private static long mayHaveUsed(Run run, Party party) {
        return run.parties().stream()
                .filter(other -> other.authenticated && other.meant.user().equals(party.meant.user()))
                .mapToLong(other -> other.maySend())
                .sum();
    }

    private static long nanos(int millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static boolean finished(Party party) {
        return switch (party.meant.command()) {
            case 1, 2 -> party.connectedAt >= 0 && party.ended && WaysOut.hasEnded(party);
            case 3 -> party.ended || party.closed;
            default -> party.failedAt < 0;
        };
    }

    /** Whether a client that has ended its output, and done nothing else, still waits for the answer. */
    private static boolean waits(Run run, Party party) {
        boolean only = party.ended && !party.hasReset && !party.closed && !party.gotReset && !run.resets();
        boolean whole = party.meant.requestEnd() >= 0 && party.sent == party.words.bytes().length;
        return only && whole && (party.requestedAt < 0 || !endMeansLeft(run, party));
    }

    /** Whether a client that ends its output after its request has left. */
    static boolean endMeansLeft(Run run, Party party) {
        return switch (party.meant.command()) {
            case 1 -> run.setup().hangUpOnEarlyEnd() && party.upSent() == 0;
            case 2 -> party.listeningAt >= 0 || run.setup().upstream() > 0;
            case 3 -> true;
            default -> run.setup().hangUpOnEarlyEnd();
        };
    }

    private static boolean badHeader(Run run, Party party) {
        Header header = party.visit.header();
        return run.setup().balancer() && (header == Header.BROKEN || header == Header.NONE);
    }

    /** Nothing has moved for so long, as far as the peers have seen. */
    private static boolean idle(Run run, Party party) {
        Setup setup = run.setup();
        if (party.connectedAt < 0) {
            boolean mayCome = run.resets() || run.isSlow();
            boolean outlived = party.ended && run.world().elapsed() - party.endedAt > FAR && !mayCome;
            return !outlived
                    && party.listeningAt >= 0
                    && run.world().elapsed() - party.listeningAt >= nanos(setup.idle());
        }
        boolean halfClosed = party.ended || WaysOut.hasEnded(party);
        int limit = halfClosed ? Math.min(setup.idle(), setup.halfClose()) : setup.idle();
        return run.world().elapsed() - party.connectedAt >= nanos(limit);
    }
}
