package dev.socks5.simulation;

import dev.socks5.server.Socks5ServerListener.Rejection;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The part of the {@link Oracle} that counts what is limited: nothing is let in that is too much, or kept out else. */
final class Limits extends Check {

    static final long THROTTLE_MILLIS = 2_000;

    /** The bad logins of a client: see the settings for the number of them that is too many. */
    private record Guesses(long since, int count) {}

    private final Map<InetAddress, Integer> openOfClient = new HashMap<>();
    private final Map<String, Integer> openOfUser = new HashMap<>();
    private final Map<InetAddress, Guesses> guesses = new HashMap<>();
    private final Set<Party> guests = new LinkedHashSet<>();
    private final Set<Party> evicted = new HashSet<>();

    Limits(Run run) {
        super(run);
    }

    void accepted(Party party, InetAddress client, int open) {
        require(open <= setup.maxConnections(), Rule.LIMITS_ARE_KEPT, open + " connections", party);
        int others = openOfClient.merge(client, 1, Integer::sum);
        require(
                others <= setup.maxPerClient() || client.equals(Addresses.BALANCER),
                Rule.LIMITS_ARE_KEPT,
                others + " connections of one client",
                party);
        require(!throttleIsKnown() || !keptOut(client), Rule.LIMITS_ARE_KEPT, "it has guessed too often", party);
        guests.add(party);
        if (guests.size() > setup.maxUnauthenticated()) {
            Iterator<Party> oldest = guests.iterator();
            evicted.add(oldest.next());
            oldest.remove();
        }
    }

    void rejected(InetAddress client, Rejection reason, int open) {
        boolean right = switch (reason) {
            case TOO_MANY_CONNECTIONS ->
                setup.balancer() ? setup.maxConnections() < Setup.NO_LIMIT : open == setup.maxConnections();
            case TOO_MANY_FROM_CLIENT -> openOfClient.getOrDefault(client, 0) == setup.maxPerClient();
            case TOO_MANY_FAILED_LOGINS -> throttleIsKnown() ? keptOut(client) : setup.failedLogins() > 0;
            case NOT_A_BALANCER -> setup.balancer() && client.equals(Addresses.STRANGER);
        };
        require(right, Rule.REASONS_ARE_RIGHT, "rejected for " + reason + ": " + client, null);
    }

    /** It has made its request, or failed: it does not stand in the way of others any more. */
    void leavesLobby(Party party) {
        guests.remove(party);
    }

    /** With one loop, sessions enter in the order in which they are accepted. */
    void isEvicted(Party party) {
        boolean known = setup.loops() == 1 && !setup.balancer();
        require(!known || evicted.contains(party), Rule.LIMITS_ARE_KEPT, "evicted out of turn", party);
    }

    void authenticated(Party party, String user) {
        int others = openOfUser.getOrDefault(user, 0);
        party.overUserLimit = others >= setup.maxPerUser();
        if (!party.overUserLimit) {
            openOfUser.put(user, others + 1);
        }
    }

    void carriedOut(Party party) {
        require(!party.overUserLimit, Rule.LIMITS_ARE_KEPT, "one more than a user may have", party);
    }

    /** Its login has failed. If it was a guess, and the client not kept out meanwhile, it counts. */
    void loginFailed(Party party, InetAddress client) {
        Understanding meant = party.meant;
        boolean unknown = run.oracle().changes().mayNotKnow(party);
        boolean guess = meant.loginEnd() >= 0
                && (!meant.loginGood() || unknown)
                && !Script.USER_THAT_THROWS.equals(meant.user());
        if (throttleIsKnown() && guess && !keptOut(client)) {
            Guesses before = guesses.get(client);
            boolean first = before == null || now() - before.since >= nanos(THROTTLE_MILLIS);
            int count = first ? 1 : before.count + 1;
            guesses.put(client, new Guesses(first || count >= setup.failedLogins() ? now() : before.since, count));
        }
    }

    /** Whether the time of each guess is known: it is that of the event, unless other threads judge logins. */
    private boolean throttleIsKnown() {
        return setup.failedLogins() > 0
                && !setup.blocking()
                && !setup.balancer()
                && !run.operation().changes();
    }

    private boolean keptOut(InetAddress client) {
        Guesses its = guesses.get(client);
        return its != null && its.count >= setup.failedLogins() && now() - its.since < nanos(THROTTLE_MILLIS);
    }

    void closed(Party party, InetAddress client) {
        leavesLobby(party);
        openOfClient.merge(client, -1, Integer::sum);
        if (party.authenticated && !party.overUserLimit) {
            openOfUser.merge(party.meant.user(), -1, Integer::sum);
        }
    }
}
