package dev.socks5.simulation;

import dev.socks5.server.AccessRequest;
import dev.socks5.simulation.network.Fault;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of the {@link Oracle} that follows a request from the rules to the look-up and the dials. */
final class Dials extends Check {

    /** RFC 8305 section 5. */
    private static final long STAGGER_MILLIS = 250;

    Dials(Run run) {
        super(run);
    }

    /** A rule has judged a request, and does not deny it. */
    void judged(Party party, AccessRequest request) {
        require(
                request.command().code() == party.meant.command(),
                Rule.DIALS_WHAT_WAS_ALLOWED,
                "judged for " + request.command(),
                party);
        String user = request.user() == null ? null : request.user().getName();
        require(
                setup.login() ? party.meant.user().equals(user) : user == null,
                Rule.DIALS_WHAT_WAS_ALLOWED,
                "judged for the user " + user,
                party);
        if (request.resolved() != null && !request.resolved().isName()) {
            require(
                    request.resolved().equals(request.resolved().unmapped()),
                    Rule.DIALS_WHAT_WAS_ALLOWED,
                    "judged in another form than is dialled: " + request.resolved(),
                    party);
            party.judged.add(request.resolved().toInetSocketAddress());
        }
    }

    /** A name is looked up for somebody. */
    void lookedUp(Party party, String name) {
        boolean datagrams = party.meant.command() == 3;
        if (datagrams && party.datagramLog != null) {
            party.lookUps = party.datagramLog.lookedUp();
        } else if (!datagrams) {
            party.lookUps++;
            require(party.lookUps <= party.mayLookUp, Rule.LOOKS_UP_ONCE, name + " is looked up again", party);
            require(party.requestedAt >= 0, Rule.DIALS_IN_TIME, "looked up without a request", party);
            require(!party.byDialer() || setup.dialerLooksUp(), Rule.LOOKS_UP_ONCE, "a dialler gets the name", party);
            require(name.equalsIgnoreCase(party.meant.name()), Rule.LOOKS_UP_ONCE, "another name was asked for", party);
        }
    }

    /** The server begins to connect to an address. */
    void dials(InetSocketAddress target) {
        if (setup.upstream() > 0) {
            require(
                    target.equals(Addresses.upstream(0)),
                    Rule.DIALS_WHAT_WAS_ALLOWED,
                    target + " was dialled, and is no upstream",
                    null);
            boolean anybody = run.parties().stream().anyMatch(Dials::waitsForUpstream);
            require(anybody, Rule.DIALS_IN_TIME, "an upstream was dialled, and nobody waits for it", null);
            return;
        }
        for (Party party : run.parties()) {
            if (waits(party) && !party.byDialer() && party.meant.command() == 1 && leadsTo(party, target)) {
                dialsFor(party, target);
                return;
            }
        }
        throw new Violation(Rule.DIALS_IN_TIME, target + " was dialled, and nobody waits for it");
    }

    private void dialsFor(Party party, InetSocketAddress target) {
        boolean permitted = Addresses.isPermitted(target) || (party.words.spoilt() && Addresses.isElsewhere(target));
        require(permitted, Rule.DIALS_WHAT_WAS_ALLOWED, target + " was dialled", party);
        require(party.judged.contains(target), Rule.DIALS_WHAT_WAS_ALLOWED, target + " was not judged", party);
        run.oracle().changes().dials(party, target);
        @Nullable
        InetSocketAddress before = party.dialled.isEmpty() ? null : party.dialled.get(party.dialled.size() - 1);
        party.dialled.add(target);
        if (leavesOut() || !run.oracle().changes().areSettled(party)) {
            return;
        }
        List<InetSocketAddress> expected = expected(party);
        require(
                party.dialled.size() <= expected.size()
                        && party.dialled.equals(expected.subList(0, party.dialled.size())),
                Rule.DIALS_IN_TIME,
                "dialled " + party.dialled + ", expected " + expected,
                party);
        if (before != null) {
            deadline(party, party.dialledAt, STAGGER_MILLIS, "the next dial");
            if (before.getAddress().equals(Addresses.SILENT) && !run.failsToConnect()) {
                noEarlier(party, party.dialledAt, STAGGER_MILLIS, "the next dial");
            }
        }
        party.dialledAt = now();
    }

    /** Whether an attempt may fail before it can be seen. */
    private boolean leavesOut() {
        return run.injects(Fault.NO_DESCRIPTOR, Fault.PORT_TAKEN, Fault.CONNECT_UNREACHABLE);
    }

    /** Nothing has come of it in time: then everything must have been tried. */
    void gaveUp(Party party) {
        if (!party.dialled.isEmpty()
                && !leavesOut()
                && setup.upstream() == 0
                && run.oracle().changes().areSettled(party)) {
            boolean enough = now() - party.dialledAt > nanos(STAGGER_MILLIS) + run.slack();
            boolean all = party.dialled.size() == expected(party).size();
            require(all || !enough, Rule.DIALS_IN_TIME, "only " + party.dialled + " was tried", party);
        }
    }

    /** Returns what is to be dialled, by RFC 8305 section 4: the families take turns. */
    private static List<InetSocketAddress> expected(Party party) {
        if (party.meant.address() != null || party.meant.isNumeric()) {
            return List.of(party.dialled.get(0));
        }
        Deque<InetSocketAddress> same = new ArrayDeque<>();
        Deque<InetSocketAddress> other = new ArrayDeque<>();
        @Nullable Boolean first = null;
        for (int i = 0; i < party.visit.targets().size(); i++) {
            InetSocketAddress target =
                    new InetSocketAddress(Addresses.target(party.visit, i).getAddress(), party.meant.port());
            if (Addresses.isPermitted(target)) {
                boolean ipv4 = target.getAddress() instanceof Inet4Address;
                first = first == null ? ipv4 : first;
                (ipv4 == first ? same : other).add(target);
            }
        }
        List<InetSocketAddress> turns = new ArrayList<>();
        while (!same.isEmpty() || !other.isEmpty()) {
            if (!same.isEmpty()) {
                turns.add(same.remove());
            }
            if (!other.isEmpty()) {
                turns.add(other.remove());
            }
        }
        return turns;
    }

    static boolean waits(Party party) {
        return party.requestedAt >= 0 && party.connectedAt < 0 && party.failedAt < 0 && party.closedAt < 0;
    }

    private static boolean waitsForUpstream(Party party) {
        return waits(party) && !(party.meant.command() == 3 && party.listeningAt >= 0);
    }

    private static boolean leadsTo(Party party, InetSocketAddress target) {
        Understanding meant = party.meant;
        if (meant.address() != null) {
            return meant.address().equals(target);
        }
        if (meant.name() == null || meant.port() != target.getPort()) {
            return false;
        }
        if (meant.isNumeric()) {
            return meant.name().equals(target.getAddress().getHostAddress());
        }
        for (int i = 0; i < party.visit.targets().size(); i++) {
            if (Addresses.target(party.visit, i).getAddress().equals(target.getAddress())) {
                return party.lookUps > 0 && party.lookUps <= party.mayLookUp;
            }
        }
        return false;
    }

    void upstreamIsAsked(Party party, String name) {
        require(
                name.equalsIgnoreCase(party.meant.name()),
                Rule.DIALS_WHAT_WAS_ALLOWED,
                "an upstream was asked for " + name,
                party);
    }
}
