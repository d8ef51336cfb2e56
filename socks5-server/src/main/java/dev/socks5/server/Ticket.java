package dev.socks5.server;

import dev.socks5.codec.Command;
import dev.socks5.codec.Request;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** An accepted connection's place among those that the server may have, from acceptance to the end. */
final class Ticket {

    private final Core core;
    private final long id;
    private final InetSocketAddress client;
    private final long acceptedAt = System.nanoTime();
    private @Nullable Principal user;
    private @Nullable Request request;
    private long requestedAt;
    private boolean relays;
    private boolean ended;

    Ticket(Core core, long id, InetSocketAddress client) {
        this.core = core;
        this.id = id;
        this.client = client;
        tell(Socks5ServerListener::accepted); // Nothing after this may fail: whoever made the ticket has to end it.
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

    /** Its tunnel or association stands: counted among those that are open, until the end. */
    void relays() {
        relays = true;
        open().incrementAndGet();
    }

    private AtomicInteger open() {
        boolean datagrams = request != null && request.command().equals(Command.UDP_ASSOCIATE);
        return datagrams ? core.tally().associations() : core.tally().tunnels();
    }

    /** Tells the listeners something of this connection. */
    void tell(BiConsumer<Socks5ServerListener, SessionInfo> event) {
        SessionInfo session = new SessionInfo(id, client, user, request);
        core.events().tell(listener -> event.accept(listener, session));
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
        if (relays) {
            open().decrementAndGet();
        }
        core.caps().leave(client.getAddress());
        Duration duration = Duration.ofNanos(System.nanoTime() - acceptedAt);
        Ending ending = new Ending(reason, duration, octetsUp, octetsDown, datagrams);
        tell((listener, session) -> listener.closed(session, ending));
    }
}
