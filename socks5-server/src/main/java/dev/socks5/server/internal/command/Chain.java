package dev.socks5.server.internal.command;

import dev.socks5.codec.Protection;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Upstream;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.secure.ProtectedStream;
import dev.socks5.server.internal.secure.TlsHandshake;
import dev.socks5.server.internal.secure.TlsTerms;
import dev.socks5.server.internal.session.PendingRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Has the last of one or more upstreams do something, such as to connect to a destination.
 *
 * <pre>
 * {@link UpstreamDial} to the first -&gt; {@link Handshakes}: from upstream to upstream -&gt; {@link Caller}
 *                                      {@link TlsHandshake} before those that are reached by TLS
 * </pre>
 *
 * <p>It takes exactly the bytes of the handshakes: whatever follows is left in the connection, for whoever has it then.
 * A method that an upstream is offered may block: its steps are taken on another thread, and nothing is read meanwhile.
 * There is no time limit here; {@link #cancel} ends it at any time.
 */
public final class Chain implements UpstreamDial.Caller, TlsHandshake.Caller, Connection.Owner {

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

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final PendingRequest pending;
    private final UpstreamDial dial;
    private final Handshakes handshakes;
    private final Caller caller;
    private @Nullable Connection connection;
    private @Nullable TlsHandshake securing;
    private Optional<Protection> protection = Optional.empty();
    private boolean elsewhere;
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
        this.dial = new UpstreamDial(pending, upstreams.get(0), egress, this);
        this.caller = caller;
        this.handshakes = new Handshakes(upstreams, request);
    }

    public void start() {
        dial.start();
    }

    @Override
    public void failed(String reason) {
        fail(ReplyCode.GENERAL_FAILURE, reason);
    }

    @Override
    public void connected(Connection first) {
        connection = first;
        first.handOver(this);
        first.guard(() -> proceed(first));
    }

    @Override
    public void readable() throws IOException {
        proceed(Objects.requireNonNull(connection));
    }

    /** Goes on until the upstream has to say something, or a step is taken elsewhere. */
    private void proceed(Connection upstream) throws IOException {
        try {
            while (!over && !elsewhere && handshakes.toSecure().isEmpty() && isReady(upstream)) {
                step(upstream);
            }
        } catch (Socks5Exception e) {
            fail(e);
        }
        if (!over && !elsewhere && handshakes.toSecure().isPresent()) {
            secure(upstream, handshakes.toSecure().get());
        } else if (!over) {
            upstream.reading(!elsewhere);
        }
    }

    private void secure(Connection upstream, Upstream which) throws IOException {
        elsewhere = true;
        SSLContext context = Objects.requireNonNull(which.tls());
        securing = new TlsHandshake(upstream, TlsTerms.connect(context, which.endpoint()), pending::run, this);
        securing.start();
    }

    @Override
    public void secured() {
        Connection upstream = Objects.requireNonNull(connection);
        elsewhere = false;
        handshakes.secured();
        upstream.handOver(this);
        upstream.guard(() -> proceed(upstream));
    }

    @Override
    public void failed(String reason, boolean answered) {
        fail(ReplyCode.GENERAL_FAILURE, "TLS: " + reason);
    }

    @Override
    public void left() {
        fail(ReplyCode.GENERAL_FAILURE, "it has ended the connection during the TLS handshake");
    }

    /** Reads what the next step needs, as far as it has come. */
    private boolean isReady(Connection upstream) throws IOException {
        if (handshakes.turn() == Turn.SEND) {
            return true;
        }
        ByteBuffer in = handshakes.input();
        if (in.hasRemaining() && upstream.read(in) < 0) {
            throw handshakes.closed();
        }
        return !in.hasRemaining();
    }

    private void step(Connection upstream) throws IOException {
        if (!handshakes.mayBlock()) {
            take(upstream, handshakes.step());
            return;
        }
        elsewhere = true;
        pending.run(handshakes::attempt, Handshakes.NOT_TAKEN, step -> {
            elsewhere = false;
            upstream.guard(() -> {
                take(upstream, step);
                proceed(upstream);
            });
        });
    }

    private void take(Connection upstream, Handshakes.Step step) throws IOException {
        if (over) {
            return;
        }
        if (step.failure() != null) {
            fail(step.failure());
            return;
        }
        step.protection().ifPresent(agreed -> protect(upstream, agreed));
        if (step.message().hasRemaining()) {
            upstream.write(step.message());
        }
        if (step.reply().isPresent() && handshakes.turn() == Turn.DONE) {
            over = true;
            caller.opened(upstream, step.reply().get());
        } else {
            step.reply().ifPresent(caller::listening);
        }
    }

    private void protect(Connection upstream, Protection agreed) {
        ProtectedStream.lay(upstream, agreed, NOTHING);
        if (handshakes.isAtLast()) {
            protection = Optional.of(agreed);
        }
    }

    /** Returns the protection that the last upstream has agreed to: that of its datagrams, for a UDP ASSOCIATE. */
    public Optional<Protection> protection() {
        return protection;
    }

    private void fail(IOException e) {
        fail(handshakes.replyTo(e), String.valueOf(e.getMessage()));
    }

    private void fail(ReplyCode code, String reason) {
        if (!over) {
            cancel();
            caller.failed(code, whereabouts() + ": " + reason);
        }
    }

    /** Says which upstream it is at, for the log. */
    public String whereabouts() {
        return handshakes.whereabouts();
    }

    /** Names an upstream for the log. */
    public static String name(List<Upstream> upstreams, int hop) {
        String position = upstreams.size() == 1 ? "" : (hop + 1) + " of " + upstreams.size() + ", ";
        Upstream upstream = upstreams.get(hop);
        return "upstream " + position + (upstream.path() == null ? upstream.endpoint() : upstream);
    }

    /**
     * Ends it and closes what is open; the caller hears nothing more. A connection that the caller has is left alone.
     */
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        handshakes.close();
        dial.cancel();
        if (securing != null) {
            securing.cancel();
        }
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void abort(CloseReason reason) {
        if (reason == CloseReason.SHUTDOWN) {
            cancel(); // The client's own connection is aborted as well.
        } else if (reason == CloseReason.BROKEN && elsewhere) {
            fail(ReplyCode.GENERAL_FAILURE, "the connection is broken");
        } else if (reason == CloseReason.BROKEN && !over) {
            fail(handshakes.closed()); // A reset, after a failure reply perhaps.
        } else {
            fail(ReplyCode.GENERAL_FAILURE, Handshakes.UNEXPECTED);
        }
    }
}
