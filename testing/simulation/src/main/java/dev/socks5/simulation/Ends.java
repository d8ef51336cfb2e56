package dev.socks5.simulation;

import dev.socks5.server.CloseReason;
import dev.socks5.simulation.Party.Awaits;
import dev.socks5.simulation.network.Fault;

/** The part of the {@link Oracle} that looks back at each session when all is quiet. */
final class Ends extends Check {

    Ends(Run run) {
        super(run);
    }

    void whenQuiet(Party party) {
        require(
                party.acceptedAt < 0 || party.closedAt >= 0,
                Rule.ALL_COMES_TO_AN_END,
                "a session is open, and nothing happens any more",
                party);
        boolean gone = party.hasReset || party.gotReset || run.resets() || setup.balancer();
        require(
                !party.isConnected || gone || party.acceptedAt >= 0 || party.rejected,
                Rule.ALL_COMES_TO_AN_END,
                "it has connected, and was never accepted",
                party);
        if (party.end != null && !run.isStopping()) {
            told(party, party.end.reason());
        }
        boolean tooSlow = run.isSlow() && setup.handshake() < 3_000; // Byte by byte, a header takes long.
        if (run.isHealthy(party) && !(tooSlow && setup.balancer())) {
            served(party);
        }
    }

    /** Whoever could be told how it has ended was told. */
    private void told(Party party, CloseReason reason) {
        boolean cut = reason == CloseReason.BROKEN
                || reason == CloseReason.ENDED_BY_OPERATOR
                || reason == CloseReason.NO_LONGER_ALLOWED
                || reason == CloseReason.QUOTA_USED;
        if (cut && party.connectedAt >= 0 && !run.resets()) {
            boolean farKnows = party.far.gotReset || party.far.hasReset || party.far.isOver();
            require(farKnows, Rule.RESETS_ARE_PASSED_ON, "the far end does not know that it is over", party);
        }
        boolean refused = reason == CloseReason.REQUEST_FAILED || reason == CloseReason.NOT_AUTHENTICATED;
        boolean takesLong = run.injects(Fault.FAR, Fault.SLOW_LINE) && run.isSlow(); // Longer than a farewell.
        boolean evicted = party.loginFailed && setup.maxUnauthenticated() < Setup.NO_LIMIT; // With its farewell.
        boolean left = party.hasReset || party.gotReset || (party.closed && !party.gotEnd);
        boolean cutShort = party.endedByOperator || party.judgedAgain; // The farewell is, if it goes on.
        boolean broken = takesLong || evicted || cutShort || left || run.resets();
        boolean patient = party.visit.pace() == Visit.Pace.IN_TURN
                || (party.visit.pace() == Visit.Pace.ALL_AT_ONCE && !run.failsToConnect());
        if (refused && !broken && !party.words.spoilt() && patient) {
            require(party.awaits == Awaits.THE_END, Rule.REFUSALS_ARRIVE, "a refusal has not come", party);
            require(party.gotEnd, Rule.REFUSALS_ARRIVE, "the end behind a refusal has not come", party);
        }
    }

    private void served(Party party) {
        require(party.end != null, Rule.THE_HEALTHY_ARE_SERVED, "it was not accepted", party);
        require(
                party.end.reason() == CloseReason.FINISHED,
                Rule.THE_HEALTHY_ARE_SERVED,
                "ended by " + party.end.reason() + ", reply " + party.failedCode,
                party);
        if (party.meant.command() != 1) {
            return;
        }
        Visit visit = party.visit;
        require(
                party.received == visit.down() && party.far.received == party.upSent(),
                Rule.THE_HEALTHY_ARE_SERVED,
                "it got " + party.received + " of " + visit.down(),
                party);
        long parts = 2L + (visit.up() + visit.down()) / 2048;
        long limit = parts * (visit.pause() + 20L) + 2_000;
        if (setup.bandwidth() > 0) {
            limit += 1_150L * Math.max(visit.up(), visit.down()) / setup.bandwidth();
        }
        if (setup.userBandwidth() > 0) {
            long most = run.parties().stream()
                    .mapToLong(other -> Math.max(other.visit.up(), other.visit.down()))
                    .sum();
            limit += 1_150 * most / setup.userBandwidth();
        }
        boolean paced = setup.blocking() || run.isSlow();
        long took = (party.closedAt - party.acceptedAt) / nanos(1);
        require(paced || took <= limit, Rule.THE_HEALTHY_ARE_SERVED, "it took " + took + " ms, not " + limit, party);
    }
}
