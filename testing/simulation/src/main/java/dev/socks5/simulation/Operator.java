package dev.socks5.simulation;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.operation.OpenSession;
import dev.socks5.server.operation.Usage;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what is planned to be done to the running server, on no loop's thread: between two turns, or in the
 * middle of one.
 */
final class Operator implements Socks5ServerListener {

    private final Run run;
    private final Policies policies;
    private final Socks5ServerBuilder settings;
    private final List<Act> waiting = new ArrayList<>();

    /** Whether the rules are asked by this one, and not by the server for a request. */
    private boolean judges;

    /** There is one operator: what comes while it waits for a rule that takes its time is left out. */
    private boolean busy;

    /**
     * An operator.
     *
     * @param settings those that the server is started with
     */
    Operator(Run run, Policies policies, Socks5ServerBuilder settings) {
        this.run = run;
        this.policies = policies;
        this.settings = settings;
    }

    void start() {
        for (Act act : run.operation().acts()) {
            run.world().after(TimeUnit.MILLISECONDS.toNanos(act.at()), () -> {
                boolean waits = act.kind().judges(); // Rules may block, and the loop would wait with them.
                if (act.duringATurn() && !waits) {
                    waiting.add(act);
                } else {
                    act(act, null);
                }
            });
        }
    }

    /** Whether the rules are asked by the operator: until {@link #returnsJudgement}, nobody else asks. */
    boolean takesJudgement() {
        boolean its = judges;
        judges = false;
        return its;
    }

    void returnsJudgement(boolean its) {
        judges = its;
    }

    private void act(Act act, @Nullable SessionInfo subject) {
        if (busy) {
            return;
        }
        busy = true;
        try {
            carryOut(act, subject);
        } finally {
            busy = false;
        }
    }

    private void carryOut(Act act, @Nullable SessionInfo subject) {
        Socks5Server server = run.server().server();
        Listings listings = run.oracle().listings();
        run.note("operator: " + act.kind() + " " + act.argument());
        switch (act.kind()) {
            case LIST -> listings.listed(server.sessions(), server.users(), server.statistics(), subject);
            case CLOSE -> close(server, act.argument(), subject);
            case CLOSE_UNKNOWN -> listings.closed(Long.MAX_VALUE - act.argument(), server.close(Long.MAX_VALUE), null);
            case CLOSE_IF -> closeIf(server, act.argument(), subject);
            case CHANGE -> change(server, act.argument());
            case CHANGE_WRONGLY -> changeWrongly(server);
            case JUDGE -> judgeAgain(server);
            case CHANGE_AND_JUDGE -> {
                change(server, act.argument());
                judgeAgain(server);
            }
        }
    }

    private void close(Socks5Server server, int argument, @Nullable SessionInfo subject) {
        List<Party> known =
                run.parties().stream().filter(party -> party.session > 0).toList();
        if (!known.isEmpty()) {
            Party party = known.get(argument % known.size());
            boolean its = subject != null && subject.id() == party.session; // It may be open, or just not any more.
            boolean was = server.close(party.session);
            run.oracle().listings().closed(party.session, its ? party.closedAt < 0 : was, party);
        }
    }

    private void closeIf(Socks5Server server, int argument, @Nullable SessionInfo subject) {
        List<OpenSession> asked = new ArrayList<>();
        List<OpenSession> chosen = new ArrayList<>();
        int closed = server.closeIf(session -> {
            asked.add(session);
            boolean its = session.id() % 3 == argument % 3;
            if (its) {
                chosen.add(session);
            }
            return its;
        });
        run.oracle().listings().closedSome(asked, chosen, closed, subject);
    }

    private void change(Socks5Server server, int argument) {
        if (run.isStopping()) {
            return;
        }
        Terms terms = Terms.of(argument);
        policies.put(settings, terms);
        server.reconfigure(settings);
        run.oracle().changes().changed(terms);
    }

    /** Something that cannot change: nothing else changes either. */
    private void changeWrongly(Socks5Server server) {
        if (run.isStopping()) {
            return;
        }
        policies.put(settings, new Terms(0, 0, 1));
        settings.eventLoops(run.setup().loops() + 1);
        boolean refused = false;
        try {
            server.reconfigure(settings);
        } catch (IllegalArgumentException e) {
            refused = true;
        }
        settings.eventLoops(run.setup().loops());
        policies.put(settings, run.oracle().changes().terms());
        Check.require(refused, Rule.CHANGES_HOLD, "the number of loops has changed", null);
    }

    private void judgeAgain(Socks5Server server) {
        if (run.isStopping()) {
            return;
        }
        Changes changes = run.oracle().changes();
        changes.beginsToJudge();
        judges = true;
        int ended;
        try {
            ended = server.judgeAgain();
        } finally {
            judges = false;
        }
        changes.hasJudged(ended);
    }

    // ------------------------------------------------------------------ in the middle of a turn

    private void event(@Nullable SessionInfo session) {
        if (!busy && !waiting.isEmpty()) {
            Act next = waiting.remove(0);
            run.world().elsewhere(() -> act(next, session));
        }
    }

    @Override
    public void accepted(SessionInfo session) {
        event(session);
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        event(null);
    }

    @Override
    public void authenticated(SessionInfo session) {
        event(session);
    }

    @Override
    public void requested(SessionInfo session) {
        event(session);
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        event(session);
    }

    @Override
    public void listening(SessionInfo session, InetSocketAddress local) {
        event(session);
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        event(session);
    }

    @Override
    public void progressed(SessionInfo session, Usage soFar) {
        event(session);
    }

    @Override
    public void closed(SessionInfo session, SessionEnd end) {
        event(session);
    }
}
