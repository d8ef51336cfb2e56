package dev.socks5.server.internal.udp;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Route;
import dev.socks5.server.internal.command.CommandExecution;
import dev.socks5.server.internal.command.DialFailure;
import dev.socks5.server.internal.command.DialerCall;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.transport.Elsewhere;
import dev.socks5.server.transport.DatagramTransport;
import dev.socks5.server.transport.Dialer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out UDP ASSOCIATE (RFC 1928 sections 4 and 6): {@link UdpRelay}, through {@link UpstreamAssociations} or
 * by a dialler perhaps, and reply. It has the association for as long as the connection stands.
 */
public final class Associate extends CommandExecution implements UdpRelay.Association {

    private static final String ASKED = "for an association";

    private Route route = Route.direct();
    private @Nullable UpstreamAssociations upstreams;
    private @Nullable TransportOutlet own;
    private @Nullable UdpRelay relay;

    public Associate(PendingRequest pending) {
        super(pending, ByteBuffer.allocate(0));
    }

    @Override
    protected void screen() {
        AccessRequest request = pending.accessRequest().withDestination(Endpoint.UNSPECIFIED);
        pending.judge(new OfAssociation(request), this::screened);
    }

    private record OfAssociation(AccessRequest request) implements PendingRequest.Judgement {

        @Override
        public boolean mayBlock(Terms terms) {
            return terms.screening().mayBlock() || terms.settings().connector().mayBlock();
        }

        @Override
        public Screening.Outcome by(Terms terms) {
            return terms.screening().screenAssociation(request, terms.settings().connector());
        }
    }

    @Override
    protected void forward(Screening.Outcome outcome) {
        route = outcome.route();
        upstreams = new UpstreamAssociations(pending, route, this);
        pending.scope().atTheEnd(upstreams::close);
        upstreams.open();
    }

    @Override
    protected void dial(Screening.Outcome outcome, Dialer dialer) {
        route = outcome.route();
        TransportOutlet outlet = new TransportOutlet(pending);
        AccessRequest request = pending.accessRequest().withDestination(Endpoint.UNSPECIFIED);
        DialerCall<DatagramTransport> call = new DialerCall<>(
                pending,
                dialer,
                ASKED,
                () -> dialer.associate(request, outlet),
                late -> Elsewhere.close(pending.core().carriers(), late),
                made -> {
                    own = outlet;
                    outlet.by(made);
                    associated(outlet.failure());
                },
                failure -> failed(failure.code(), failure.reason()));
        pending.scope().atTheEnd(call::cancel);
        pending.scope().atTheEnd(outlet::close);
        call.start();
    }

    /** Opens the relay, unless the way has failed before it could be used. */
    private void associated(@Nullable Throwable failure) {
        if (failure == null) {
            associated();
        } else {
            DialFailure known = DialFailure.of(failure, ASKED);
            failed(known.code(), known.reason());
        }
    }

    @Override
    protected void carryOut(Screening.Outcome outcome) {
        route = outcome.route();
        associated();
    }

    /** Opens the relay, once there is an association with each upstream. */
    void associated() {
        UdpRelay opened;
        try {
            opened = new UdpRelay(pending, client.localAddress().getAddress(), this);
        } catch (IOException | UnsupportedOperationException e) {
            // No descriptor or no port is left; or not by this hook.
            failed(ReplyCode.GENERAL_FAILURE, Egress.reason(e, "no socket for the relay"));
            return;
        }
        relay = opened;
        pending.scope().atTheEnd(opened::close);
        client.guard(() -> begin(opened.localAddress()));
    }

    private void begin(InetSocketAddress local) throws IOException {
        deadline.set(settings().timeouts().idle());
        pending.ticket().relays();
        pending.ticket().tell((listener, session) -> listener.listening(session, local));
        pending.succeed(settings().commands().advertised(local));
        client.reading(true);
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public Outlet outlet(Outlet.Receiver receiver) throws IOException {
        if (own != null) {
            return own.answering(receiver);
        }
        return upstreams == null
                ? new DirectOutlet(pending.loop(), settings().egress(route), receiver)
                : upstreams.outlet(receiver);
    }

    /** Ends the association with its connection (RFC 1928 section 6). Other input means nothing and is dropped. */
    @Override
    public void readable() throws IOException {
        if (hasEnded()) {
            abort(relay == null ? CloseReason.CLIENT_LEFT : CloseReason.FINISHED);
        }
    }

    /** Whether the client has ended its output; before the reply, a reset is an end, too. */
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

    @Override
    protected boolean endMeansLeft() {
        return true;
    }

    @Override
    protected void expire() {
        if (relay == null) {
            failed(ReplyCode.GENERAL_FAILURE, timedOut());
            return;
        }
        long left = settings().timeouts().idle() - relay.idleNanos();
        if (left > 0) {
            deadline.set(left);
        } else {
            abort(CloseReason.IDLE_TIMEOUT);
        }
    }

    @Override
    protected String timedOut() {
        return "took too long" + (upstreams == null ? "" : " at " + upstreams.whereabouts());
    }
}
