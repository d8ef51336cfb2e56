package dev.socks5.server.internal.command;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Upstream;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Dial;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.session.PendingRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has the last of one or more upstreams do something, such as to connect to a destination.
 *
 * <pre>
 * look-up -&gt; {@link Dial} to the first -&gt; {@link ProxyChain}: from handshake to handshake -&gt; {@link Caller}
 * </pre>
 *
 * <p>It takes exactly the bytes of the handshakes: whatever follows is left in the socket, for whoever has the
 * connection then. It sets no time limit; {@link #cancel} ends it at any time.
 */
public final class Chain implements Dial.Caller, Connection.Owner {

    /** Waits for the outcome. Hears nothing more after {@code opened}, {@code failed}, or its own {@link #cancel}. */
    public interface Caller {
        /**
         * Called when the last upstream has done what was asked. The connection is the caller's from now on; nothing
         * has been read from it except the handshakes.
         *
         * @param reply its last reply
         */
        void opened(Connection upstream, Reply reply);

        /**
         * Called for a BIND only, when the last upstream listens. Then {@code opened} follows when a peer has
         * connected, or {@code failed}.
         *
         * @param reply its first reply
         */
        default void listening(Reply reply) {}

        /**
         * Called when it has failed, and nothing is open any more.
         *
         * @param code the reply for the client
         * @param reason the upstream that has failed, and the cause; not for the client
         */
        void failed(ReplyCode code, String reason);
    }

    /**
     * The codes of the last upstream that the client is told as they are. Instead of any other it is told 01: 07 would
     * say that this server cannot do what it can.
     */
    private static final Set<ReplyCode> PASSED_ON = Set.of(
            ReplyCode.NOT_ALLOWED,
            ReplyCode.NETWORK_UNREACHABLE,
            ReplyCode.HOST_UNREACHABLE,
            ReplyCode.CONNECTION_REFUSED,
            ReplyCode.TTL_EXPIRED,
            ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED);

    private final PendingRequest pending;
    private final List<Upstream> upstreams;
    private final Egress egress;
    private final ProxyChain proxies;
    private final Caller caller;
    private @Nullable Dial dial;
    private @Nullable Connection connection;
    private boolean over;

    /**
     * Prepares the chain; {@link #start} begins it.
     *
     * @param upstreams at least one
     * @param egress the addresses to leave from for the first
     * @param request the request for the last upstream
     */
    public Chain(PendingRequest pending, List<Upstream> upstreams, Egress egress, Request request, Caller caller) {
        this.pending = pending;
        this.upstreams = upstreams;
        this.egress = egress;
        this.caller = caller;
        this.proxies = new ProxyChain(
                upstreams.stream()
                        .map(upstream -> ProxyChain.Hop.of(upstream.endpoint(), upstream.login()))
                        .toList(),
                request);
    }

    public void start() {
        Endpoint first = upstreams.get(0).endpoint();
        if (first.isName()) {
            pending.run(() -> lookUp(first), List.of(), this::dial);
        } else {
            dial(List.of(first.toInetSocketAddress()));
        }
    }

    private List<InetSocketAddress> lookUp(Endpoint name) {
        try {
            return pending.settings().resolver().resolve(((DomainName) name.address()).octets()).stream()
                    .map(address -> new InetSocketAddress(address, name.port()))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private void dial(List<InetSocketAddress> addresses) {
        if (addresses.isEmpty()) {
            fail(ReplyCode.GENERAL_FAILURE, "its address cannot be found");
            return;
        }
        dial = new Dial(pending.loop(), addresses, egress, this);
        dial.proceed();
    }

    @Override
    public void failed(ReplyCode code) {
        fail(ReplyCode.GENERAL_FAILURE, "cannot be reached: " + code);
    }

    @Override
    public void connected(Connection first) {
        connection = first;
        first.handOver(this);
        first.reading(true);
        first.guard(() -> first.write(proxies.send()));
    }

    @Override
    public void readable() throws IOException {
        try {
            proceed(Objects.requireNonNull(connection));
        } catch (Socks5Exception e) {
            fail(e);
        }
    }

    private void proceed(Connection upstream) throws IOException {
        while (!over) {
            if (proxies.turn() == Turn.SEND) {
                upstream.write(proxies.send());
                continue;
            }
            int count = upstream.read(proxies.input());
            if (count < 0) {
                throw proxies.closed();
            }
            if (count == 0) {
                return;
            }
            Optional<Reply> reply = proxies.receive();
            if (reply.isPresent() && proxies.turn() == Turn.DONE) {
                over = true;
                caller.opened(upstream, reply.get());
            } else {
                reply.ifPresent(caller::listening);
            }
        }
    }

    private void fail(Socks5Exception e) {
        boolean byTheLast = proxies.isAtLast() && e instanceof RequestRejectedException;
        ReplyCode code = byTheLast ? ((RequestRejectedException) e).reply().code() : ReplyCode.GENERAL_FAILURE;
        fail(PASSED_ON.contains(code) ? code : ReplyCode.GENERAL_FAILURE, String.valueOf(e.getMessage()));
    }

    private void fail(ReplyCode code, String reason) {
        if (!over) {
            cancel();
            caller.failed(code, whereabouts() + ": " + reason);
        }
    }

    /** Says which upstream it is at, for the log. */
    public String whereabouts() {
        return name(upstreams, proxies.hop());
    }

    /** Names an upstream for the log. */
    public static String name(List<Upstream> upstreams, int hop) {
        String position = upstreams.size() == 1 ? "" : (hop + 1) + " of " + upstreams.size() + ", ";
        return "upstream " + position + upstreams.get(hop).endpoint();
    }

    /**
     * Ends it and closes what is open; the caller hears nothing more. A connection that the caller has is left alone.
     */
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        if (dial != null) {
            dial.cancel();
        }
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void abort(CloseReason reason) {
        if (reason == CloseReason.SHUTDOWN) {
            cancel(); // The client's own connection is aborted as well.
        } else if (reason == CloseReason.BROKEN && !over) {
            fail(proxies.closed()); // A reset, after a failure reply perhaps.
        } else {
            fail(ReplyCode.GENERAL_FAILURE, "an unexpected failure, which the log has");
        }
    }
}
