package dev.socks5.server.internal.session;

import dev.socks5.codec.Command;
import dev.socks5.codec.Request;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.Socks5ServerListener.Rejection;
import dev.socks5.server.internal.limits.Account;
import dev.socks5.server.internal.limits.Bandwidth;
import dev.socks5.server.internal.limits.TokenBucket;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.report.DatagramCounters;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The place of an accepted connection among those that the server may have, from acceptance to the end. */
public final class Ticket {

    private final Core core;
    private final long id;
    private ClientAddress client;
    private boolean identified;
    private final long acceptedAt;
    private @Nullable Principal user;
    private @Nullable Account account;
    private boolean overUserLimit;
    private @Nullable Request request;
    private long requestedAt;
    private boolean relays;
    private boolean ended;

    private Ticket(Core core, long id, ClientAddress peer, boolean identified) {
        this.core = core;
        this.id = id;
        this.client = peer;
        this.identified = identified;
        this.acceptedAt = core.network().nanoTime();
    }

    /**
     * Makes the ticket of a connection that has just been counted in. If there can be none, it is counted out again.
     *
     * @param peer the client, or a balancer that has yet to say whose connection it is, see {@link #identify}
     * @param identified whether it is the client
     */
    public static Ticket issue(Core core, long id, ClientAddress peer, boolean identified) {
        try {
            Ticket ticket = new Ticket(core, id, peer, identified);
            if (identified) {
                ticket.tell(Socks5ServerListener::accepted); // Last: nothing may fail behind it.
            }
            return ticket;
        } catch (Throwable e) {
            core.connectionLimits().leave(peer, identified);
            throw e;
        }
    }

    /** Whether the client is known. If not, the balancer stands for it. */
    public boolean identified() {
        return identified;
    }

    /**
     * Learns the client. If that has too many connections, this one is no longer counted, and the ticket has ended.
     *
     * @return whether it is admitted
     */
    public boolean identify(ClientAddress who) {
        Optional<Rejection> rejection = core.connectionLimits().identify(who);
        if (rejection.isPresent()) {
            ended = true;
            core.events().tell(listener -> listener.rejected(who, rejection.get()));
            return false;
        }
        client = who;
        identified = true;
        tell(Socks5ServerListener::accepted);
        return true;
    }

    public Core core() {
        return core;
    }

    public Settings settings() {
        return core.settings();
    }

    public ClientAddress client() {
        return client;
    }

    @Nullable
    Principal user() {
        return user;
    }

    public void loggedIn(Principal who) {
        user = who;
        if (core.userLimits().areKept()) {
            account = core.userLimits().enter(who.getName()).orElse(null);
            overUserLimit = account == null;
        }
        tell(Socks5ServerListener::authenticated);
    }

    /** Whether the user had the greatest number of connections when this one logged in. */
    public boolean overUserLimit() {
        return overUserLimit;
    }

    /** Makes the bandwidth for the bytes that the client sends; {@code null} if there is no limit. */
    public @Nullable Bandwidth bandwidthUp() {
        return bandwidth(account == null ? null : account.up());
    }

    /** Makes the bandwidth for the bytes that the client is sent; {@code null} if there is no limit. */
    public @Nullable Bandwidth bandwidthDown() {
        return bandwidth(account == null ? null : account.down());
    }

    private @Nullable Bandwidth bandwidth(@Nullable TokenBucket shared) {
        return Bandwidth.of(settings().bandwidths().perConnection(), shared, core.network()::nanoTime);
    }

    public void requested(Request asked) {
        request = asked;
        requestedAt = core.network().nanoTime();
        tell(Socks5ServerListener::requested);
    }

    /** Counts its tunnel or association among those that are open, until the end. */
    public void relays() {
        relays = true;
        open().incrementAndGet();
    }

    private AtomicInteger open() {
        boolean datagrams = request != null && request.command().equals(Command.UDP_ASSOCIATE);
        return datagrams ? core.counters().associations() : core.counters().tunnels();
    }

    /** Tells the listeners of an event of this connection. */
    public void tell(BiConsumer<Socks5ServerListener, SessionInfo> event) {
        SessionInfo session = new SessionInfo(id, client, user, request);
        core.events().tell(listener -> event.accept(listener, session));
    }

    /** Returns the time since the request. */
    public Duration sinceRequest() {
        return Duration.ofNanos(core.network().nanoTime() - requestedAt);
    }

    /** Gives the place back, where nothing was relayed. Only the first call counts. */
    public void end(CloseReason reason) {
        end(reason, 0, 0, null);
    }

    /** Gives the place back. Only the first call counts. Takes no memory before that is done. */
    public void end(CloseReason reason, long bytesUp, long bytesDown, @Nullable DatagramCounters datagrams) {
        if (ended) {
            return;
        }
        ended = true;
        if (relays) {
            open().decrementAndGet();
        }
        core.connectionLimits().leave(client, identified);
        try {
            leave(reason, bytesUp, bytesDown, datagrams);
        } catch (OutOfMemoryError e) {
            core.reserve().release(e);
            leave(reason, bytesUp, bytesDown, datagrams);
        }
    }

    private void leave(CloseReason reason, long bytesUp, long bytesDown, @Nullable DatagramCounters datagrams) {
        if (account != null) {
            core.userLimits().leave(account);
            account = null;
        }
        if (!identified) {
            tell(Socks5ServerListener::accepted); // What closes has been accepted, for whoever keeps count.
            identified = true;
        }
        Duration duration = Duration.ofNanos(core.network().nanoTime() - acceptedAt);
        DatagramCounts counts = datagrams == null ? DatagramCounts.NONE : datagrams.counts();
        SessionEnd ending = new SessionEnd(reason, duration, bytesUp, bytesDown, counts);
        tell((listener, session) -> listener.closed(session, ending));
    }
}
