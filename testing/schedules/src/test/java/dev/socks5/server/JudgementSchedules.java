package dev.socks5.server;

import static dev.socks5.schedules.Race.require;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerHandshake;
import dev.socks5.schedules.Race;
import dev.socks5.schedules.Schedules;
import dev.socks5.server.internal.limits.ConnectionLimits;
import dev.socks5.server.internal.limits.Lobby;
import dev.socks5.server.internal.limits.LoginThrottle;
import dev.socks5.server.internal.limits.Quota;
import dev.socks5.server.internal.limits.UserLimits;
import dev.socks5.server.internal.net.Backlog;
import dev.socks5.server.internal.net.BlockingWork;
import dev.socks5.server.internal.net.Network;
import dev.socks5.server.internal.net.Reserve;
import dev.socks5.server.internal.net.SystemNetwork;
import dev.socks5.server.internal.policy.Admission;
import dev.socks5.server.internal.policy.InForce;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.report.Counters;
import dev.socks5.server.internal.report.Events;
import dev.socks5.server.internal.session.Core;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.session.Registry;
import dev.socks5.server.internal.session.SecondJudgement;
import dev.socks5.server.internal.session.Ticket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * A request that is judged while the rules are replaced, and open sessions are judged by the new ones: none slips by.
 */
class JudgementSchedules {

    private static final ClientAddress CLIENT =
            ClientAddress.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000));
    private static final Request REQUEST = new Request(Command.CONNECT, Endpoint.of("127.0.0.1", 7));

    private static Terms terms(AccessRule rule) {
        Settings settings = Socks5Server.builder().accessRule(rule).settings();
        LoginThrottle throttle = new LoginThrottle(() -> 0, () -> Duration.ZERO, () -> 0);
        Screening screening = new Screening(rule, request -> Verdict.undecided(), settings.resolver());
        return new Terms(settings, screening, settings.logins().methods(throttle));
    }

    private static Ticket ticket(InForce inForce) {
        Network network = new SystemNetwork();
        LoginThrottle throttle = new LoginThrottle(() -> 0, () -> Duration.ZERO, () -> 0);
        Core core = new Core(
                inForce,
                network,
                new ConnectionLimits(network, () -> 1, () -> 1, throttle),
                new Lobby(() -> 1),
                new UserLimits(() -> 1, () -> 0, () -> Quota.Grant.UNLIMITED, () -> 0),
                new Events(List.of()),
                new Counters(),
                new Registry(),
                new BlockingWork(Runnable::run, 1),
                Runnable::run,
                new Backlog(1, () -> 0),
                new Reserve(() -> 0));
        require(core.connectionLimits().enter(CLIENT).isEmpty(), "no room");
        return Ticket.issue(core, 1, CLIENT, true);
    }

    /** Without a connection: what does not block is judged at once, and needs none. */
    @SuppressWarnings("NullAway")
    private static PendingRequest pending(Ticket ticket) {
        return new PendingRequest(REQUEST, ticket, null, new ServerHandshake(), ByteBuffer.allocate(0), null);
    }

    private static AccessRule always(Verdict verdict) {
        return new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                return verdict;
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        };
    }

    /** By the new terms, for the judgement of the request. */
    private record Judgement() implements PendingRequest.Judgement {
        @Override
        public boolean mayBlock(Terms terms) {
            return false;
        }

        @Override
        public Screening.Outcome by(Terms terms) {
            return terms.screening()
                    .screen(
                            new AccessRequest(CLIENT, null, Command.CONNECT, REQUEST.destination(), null),
                            Screening.DIRECT);
        }
    }

    @Test
    void nothingGoesOnByTheOldRulesAfterASecondJudgement() {
        Terms before = terms(always(Verdict.allow("before")));
        Terms after = terms(always(Verdict.deny("after")));
        Schedules.explore(() -> {
            InForce inForce = new InForce();
            inForce.replace(before);
            Ticket ticket = ticket(inForce);
            ticket.permit().admitted(Admission.by(AuthMethod.NO_AUTHENTICATION, false, null), before);
            ticket.requested(REQUEST);
            PendingRequest pending = pending(ticket);
            AtomicBoolean granted = new AtomicBoolean(true); // As long as nobody says otherwise.
            AtomicBoolean stays = new AtomicBoolean(true);
            Race.of(() -> pending.judge(new Judgement(), outcome -> granted.set(outcome.granted())), () -> {
                inForce.replace(after);
                stays.set(SecondJudgement.allows(after, ticket));
            });
            require(!granted.get() || !stays.get(), "granted by the old rules, and stays");
        });
    }
}
