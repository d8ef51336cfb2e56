package dev.socks5.server;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has the last of one or more upstreams do something, such as to connect to a destination.
 *
 * <pre>
 * look-up -&gt; {@link Dial} to the first -&gt; {@link Hops}: from handshake to handshake -&gt; {@link Caller}
 * </pre>
 *
 * <p>It sets no time limit; {@link #cancel} ends it at any time.
 */
final class Chain implements Dial.Caller {

    /** Who waits for it. Hears nothing more after {@code opened}, {@code failed}, or its own {@link #cancel}. */
    interface Caller {
        /**
         * The last upstream has done what was asked. The connection is the caller's from now on; nothing has been read from
         * it but the handshakes.
         *
         * @param reply its last reply
         */
        void opened(Connection upstream, Reply reply);

        /**
         * Of a BIND only: the last upstream listens. Then {@code opened} follows when a peer has connected, or
         * {@code failed}.
         *
         * @param reply its first reply
         */
        default void listening(Reply reply) {}

        /**
         * It has not worked, and nothing is open any more.
         *
         * @param code what the client is to be told
         * @param reason which upstream, and why; not for the client
         */
        void failed(ReplyCode code, String reason);
    }

    private final PendingRequest pending;
    private final Route route;
    private final Request request;
    private final Caller caller;
    private @Nullable Dial dial;
    private @Nullable Hops hops;

    /**
     * @param route not direct
     * @param request for the last upstream
     */
    Chain(PendingRequest pending, Route route, Request request, Caller caller) {
        this.pending = pending;
        this.route = route;
        this.request = request;
        this.caller = caller;
    }

    void start() {
        Endpoint first = route.upstreams().get(0).endpoint();
        if (first.address() instanceof DomainName name) {
            pending.run(() -> lookUp(name, first.port()), List.of(), this::dial);
        } else {
            dial(List.of(first.toInetSocketAddress()));
        }
    }

    private List<InetSocketAddress> lookUp(DomainName name, int port) {
        try {
            return pending.settings().resolver().resolve(name.octets()).stream()
                    .map(address -> new InetSocketAddress(address, port))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private void dial(List<InetSocketAddress> addresses) {
        if (addresses.isEmpty()) {
            fail("its address cannot be found");
            return;
        }
        dial = new Dial(pending.loop(), addresses, route.egress(), this);
        dial.proceed();
    }

    @Override
    public void connected(Connection connection) {
        hops = new Hops(connection, route.upstreams(), request, caller);
        hops.begin();
    }

    @Override
    public void failed(ReplyCode code) {
        fail("cannot be reached: " + code);
    }

    private void fail(String reason) {
        caller.failed(ReplyCode.GENERAL_FAILURE, whereabouts() + ": " + reason);
    }

    /** Which upstream it is at, for the log. */
    String whereabouts() {
        return Hops.name(route.upstreams(), hops == null ? 0 : hops.hop());
    }

    /** Ends it and closes what is open; the caller hears nothing more. A connection that the caller has is left alone. */
    void cancel() {
        if (dial != null) {
            dial.cancel();
        }
        if (hops != null) {
            hops.cancel();
        }
    }
}
