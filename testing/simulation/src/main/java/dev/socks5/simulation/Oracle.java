package dev.socks5.simulation;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.operation.Usage;
import dev.socks5.simulation.network.Fault;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says what must hold, see {@link Rule}: after each step, at each event, and at the end. It knows the plans and what
 * the simulated programs see, and takes nothing from the server but the events that it tells. This part hears the
 * events, and what no session alone can show.
 */
final class Oracle extends Check implements Socks5ServerListener {

    private static final int FAREWELL_MILLIS = 2_000;

    /** What is read ahead of the reply; behind that a reset is not noticed. */
    private static final int EARLY = 4 << 10;

    /** For as long a reset or an end may be on its way. */
    private static final int LEAVING_MILLIS = 4_000;

    /** What one connection may have waiting when memory is full: the least that is read at a time, both ways, twice. */
    private static final int LEAST_HELD = 16 << 10;

    private final Answers answers;
    private final Dials dials;
    private final Flows flows;
    private final Limits limits;
    private final Ends ends;
    private final WaysOut waysOut;
    private final Listings listings;
    private final Changes changes;
    private final Map<ClientAddress, Party> byClient = new HashMap<>();
    private final Map<String, Party> byName = new HashMap<>();

    private long accepted;
    private long rejected;
    private long loginsFailed;
    private long requestsFailed;
    private long moved;
    private long bytesUp;
    private long bytesDown;
    private DatagramCounts datagrams = DatagramCounts.NONE;
    private int open;

    Oracle(Run run) {
        super(run);
        Violation.forget();
        this.answers = new Answers(run);
        this.dials = new Dials(run);
        this.flows = new Flows(run);
        this.limits = new Limits(run);
        this.ends = new Ends(run);
        this.waysOut = new WaysOut(run);
        this.listings = new Listings(run);
        this.changes = new Changes(run);
    }

    void add(Party party) {
        byClient.put(ClientAddress.of(Addresses.client(party.visit)), party);
        byClient.put(ClientAddress.of(party.from()), party);
        byName.put(Addresses.name(party.visit), party);
    }

    Answers answers() {
        return answers;
    }

    Flows flows() {
        return flows;
    }

    WaysOut waysOut() {
        return waysOut;
    }

    Listings listings() {
        return listings;
    }

    Changes changes() {
        return changes;
    }

    /** Requires that a session ends with the next turn of its loop. */
    void mustEndSoon(Party party, String why) {
        long since = now();
        run.world().after(run.slack() + 1, () -> {
            boolean over = party.closedAt >= 0 || run.isStopping();
            require(over, Rule.DEADLINES_ARE_KEPT, "still open " + (now() - since) + " ns after it was " + why, party);
        });
    }

    /** Finds whose request it is; null if it is nobody's. */
    @Nullable
    Party partyOf(AccessRequest request) {
        return byClient.get(request.client());
    }

    // ------------------------------------------------------------------ what policies and the network are asked for

    /** A rule does not deny a request. */
    void judged(AccessRequest request) {
        @Nullable Party party = byClient.get(request.client());
        require(party != null, Rule.DIALS_WHAT_WAS_ALLOWED, "judged for nobody: " + request.client(), null);
        dials.judged(party, request);
    }

    /** A name is looked up: by whom? Null for a name of nobody's. */
    @Nullable
    Party lookedUp(String name) {
        @Nullable Party party = byName.get(name);
        boolean another = run.parties().stream()
                .anyMatch(other -> other != party && other.words.spoilt() && name.equals(other.meant.name()));
        if (another) {
            return null; // Spoilt words have come to say the name of another visit.
        }
        if (party != null) {
            dials.lookedUp(party, name);
        }
        return party;
    }

    /** The server begins to connect to an address. */
    void dials(InetSocketAddress target) {
        dials.dials(target);
    }

    void upstreamIsAsked(Party party, String name) {
        dials.upstreamIsAsked(party, name);
    }

    /** The server sends a datagram. */
    void sends(InetSocketAddress target) {
        @Nullable Party party = run.partyAt(target.getPort());
        if (party == null || target.getPort() == Addresses.SOCKS) {
            return; // To a client, who looks for itself; or to this host, where that port of UDP is anybody's.
        }
        boolean open = party.listeningAt >= 0 && party.closedAt < 0;
        if (!open || !Addresses.isPermitted(target)) {
            throw new Violation(Rule.DATAGRAMS_KEEP_TO_THE_RULES, "a datagram was sent to " + target + ", " + party);
        }
        changes.sends(party, target);
    }

    // ------------------------------------------------------------------ events

    /** Finds who it is, and checks that it is no other user. */
    private static InetAddress ip(ClientAddress client) {
        return client.ip().orElseThrow();
    }

    private @Nullable Party party(SessionInfo session) {
        @Nullable Party party = byClient.get(session.client());
        if (party != null) {
            @Nullable
            String user = session.user() == null ? null : session.user().getName();
            boolean own = user == null ? !party.authenticated : user.equals(party.meant.user());
            require(own, Rule.EVENTS_ARE_IN_ORDER, "an event of the user " + user, party);
        }
        return party;
    }

    @Override
    public void accepted(SessionInfo session) {
        accepted++;
        open++;
        @Nullable Party party = party(session);
        if (party == null) {
            require(setup.balancer(), Rule.EVENTS_ARE_IN_ORDER, "somebody unknown was accepted", session);
            return;
        }
        require(!party.isStranger(), Rule.LIMITS_ARE_KEPT, "accepted past the balancer", party);
        require(party.acceptedAt < 0 && !party.rejected, Rule.EVENTS_ARE_IN_ORDER, "accepted again", party);
        party.acceptedAt = now();
        party.session = session.id();
        party.endedByOperator = listings.hasEnded(session);
        limits.accepted(party, ip(session.client()), open);
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        rejected++;
        @Nullable Party party = byClient.get(client);
        if (party != null) {
            party.rejected = true;
        }
        limits.rejected(ip(client), reason, open);
    }

    @Override
    public void authenticated(SessionInfo session) {
        Party party = party(session);
        if (party != null) {
            require(setup.login() && party.meant.loginGood(), Rule.EVENTS_ARE_IN_ORDER, "logged in", party);
            require(!party.authenticated && !party.loginFailed, Rule.EVENTS_ARE_IN_ORDER, "logged in again", party);
            require(
                    session.user() != null && session.user().getName().equals(party.meant.user()),
                    Rule.EVENTS_ARE_IN_ORDER,
                    "logged in as another user",
                    party);
            changes.letIn(party, session.user().getName());
            party.authenticated = true;
            limits.authenticated(party, session.user().getName());
        }
    }

    @Override
    public void loginFailed(SessionInfo session, String reason) {
        loginsFailed++;
        Party party = party(session);
        if (party != null) {
            require(!party.authenticated && !party.loginFailed, Rule.EVENTS_ARE_IN_ORDER, "login failed", party);
            party.loginFailed = true;
            party.failedAt = now();
            limits.loginFailed(party, ip(session.client()));
        }
    }

    @Override
    public void requested(SessionInfo session) {
        Party party = party(session);
        if (party != null) {
            require(
                    party.requestedAt < 0 && !party.loginFailed && party.closedAt < 0,
                    Rule.EVENTS_ARE_IN_ORDER,
                    "requested",
                    party);
            require(
                    !setup.login() || party.authenticated,
                    Rule.NOTHING_AFTER_A_REFUSAL,
                    "requested without a login",
                    party);
            require(
                    party.meant.command() == session.request().command().code(),
                    Rule.EVENTS_ARE_IN_ORDER,
                    "another command",
                    party);
            deadline(party, party.acceptedAt, setup.handshake(), "the request");
            party.requestedAt = now();
            party.loop = run.world().turnOf();
            limits.leavesLobby(party);
        }
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        requestsFailed++;
        Party party = party(session);
        if (party == null) {
            return;
        }
        require(party.failedAt < 0 && party.closedAt < 0, Rule.EVENTS_ARE_IN_ORDER, "failed again", party);
        require(party.connectedAt < 0, Rule.EVENTS_ARE_IN_ORDER, "failed, and was connected", party);
        outcome(party);
        if (reason.startsWith("nobody connected")) {
            noEarlier(party, party.listeningAt, setup.bind(), reason);
        } else if (reason.contains("timed out") || reason.startsWith("took too long")) {
            noEarlier(party, party.requestedAt, setup.connect(), reason);
        }
        party.failedLate = now() - party.requestedAt >= nanos(setup.connect());
        if (party.failedLate) {
            dials.gaveUp(party);
        }
        limits.leavesLobby(party);
        party.failedAt = now();
        party.failedCode = code.code();
    }

    private void outcome(Party party) {
        if (party.listeningAt >= 0) {
            deadline(party, party.listeningAt, setup.bind(), "the peer");
        } else {
            deadline(party, party.requestedAt, setup.connect() + bindUpstream(party), "the outcome");
        }
    }

    /** Where an upstream listens, that is no event. */
    private long bindUpstream(Party party) {
        return party.meant.command() == 2 && setup.upstream() > 0 ? setup.bind() : 0;
    }

    @Override
    public void listening(SessionInfo session, InetSocketAddress local) {
        Party party = party(session);
        if (party != null) {
            require(party.requestedAt >= 0 && party.failedAt < 0, Rule.EVENTS_ARE_IN_ORDER, "listening", party);
            require(party.listeningAt < 0 && party.closedAt < 0, Rule.EVENTS_ARE_IN_ORDER, "listening again", party);
            outcome(party);
            limits.carriedOut(party);
            changes.listens(party);
            party.listeningAt = now();
        }
    }

    @Override
    public void associationMoved(SessionInfo session, InetSocketAddress from, InetSocketAddress to) {
        moved++;
        boolean may = setup.moveAfter() > 0
                && from.getAddress().equals(to.getAddress())
                && from.getAddress().equals(ip(session.client()));
        require(may, Rule.DATAGRAMS_KEEP_TO_THE_RULES, "moved", session);
        @Nullable Party party = party(session);
        if (party != null && party.datagramLog != null) {
            party.datagramLog.movesTold++;
        }
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        Party party = party(session);
        if (party != null) {
            require(party.requestedAt >= 0 && party.failedAt < 0, Rule.EVENTS_ARE_IN_ORDER, "connected", party);
            require(party.connectedAt < 0 && party.closedAt < 0, Rule.EVENTS_ARE_IN_ORDER, "connected again", party);
            require(taken.toNanos() == now() - party.requestedAt, Rule.COUNTS_ARE_RIGHT, "it took " + taken, party);
            outcome(party);
            party.connectedAt = now();
            party.peer = peer;
            limits.carriedOut(party);
            flows.connected(party);
        }
    }

    @Override
    public void progressed(SessionInfo session, Usage soFar) {
        @Nullable Party party = party(session);
        if (party != null) {
            listings.progressed(party, soFar);
        }
    }

    @Override
    public void closed(SessionInfo session, SessionEnd end) {
        open--;
        bytesUp += end.bytesUp();
        bytesDown += end.bytesDown();
        datagrams = plus(datagrams, end.datagrams());
        Party party = party(session);
        listings.closed(session, end, party);
        if (party == null) {
            return;
        }
        require(party.acceptedAt >= 0, Rule.EVENTS_ARE_IN_ORDER, "closed before it was accepted", party);
        require(party.closedAt < 0, Rule.EVENTS_ARE_IN_ORDER, "closed again", party);
        limits.closed(party, ip(session.client()));
        if (end.reason() == CloseReason.EVICTED) {
            limits.isEvicted(party);
        }
        if (!setup.balancer()) {
            require(
                    end.duration().toNanos() == now() - party.acceptedAt,
                    Rule.COUNTS_ARE_RIGHT,
                    "it lasted " + end.duration(),
                    party);
        }
        if (party.failedAt >= 0) {
            deadline(party, party.failedAt, FAREWELL_MILLIS, "the end of a refusal");
        } else if (party.requestedAt < 0) {
            deadline(party, party.acceptedAt, setup.handshake(), "the end of a handshake");
        } else if (party.connectedAt < 0 && (party.listeningAt < 0 || party.meant.command() == 2)) {
            long looked = party.meant.command() >= 0xF0 ? FAREWELL_MILLIS : 0;
            if (party.listeningAt >= 0) {
                deadline(party, party.listeningAt, setup.bind(), "the end of a BIND");
            } else {
                deadline(
                        party,
                        party.requestedAt,
                        setup.connect() + looked + bindUpstream(party),
                        "the end of a request");
            }
        }
        leavesSoon(party);
        party.end = end;
        party.closedAt = now();
        Reasons.check(run, party, end.reason());
        if (party.meant.command() != 3) {
            flows.counts(party, end);
        } else if (party.datagramLog != null) {
            party.datagramLog.closed(end);
        }
    }

    /** A client that is known to have left does not keep its session. */
    private void leavesSoon(Party party) {
        boolean ahead = party.meant.requestEnd() < 0 || party.upSent() >= EARLY;
        if (party.connectedAt >= 0 || party.failedAt >= 0 || ahead || run.resets() || run.isSlow()) {
            return;
        }
        if (party.hasReset) {
            deadline(party, party.resetAt, LEAVING_MILLIS, "the end behind a reset");
        } else if (party.ended && party.requestedAt >= 0 && setup.upstream() == 0 && Reasons.endMeansLeft(run, party)) {
            deadline(
                    party,
                    Math.max(party.endedAt, Math.max(party.requestedAt, party.listeningAt)),
                    LEAVING_MILLIS,
                    "the end behind the client's");
        }
    }

    // ------------------------------------------------------------------ after each step, and at the end

    /** The server catches whatever a listener or a policy throws: here it comes to light. */
    void rethrow() {
        @Nullable Violation seen = Violation.first();
        if (seen != null) {
            throw seen;
        }
    }

    void afterStep() {
        rethrow();
        long held = run.server().heldBytes();
        if (held < 0 || held > setup.backlog() + (long) LEAST_HELD * open) {
            throw new Violation(Rule.MEMORY_IS_BOUNDED, held + " bytes wait");
        }
        int guests = run.server().inLobby();
        if (guests > setup.maxUnauthenticated()) {
            throw new Violation(Rule.LIMITS_ARE_KEPT, guests + " without a request");
        }
        if (open == 0 && !setup.balancer() && !run.injects(Fault.NO_DESCRIPTOR) && !waysOut.lingers()) {
            left("timers", timers());
            left("guests in the lobby", guests);
            left("users", run.server().usersWithConnections());
            left("tickets", run.server().tickets());
            left("bytes", held);
        }
    }

    /** All is quiet; the server still listens. */
    void whenQuiet() {
        for (Party party : run.parties()) {
            ends.whenQuiet(party);
            waysOut.whenQuiet(party);
        }
        require(open == 0, Rule.ALL_COMES_TO_AN_END, open + " sessions are open", null);
        left("connections", run.server().openConnections());
        left("guests in the lobby", run.server().inLobby());
        left("users", run.server().usersWithConnections());
        left("timers", timers());
        left("tickets", run.server().tickets());
        left("transports", run.server().transports());
        left("sockets", run.network().openSockets() - Addresses.SERVER.size() - setup.loops());
        left("bytes", run.server().heldBytes());
        if (!run.losesWork()) {
            left("pieces of work", run.server().blockingWork());
        }
        Socks5Server server = run.server().server();
        statistics(server.statistics());
        listings.whenQuiet(server.sessions(), server.users(), server.statistics());
    }

    /** Counts the timers, except the one of each loop that has progress told. */
    private int timers() {
        int ofLoops = run.operation().progress() > 0 ? setup.loops() : 0;
        return Math.max(0, run.server().timers() - ofLoops);
    }

    /** Whether nobody is there any more. */
    boolean isQuiet() {
        return open == 0 && run.server().tickets() == 0 && !waysOut.lingers();
    }

    private static void left(String what, long count) {
        require(count == 0, Rule.NOTHING_IS_LEFT, count + " " + what + " left", null);
    }

    private void statistics(ServerStatistics s) {
        boolean right = s.connections() == 0
                && s.tunnels() == 0
                && s.associations() == 0
                && s.accepted() == accepted
                && s.rejected() == rejected
                && s.loginsFailed() == loginsFailed
                && s.requestsFailed() == requestsFailed
                && s.associationsMoved() == moved
                && s.bytesUp() == bytesUp
                && s.bytesDown() == bytesDown
                && s.datagrams().equals(datagrams);
        require(right, Rule.COUNTS_ARE_RIGHT, s + ", but there were " + bytesUp + " up, " + bytesDown + " down", null);
    }

    static DatagramCounts plus(DatagramCounts a, DatagramCounts b) {
        return new DatagramCounts(
                a.up() + b.up(),
                a.down() + b.down(),
                a.fragments() + b.fragments(),
                a.malformed() + b.malformed(),
                a.foreign() + b.foreign(),
                a.refused() + b.refused(),
                a.lost() + b.lost());
    }
}
