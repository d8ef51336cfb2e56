package dev.socks5.server;

import dev.socks5.codec.Request;
import dev.socks5.server.Socks5ServerListener.Rejection;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** An accepted connection's place among those that the server may have, from acceptance to the end. */
final class Ticket {

    private final Core core;
    private final long id;
    private InetSocketAddress client;
    private boolean named;
    private final long acceptedAt = System.nanoTime();
    private @Nullable Principal user;
    private @Nullable Request request;
    private long requestedAt;
    private boolean ended;

    /** For a connection that comes from the client itself, and has been counted for it. */
    Ticket(Core core, long id, InetSocketAddress client) {
        this(core, id, client, true);
        tell(Socks5ServerListener::accepted); // Nothing after this may fail: whoever made the ticket has to end it.
    }

    private Ticket(Core core, long id, InetSocketAddress peer, boolean named) {
        this.core = core;
        this.id = id;
        this.client = peer;
        this.named = named;
    }

    /** For a connection from a balancer, which has yet to say whose it is: see {@link #name}. */
    static Ticket unnamed(Core core, long id, InetSocketAddress balancer) {
        return new Ticket(core, id, balancer, false);
    }

    /** Whether the client is known. If not, the balancer stands for it. */
    boolean named() {
        return named;
    }

    /**
     * Now the client is known. If it has too many connections, this one is no longer counted, and the ticket has ended.
     *
     * @return whether it is admitted
     */
    boolean name(InetSocketAddress who) {
        Optional<Rejection> rejection = core.caps().name(who.getAddress());
        if (rejection.isPresent()) {
            ended = true;
            core.events().tell(listener -> listener.rejected(who, rejection.get()));
            return false;
        }
        client = who;
        named = true;
        tell(Socks5ServerListener::accepted);
        return true;
    }

    Core core() {
        return core;
    }

    Settings settings() {
        return core.settings();
    }

    InetSocketAddress client() {
        return client;
    }

    @Nullable
    Principal user() {
        return user;
    }

    void loggedIn(Principal who) {
        user = who;
        tell(Socks5ServerListener::authenticated);
    }

    void requested(Request asked) {
        request = asked;
        requestedAt = System.nanoTime();
        tell(Socks5ServerListener::requested);
    }

    /** Tells the listener something of this connection. */
    void tell(BiConsumer<Socks5ServerListener, SessionInfo> event) {
        core.events().tell(listener -> event.accept(listener, new SessionInfo(id, client, user, request)));
    }

    /** Since the request. */
    Duration sinceRequest() {
        return Duration.ofNanos(System.nanoTime() - requestedAt);
    }

    /** Gives the place back, where nothing was relayed. Only the first call counts. */
    void end(CloseReason reason) {
        end(reason, 0, 0, DatagramCounts.NONE);
    }

    /** Gives the place back. Only the first call counts. */
    void end(CloseReason reason, long octetsUp, long octetsDown, DatagramCounts datagrams) {
        if (ended) {
            return;
        }
        ended = true;
        if (named) {
            core.caps().leave(client.getAddress());
        } else {
            core.caps().leaveUnnamed();
            tell(Socks5ServerListener::accepted); // What closes has been accepted, for whoever keeps count.
        }
        Duration duration = Duration.ofNanos(System.nanoTime() - acceptedAt);
        Ending ending = new Ending(reason, duration, octetsUp, octetsDown, datagrams);
        tell((listener, session) -> listener.closed(session, ending));
    }
}
