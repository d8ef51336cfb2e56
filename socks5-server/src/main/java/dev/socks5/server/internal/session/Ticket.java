package dev.socks5.server.internal.session;

import dev.socks5.codec.Command;
import dev.socks5.codec.Request;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Route;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.Socks5ServerListener.Rejection;
import dev.socks5.server.internal.limits.Account;
import dev.socks5.server.internal.limits.Bandwidth;
import dev.socks5.server.internal.limits.Quota;
import dev.socks5.server.internal.limits.TokenBucket;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.usage.Meter;
import dev.socks5.server.operation.OpenSession;
import dev.socks5.server.operation.SessionState;
import dev.socks5.server.operation.Usage;
import java.net.SocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The place of an accepted connection among those that the server may have, from acceptance to the end. Its loop
 * changes it; any thread may {@linkplain #describe describe} and {@linkplain #abort abort} it.
 */
public final class Ticket {

    private final Core core;
    private final Long key; // Boxed once: to take it out of the registry takes no memory.
    private final long acceptedAt;
    private final Meter meter;
    private final Recall recall = new Recall();
    private final Permit permit = new Permit();
    private volatile ClientAddress client;
    private volatile @Nullable Principal user;
    private volatile @Nullable Request request;
    private volatile @Nullable Route route;
    private volatile @Nullable SocketAddress peer;
    private volatile SessionState state = SessionState.HANDSHAKE;
    private volatile boolean ended;
    private boolean identified;
    private @Nullable Account account;
    private boolean overUserLimit;
    private long requestedAt;
    private boolean relays;
    private long told; // as the meter has it

    private Ticket(Core core, long id, ClientAddress peer, boolean identified) {
        this.core = core;
        this.key = id;
        this.client = peer;
        this.identified = identified;
        this.acceptedAt = core.network().nanoTime();
        this.meter = new Meter(core.counters().relayed(), core.userLimits().nobody());
    }

    /**
     * Makes the ticket of a connection that has just been counted in. If there can be none, it is counted out again.
     *
     * @param peer the client, or a balancer that has yet to say whose connection it is, see {@link #identify}
     * @param identified whether it is the client
     */
    public static Ticket issue(Core core, long id, ClientAddress peer, boolean identified) {
        @Nullable Ticket ticket = null;
        try {
            ticket = new Ticket(core, id, peer, identified);
            core.registry().add(ticket);
            if (identified) {
                ticket.tell(Socks5ServerListener::accepted); // Last: nothing may fail behind it.
            }
            return ticket;
        } catch (Throwable e) {
            core.connectionLimits().leave(peer, identified);
            if (ticket != null) {
                ticket.ended = true;
                core.registry().remove(ticket);
            }
            throw e;
        }
    }

    /** Takes note of the connection, on its loop's thread. If the session is to end already, that ends soon. */
    public void servedBy(Connection connection) {
        recall.by(connection);
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
            core.registry().remove(this);
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

    /** Returns the user whom the login has made known; {@code null} without one. */
    public @Nullable Principal user() {
        return user;
    }

    /** Returns what it has been allowed so far. */
    public Permit permit() {
        return permit;
    }

    Long key() {
        return key;
    }

    /** Returns the figures of what it relays. */
    public Meter meter() {
        return meter;
    }

    public void loggedIn(Principal who) {
        user = who;
        @Nullable Account its = core.userLimits().enter(who.getName()).orElse(null);
        if (its == null) {
            overUserLimit = true;
        } else {
            account = its;
            meter.user(its.relayed());
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

    /** Returns the limit on what the user relays in a period; {@code null} without a user. */
    public @Nullable Quota quota() {
        return account == null ? null : account.quota();
    }

    public boolean hasUsedQuota() {
        return account != null && account.quota().isUsed();
    }

    public void requested(Request asked) {
        request = asked;
        requestedAt = core.network().nanoTime();
        state = SessionState.REQUESTED;
        tell(Socks5ServerListener::requested);
    }

    /** Takes note of the route to the destination. */
    public void routed(Route chosen) {
        route = chosen;
    }

    /** Returns its request; {@code null} before that. May be called by any thread. */
    @Nullable
    Request request() {
        return request;
    }

    /** Describes a request to rules, with its destination as the client wrote it. */
    AccessRequest accessRequest(Request asked) {
        return new AccessRequest(client, user, asked.command(), asked.destination(), null);
    }

    /** Takes note of the address that was reached, as listeners are told it. */
    public void reached(SocketAddress address) {
        permit.reached(address);
        peer = address;
    }

    /** Counts its tunnel or association among those that are open, until the end. */
    public void relays() {
        relays = true;
        state = SessionState.RELAYING;
        open().incrementAndGet();
    }

    private AtomicInteger open() {
        boolean datagrams = request != null && request.command().equals(Command.UDP_ASSOCIATE);
        return datagrams ? core.counters().associations() : core.counters().tunnels();
    }

    /** Tells the listeners of an event of this connection. */
    public void tell(BiConsumer<Socks5ServerListener, SessionInfo> event) {
        SessionInfo session = info();
        core.events().tell(listener -> event.accept(listener, session));
    }

    /** Returns the time since the request. */
    public Duration sinceRequest() {
        return Duration.ofNanos(core.network().nanoTime() - requestedAt);
    }

    private SessionInfo info() {
        return new SessionInfo(key, client, user, request);
    }

    /** Describes it as it is at this moment, for any thread. */
    public OpenSession describe() {
        SessionState now = state; // Read first: what belongs to a state is there before it.
        return new OpenSession(info(), now, age(), peer, route, meter.usage());
    }

    private Duration age() {
        return Duration.ofNanos(core.network().nanoTime() - acceptedAt);
    }

    /** Whether it has ended. May be called by any thread. */
    public boolean hasEnded() {
        return ended;
    }

    /** Whether a loop serves its connection. May be called by any thread. */
    boolean isServedBy(EventLoop loop) {
        @Nullable Connection connection = recall.connection();
        return connection != null && connection.loop() == loop;
    }

    /**
     * Ends it soon, on its loop's thread, by its connection's owner; one in its {@link Farewell} ends as well, for the
     * reason that it has. May be called by any thread.
     *
     * @return whether it was open and this is the first call
     */
    public boolean abort(CloseReason reason) {
        boolean ending = isEnding();
        return !ended && recall.end(reason) && !ending;
    }

    /** Whether nothing follows except its {@link Farewell}. May be called by any thread. */
    boolean isEnding() {
        return state == SessionState.ENDING;
    }

    /** Tells the listeners what it has relayed, if that is more than they were told last. On its loop's thread. */
    void tellProgress() {
        long moved = meter.moved();
        if (moved != told && !ended) {
            Usage soFar = meter.usage();
            tell((listener, session) -> listener.progressed(session, soFar));
            told = moved; // Not before: for want of memory it may be told the next time.
        }
    }

    /** Takes note that nothing follows except its {@link Farewell}. */
    void ends() {
        state = SessionState.ENDING;
    }

    /** Gives the place back. Only the first call counts. Takes no memory before that is done. */
    public void end(CloseReason reason) {
        if (ended) {
            return;
        }
        ended = true;
        if (relays) {
            open().decrementAndGet();
        }
        core.connectionLimits().leave(client, identified);
        try {
            leave(reason);
        } catch (OutOfMemoryError e) {
            core.reserve().release(e);
            leave(reason);
        }
    }

    private void leave(CloseReason reason) {
        core.registry().remove(this);
        if (account != null) {
            core.userLimits().leave(account);
            account = null;
        }
        if (!identified) {
            tell(Socks5ServerListener::accepted); // What closes has been accepted, for whoever keeps count.
            identified = true;
        }
        Usage usage = meter.usage();
        SessionEnd ending = new SessionEnd(reason, age(), usage.bytesUp(), usage.bytesDown(), usage.datagrams());
        tell((listener, session) -> listener.closed(session, ending));
    }
}
