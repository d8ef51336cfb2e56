package dev.socks5.simulation;

import dev.socks5.server.DatagramCounts;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.operation.OpenSession;
import dev.socks5.server.operation.SessionState;
import dev.socks5.server.operation.Usage;
import dev.socks5.server.operation.UserUsage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of the {@link Oracle} that reads what the server says of its open sessions: each once, as far as it has
 * come, with figures that only grow, and that come to those of its end.
 */
final class Listings extends Check {

    private final Map<@Nullable String, Usage> ended = new HashMap<>();

    /** Of sessions that no balancer has named a client for yet. */
    private final Set<Long> endedUnknown = new HashSet<>();

    Listings(Run run) {
        super(run);
    }

    // ------------------------------------------------------------------ the list

    /**
     * The server was asked for everything that it says of itself.
     *
     * @param subject whose event goes on; {@code null} between two turns, where all figures agree
     */
    void listed(
            List<OpenSession> sessions, List<UserUsage> users, ServerStatistics total, @Nullable SessionInfo subject) {
        eachOnce(sessions, subject);
        for (OpenSession session : sessions) {
            @Nullable Party party = party(session);
            if (party != null && !isOf(subject, party)) {
                describes(session, party);
                seen(party, session.usage());
            }
        }
        if (subject == null) {
            addUp(sessions, users, total);
        }
    }

    private @Nullable Party party(OpenSession session) {
        return run.parties().stream()
                .filter(party -> party.session == session.id())
                .findFirst()
                .orElse(null);
    }

    private static boolean isOf(@Nullable SessionInfo subject, Party party) {
        return subject != null && subject.id() == party.session;
    }

    /** Those that are open, and nobody else; of the one whose event goes on, nothing is known. */
    private void eachOnce(List<OpenSession> sessions, @Nullable SessionInfo subject) {
        Set<Long> ids = new HashSet<>();
        for (OpenSession session : sessions) {
            require(
                    ids.add(session.id()),
                    Rule.SESSIONS_ARE_LISTED,
                    "session " + session.id() + " is listed twice",
                    null);
        }
        for (Party party : run.parties()) {
            if (party.session > 0 && !isOf(subject, party)) {
                boolean open = party.closedAt < 0;
                require(
                        ids.contains(party.session) == open,
                        Rule.SESSIONS_ARE_LISTED,
                        open ? "an open session is not listed" : "a session is listed that has ended",
                        party);
            }
        }
    }

    private void describes(OpenSession listed, Party party) {
        SessionState state = listed.state();
        boolean requested = party.requestedAt >= 0;
        boolean relays = party.connectedAt >= 0 || (party.meant.command() == 3 && party.listeningAt >= 0);
        boolean right = switch (state) {
            case HANDSHAKE -> !requested && party.failedAt < 0;
            case REQUESTED -> requested && !relays && party.failedAt < 0;
            case RELAYING -> relays;
            case ENDING -> party.failedAt >= 0 || !relays || WaysOut.hasEnded(party) || party.ended;
        };
        require(right, Rule.SESSIONS_ARE_LISTED, "listed as " + state, party);
        boolean same = (listed.session().request() != null) == requested
                && (listed.session().user() != null) == party.authenticated
                && java.util.Objects.equals(listed.peer(), party.peer);
        require(same, Rule.SESSIONS_ARE_LISTED, "listed as " + listed + " at " + listed.peer(), party);
        boolean age = setup.balancer() || listed.age().toNanos() == now() - party.acceptedAt;
        require(age, Rule.SESSIONS_ARE_LISTED, "listed with an age of " + listed.age(), party);
        if (party.connectedAt >= 0) {
            boolean way = listed.route() != null
                    && listed.route().upstreams().size() == setup.upstream()
                    && (listed.route().dialer() != null) == party.byDialer();
            require(way, Rule.SESSIONS_ARE_LISTED, "listed with the route " + listed.route(), party);
        }
    }

    // ------------------------------------------------------------------ figures

    /** Something was said of what a session has relayed. */
    private void seen(Party party, Usage usage) {
        grows(party, party.usage, usage);
        party.usage = usage;
        if (party.meant.command() != 3) {
            boolean right = usage.bytesUp() >= party.far.received
                    && usage.bytesUp() <= party.upSent()
                    && usage.bytesDown() >= party.received
                    && usage.bytesDown() <= party.far.sent
                    && usage.datagrams().equals(DatagramCounts.NONE);
            require(right || party.connectedAt < 0, Rule.COUNTS_ARE_RIGHT, "it has relayed " + usage, party);
        }
    }

    private static void grows(Party party, Usage before, Usage after) {
        DatagramCounts b = before.datagrams();
        DatagramCounts a = after.datagrams();
        boolean grows = after.bytesUp() >= before.bytesUp()
                && after.bytesDown() >= before.bytesDown()
                && a.up() >= b.up()
                && a.down() >= b.down()
                && a.fragments() >= b.fragments()
                && a.malformed() >= b.malformed()
                && a.foreign() >= b.foreign()
                && a.refused() >= b.refused()
                && a.lost() >= b.lost();
        require(grows, Rule.COUNTS_ARE_RIGHT, "it had relayed " + before + ", and now " + after, party);
    }

    /** The sum of sessions is the sum of users, and both are what the server says in all. */
    private void addUp(List<OpenSession> sessions, List<UserUsage> users, ServerStatistics total) {
        Map<@Nullable String, Usage> sums = new HashMap<>(ended);
        for (OpenSession session : sessions) {
            add(sums, name(session.session()), session.usage());
        }
        Usage all = Usage.NONE;
        for (UserUsage user : users) {
            Usage sum = sums.getOrDefault(user.user(), Usage.NONE);
            require(
                    user.usage().equals(sum),
                    Rule.COUNTS_ARE_RIGHT,
                    user.user() + " has " + user.usage() + ", the sessions " + sum,
                    null);
            sums.remove(user.user());
            all = plus(all, user.usage());
        }
        sums.forEach((user, sum) -> require(
                sum.equals(Usage.NONE), Rule.COUNTS_ARE_RIGHT, "nothing is said of " + user + ": " + sum, null));
        boolean same = all.bytesUp() == total.bytesUp()
                && all.bytesDown() == total.bytesDown()
                && all.datagrams().equals(total.datagrams());
        require(same, Rule.COUNTS_ARE_RIGHT, "the users have " + all + " of " + total, null);
    }

    private static @Nullable String name(SessionInfo session) {
        return session.user() == null ? null : session.user().getName();
    }

    private static void add(Map<@Nullable String, Usage> sums, @Nullable String user, Usage more) {
        sums.put(user, plus(sums.getOrDefault(user, Usage.NONE), more));
    }

    private static Usage plus(Usage a, Usage b) {
        return new Usage(
                a.bytesUp() + b.bytesUp(), a.bytesDown() + b.bytesDown(), Oracle.plus(a.datagrams(), b.datagrams()));
    }

    // ------------------------------------------------------------------ what is told

    void progressed(Party party, Usage soFar) {
        int interval = run.operation().progress();
        require(interval > 0, Rule.PROGRESS_IS_TOLD, "nobody has asked", party);
        require(party.acceptedAt >= 0 && party.closedAt < 0, Rule.PROGRESS_IS_TOLD, "it is not open", party);
        boolean own = party.loop != null && party.loop == run.world().turnOf();
        require(own, Rule.PROGRESS_IS_TOLD, "it is told on another loop", party);
        require(!soFar.equals(party.told), Rule.PROGRESS_IS_TOLD, "nothing has moved", party);
        grows(party, party.told, soFar);
        seen(party, soFar);
        party.told = soFar;
        toldInTime(party);
        party.toldAt = now();
    }

    /** What has come to an end of the tunnel must have been told within two intervals. */
    private void toldInTime(Party party) {
        long since = party.movedAt;
        if (run.operation().progress() > 0 && since >= 0) {
            deadline(party, since, 2L * run.operation().progress(), "what moves");
        }
        party.movedAt = -1;
    }

    /** Bytes have come through the tunnel: so many by now, of which fewer may have been told yet. */
    void moves(Party party, long up, long down) {
        boolean isNew = up > party.told.bytesUp() || down > party.told.bytesDown();
        if (isNew && party.movedAt < 0) {
            party.movedAt = now();
        }
    }

    void closed(SessionInfo session, SessionEnd end, @Nullable Party party) {
        Usage last = new Usage(end.bytesUp(), end.bytesDown(), end.datagrams());
        add(ended, name(session), last);
        if (party != null) {
            grows(party, party.usage, last);
            toldInTime(party);
        }
    }

    /** All sessions have ended. */
    void whenQuiet(List<OpenSession> sessions, List<UserUsage> users, ServerStatistics total) {
        require(sessions.isEmpty(), Rule.NOTHING_IS_LEFT, sessions.size() + " sessions are listed", null);
        addUp(sessions, users, total);
        for (UserUsage user : users) {
            require(user.sessions() == 0, Rule.NOTHING_IS_LEFT, user + " has sessions", null);
        }
    }

    // ------------------------------------------------------------------ what is ended

    /** The server was asked to end a session. */
    void closed(long id, boolean was, @Nullable Party party) {
        boolean open = party != null && party.closedAt < 0;
        boolean closing = run.isStopping() && !was; // With its loop, which takes no more tasks.
        boolean told = was ? open : closing || !open || isBeingEnded(party);
        require(told, Rule.SESSIONS_ARE_LISTED, "closing " + id + " was " + was, party);
        if (party != null && open) {
            ends(party);
        }
    }

    /** Whether it is told, perhaps, that somebody else ends the session already. */
    private static boolean isBeingEnded(Party party) {
        return party.failedAt >= 0
                || party.loginFailed
                || party.endedByOperator
                || party.judgedAgain
                || Changes.mayBeAnswered(party);
    }

    private boolean isBeingEnded(OpenSession session) {
        @Nullable Party party = party(session);
        return party == null ? endedUnknown.contains(session.id()) : isBeingEnded(party);
    }

    void closedSome(List<OpenSession> asked, List<OpenSession> chosen, int closed, @Nullable SessionInfo subject) {
        eachOnce(asked, subject);
        long some = chosen.stream()
                .filter(session -> session.state() != SessionState.ENDING)
                .filter(session -> subject == null || subject.id() != session.id())
                .filter(session -> !isBeingEnded(session))
                .count();
        require(
                closed <= chosen.size() && (closed >= some || run.isStopping()),
                Rule.SESSIONS_ARE_LISTED,
                closed + " were closed, not " + chosen.size(),
                null);
        for (OpenSession session : chosen) {
            @Nullable Party party = party(session);
            if (party != null) {
                ends(party);
            } else {
                endedUnknown.add(session.id());
            }
        }
    }

    /** Whether it was ended while it was not known yet whose session it is. */
    boolean hasEnded(SessionInfo session) {
        return endedUnknown.contains(session.id());
    }

    private void ends(Party party) {
        party.endedByOperator = true;
        if (party.failedAt < 0) {
            run.oracle().mustEndSoon(party, "closed by the operator");
        }
    }
}
