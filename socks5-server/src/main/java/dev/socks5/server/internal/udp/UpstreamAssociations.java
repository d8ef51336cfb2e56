package dev.socks5.server.internal.udp;

import dev.socks5.codec.Command;
import dev.socks5.codec.DatagramPath;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Protection;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Route;
import dev.socks5.server.Upstream;
import dev.socks5.server.internal.command.Chain;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.session.PendingRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes an association with each upstream of a chain, as an association through them needs: the second is asked for
 * through the first, and so on. If one of them ends, so does the client's.
 *
 * <pre>
 * {@link Chain} to 1: UDP ASSOCIATE -&gt; Chain to 1, 2: UDP ASSOCIATE -&gt; ... -&gt; {@link UpstreamOutlet}
 * </pre>
 */
final class UpstreamAssociations implements Chain.Caller {

    private final PendingRequest pending;
    private final Route route;
    private final Associate associate;
    private final List<Connection> controls = new ArrayList<>();
    private final List<DatagramPath.Relay> relays = new ArrayList<>();
    private @Nullable Chain chain;
    private @Nullable InetSocketAddress firstRelay;

    /**
     * Prepares the associations; {@link #open} begins them.
     *
     * @param route a route that is not direct
     */
    UpstreamAssociations(PendingRequest pending, Route route, Associate associate) {
        this.pending = pending;
        this.route = route;
        this.associate = associate;
    }

    void open() {
        Request request = new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED);
        List<Upstream> upstreams = route.upstreams().subList(0, controls.size() + 1);
        chain = new Chain(pending, upstreams, pending.settings().egress(route), request, this);
        chain.start();
    }

    @Override
    public void opened(Connection control, Reply reply) {
        Optional<Protection> protection = chain == null ? Optional.empty() : chain.protection();
        chain = null;
        controls.add(control);
        control.handOver(new Watch(control));
        Endpoint relay = reply.bound()
                .relativeTo(route.upstreams().get(relays.size()).endpoint().address());
        relays.add(new DatagramPath.Relay(relay, protection));
        try {
            control.reading(true);
            if (firstRelay == null) {
                firstRelay = addressOf(relay, control);
            }
        } catch (IOException e) {
            fail(relays.size() - 1, "its relay has no address");
            return;
        }
        if (relays.size() == route.upstreams().size()) {
            associate.associated();
        } else {
            open();
        }
    }

    private static InetSocketAddress addressOf(Endpoint relay, Connection control) throws IOException {
        if (relay.isName()) {
            // The upstream's own name, or one that it wants looked up: where it has been reached is as good, and safe.
            InetAddress upstream = control.remoteAddress() instanceof InetSocketAddress ip
                    ? ip.getAddress()
                    : InetAddress.getLoopbackAddress(); // It has a path, so it is on this host.
            return new InetSocketAddress(upstream, relay.port());
        }
        return relay.toInetSocketAddress();
    }

    /** Opens the way out, once all are there. */
    Outlet outlet(Outlet.Receiver receiver) throws IOException {
        if (firstRelay == null) {
            throw new IllegalStateException("not associated yet");
        }
        return new UpstreamOutlet(pending.loop(), pending.settings().egress(route), firstRelay, relays, receiver);
    }

    @Override
    public void failed(ReplyCode code, String reason) {
        close();
        associate.failed(code, reason);
    }

    private void fail(int which, String reason) {
        failed(ReplyCode.GENERAL_FAILURE, Chain.name(route.upstreams(), which) + ": " + reason);
    }

    /** Says which upstream it is at, for the log. */
    String whereabouts() {
        return chain == null ? "" : chain.whereabouts();
    }

    void close() {
        if (chain != null) {
            chain.cancel();
        }
        controls.forEach(Connection::close);
    }

    /** Notices the end of an upstream's association. */
    private final class Watch implements Connection.Owner {
        private final Connection control;

        private Watch(Connection control) {
            this.control = control;
        }

        @Override
        public void readable() throws IOException {
            if (control.read(pending.loop().buffer()) < 0) {
                abort(CloseReason.BROKEN);
            }
        }

        @Override
        public void abort(CloseReason reason) {
            boolean complete = relays.size() == route.upstreams().size();
            if (complete || reason == CloseReason.SHUTDOWN) {
                associate.abort(reason);
            } else {
                fail(controls.indexOf(control), "its association has ended");
            }
        }
    }
}
