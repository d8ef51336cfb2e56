package dev.socks5.server;

import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A UDP ASSOCIATE request (RFC 1928 sections 4 and 6), and the association for as long as the connection stands.
 *
 * <pre>
 * rules -&gt; [{@link UpstreamAssociations}] -&gt; {@link UdpRelay} -&gt; reply -&gt; ... until the client closes
 *      \              \                       \
 *       +--------------+-----------------------+--&gt; {@link Farewell}
 * </pre>
 */
final class Associate implements Connection.Owner, UdpRelay.Association, UpstreamAssociations.Caller {

    private final PendingRequest pending;
    private final Connection client;
    private final Timers.Timer limit;
    private Route route = Route.direct();
    private @Nullable UpstreamAssociations upstreams;
    private @Nullable UdpRelay relay;
    private volatile boolean over; // read by errands as well

    private Associate(PendingRequest pending) {
        this.pending = pending;
        this.client = pending.client();
        this.limit = pending.loop().timers().timer(this::expire);
    }

    /** Takes over a client that waits for the reply. */
    static void carryOut(PendingRequest pending) {
        Associate associate = new Associate(pending);
        associate.client.handOver(associate);
        associate.limit.set(Settings.nanos(associate.settings().connectTimeout()));
        pending.core().screening().screenAssociation(pending, () -> associate.over, associate::proceed);
    }

    private Settings settings() {
        return pending.core().settings();
    }

    private void proceed(Screening.Outcome outcome) {
        route = outcome.route();
        if (!outcome.granted()) {
            failed(outcome.code(), outcome.reason());
        } else if (route.isDirect()) {
            associated();
        } else {
            upstreams = new UpstreamAssociations(pending, route, this);
            upstreams.open();
        }
    }

    @Override
    public void associated() {
        UdpRelay opened;
        try {
            opened = UdpRelay.open(pending, client.localAddress().getAddress(), this);
        } catch (IOException | UnsupportedOperationException e) {
            failed(ReplyCode.GENERAL_FAILURE, "no socket for the relay"); // No descriptor or no port is left.
            return;
        }
        relay = opened;
        client.guard(() -> begin(opened.localAddress()));
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public Outlet outlet(Outlet.Receiver receiver) throws IOException {
        return upstreams == null
                ? new DirectOutlet(pending.loop(), route.egress(), this, receiver)
                : upstreams.outlet(this, receiver);
    }

    @Override
    public boolean isOver() {
        return over;
    }

    private void begin(InetSocketAddress local) throws IOException {
        limit.set(Settings.nanos(settings().idleTimeout()));
        pending.ticket().relays();
        pending.ticket().tell((listener, session) -> listener.listening(session, local));
        pending.succeed(settings().advertised(local));
        client.reading(true);
    }

    @Override
    public void readable() throws IOException {
        if (hasEnded()) {
            abort(relay == null ? CloseReason.CLIENT_LEFT : CloseReason.FINISHED);
        }
        // What else it sends here means nothing (RFC 1928 section 7), and is dropped.
    }

    /** Without its connection there is no association (RFC 1928 section 6), and before the reply a reset is an end, too. */
    private boolean hasEnded() throws IOException {
        try {
            return client.read(pending.loop().buffer()) < 0;
        } catch (IOException e) {
            if (relay != null || client.isProtected()) {
                throw e;
            }
            return true;
        }
    }

    private void expire() {
        if (relay == null) {
            failed(
                    ReplyCode.GENERAL_FAILURE,
                    "took too long" + (upstreams == null ? "" : " at " + upstreams.whereabouts()));
            return;
        }
        long left = Settings.nanos(settings().idleTimeout()) - relay.idleNanos();
        if (left > 0) {
            limit.set(left);
        } else {
            abort(CloseReason.IDLE_TIMEOUT);
        }
    }

    @Override
    public void failed(ReplyCode code, String reason) {
        end();
        pending.fail(code, reason);
    }

    @Override
    public void abort(CloseReason reason) {
        try {
            end();
        } finally {
            client.close();
            endTicket(reason);
        }
    }

    private void endTicket(CloseReason reason) {
        if (relay == null) {
            pending.ticket().end(reason);
        } else {
            pending.ticket().end(reason, relay.octetsUp(), relay.octetsDown(), relay.counters());
        }
    }

    private void end() {
        over = true;
        limit.cancel();
        if (relay != null) {
            relay.close();
        }
        if (upstreams != null) {
            upstreams.close();
        }
    }
}
