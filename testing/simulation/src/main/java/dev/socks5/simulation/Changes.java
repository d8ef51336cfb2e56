package dev.socks5.simulation;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of the {@link Oracle} that knows which {@link Terms} hold, and whom they have to be held against. */
final class Changes extends Check {

    /** From this command on, names and addresses are looked up. */
    private static final int LOOKUPS = 0xF0;

    private record Since(long at, Terms terms) {}

    private final List<Since> history = new ArrayList<>(List.of(new Since(-1, Terms.FIRST)));
    private final Set<Party> toEnd = new HashSet<>();
    private final Set<Party> mayEnd = new HashSet<>();

    private boolean judging;

    Changes(Run run) {
        super(run);
    }

    /** Returns those of now. */
    Terms terms() {
        return history.get(history.size() - 1).terms;
    }

    /** Returns how often they have changed: each time, a destination may be looked up once more. */
    int count() {
        return history.size() - 1;
    }

    /** The server has new terms, as of now. */
    void changed(Terms terms) {
        history.add(new Since(now(), terms));
        for (Party party : run.parties()) {
            if (!party.isBeingDialled()) {
                party.judged.clear();
                party.mayLookUp++; // What began by old terms may go on, and is done again.
            }
        }
    }

    /** Whether nothing has changed since a party came, and nothing that it may ask for is refused now. */
    boolean areSettled(Party party) {
        return history.get(history.size() - 1).at < party.acceptedAt && !terms().touch(party.visit);
    }

    /** Whether there were terms since a party came that refuse something of it. */
    boolean mayRefuse(Party party) {
        return sinceItCame(party).stream().anyMatch(terms -> terms.touch(party.visit));
    }

    /** Whether its user was unknown since it came. */
    boolean mayNotKnow(Party party) {
        return sinceItCame(party).stream().anyMatch(terms -> !terms.knows(party.meant.user()));
    }

    private List<Terms> sinceItCame(Party party) {
        List<Terms> all = new ArrayList<>();
        for (int i = history.size() - 1; i >= 0; i--) {
            all.add(history.get(i).terms);
            if (history.get(i).at < Math.max(0, party.acceptedAt)) {
                break;
            }
        }
        return all;
    }

    // ------------------------------------------------------------------ nobody is served by yesterday's rules

    void letIn(Party party, String user) {
        require(terms().knows(user), Rule.CHANGES_HOLD, "a user was let in who is not known any more", party);
    }

    /** It listens, for a peer or for datagrams: what was asked for must be allowed now. */
    void listens(Party party) {
        boolean underWay = setup.upstream() > 0 || party.byDialer();
        require(underWay || !terms().refuses(party.visit), Rule.CHANGES_HOLD, "it listens by old terms", party);
    }

    void dials(Party party, InetSocketAddress target) {
        boolean allowed = party.isBeingDialled() || terms().allows(party.visit, target);
        require(allowed, Rule.CHANGES_HOLD, target + " was dialled by old terms", party);
    }

    void asksDialler(Party party, @Nullable InetSocketAddress target) {
        boolean allowed = target == null ? !terms().refuses(party.visit) : terms().allows(party.visit, target);
        require(allowed, Rule.CHANGES_HOLD, "the dialler was asked by old terms", party);
    }

    void sends(Party party, InetSocketAddress target) {
        require(terms().allows(party.visit, target), Rule.CHANGES_HOLD, "a datagram was sent by old terms", party);
    }

    // ------------------------------------------------------------------ those who are there are judged again

    private boolean isOpen(Party party) {
        return party.acceptedAt >= 0 && party.closedAt < 0;
    }

    private boolean mustEnd(Party party) {
        int command = party.meant.command();
        boolean granted = party.connectedAt >= 0 || party.listeningAt >= 0 || party.isBeingDialled();
        boolean reached = command == 1 && !party.byDialer() && party.peer instanceof InetSocketAddress;
        return isOpen(party)
                && party.failedAt < 0
                && !mayBeAnswered(party)
                && ((party.authenticated && !terms().knows(party.meant.user()))
                        || (granted && terms().refuses(party.visit))
                        || (reached
                                && setup.upstream() == 0
                                && terms().refuses(((InetSocketAddress) party.peer).getAddress())));
    }

    /** Whether it has asked for a look-up: no event tells of its answer, which nothing follows but the end. */
    static boolean mayBeAnswered(Party party) {
        return party.requestedAt >= 0 && party.meant.command() >= LOOKUPS;
    }

    private boolean mayEnd(Party party) {
        return isOpen(party) && isTouched(party);
    }

    private boolean isTouched(Party party) {
        return (!terms().knows(party.meant.user()) || (party.requestedAt >= 0 && terms().touch(party.visit)));
    }

    /** Whether a session that has ended may have been found to be no longer allowed. */
    boolean mayHaveEnded(Party party) {
        if (judging && isTouched(party)) {
            mayEnd.add(party);
        }
        return party.judgedAgain || mayEnd.contains(party);
    }

    /** Rules may take their time: whoever has to go before and after it has to be found. */
    void beginsToJudge() {
        judging = true;
        toEnd.clear();
        mayEnd.clear();
        run.parties().stream().filter(this::mustEnd).forEach(toEnd::add);
        run.parties().stream().filter(this::mayEnd).forEach(mayEnd::add);
    }

    void hasJudged(int ended) {
        judging = false;
        toEnd.removeIf(party -> !mustEnd(party) && party.closedAt < 0);
        run.parties().stream().filter(this::mayEnd).forEach(mayEnd::add);
        mayEnd.addAll(toEnd);
        long open = toEnd.stream().filter(this::isOpen).count();
        require(
                ended >= open && ended <= mayEnd.size(),
                Rule.CHANGES_HOLD,
                "judging again has ended " + ended + " sessions, not " + open + " to " + mayEnd.size(),
                null);
        for (Party party : mayEnd) {
            party.judgedAgain = true;
        }
        toEnd.stream().filter(this::isOpen).forEach(party -> run.oracle().mustEndSoon(party, "judged again"));
    }
}
