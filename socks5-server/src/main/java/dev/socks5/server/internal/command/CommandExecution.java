package dev.socks5.server.internal.command;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Route;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Timers;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.session.EarlyInput;
import dev.socks5.server.internal.session.Farewell;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.session.Ticket;
import dev.socks5.server.transport.Dialer;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one request, from screening to the reply: the part that all commands have in common.
 *
 * <pre>
 * screening -&gt; {@link #carryOut}, {@link #forward} or {@link #dial} -&gt; reply -&gt; {@link Tunnel} or association
 *          \                            \
 *           +----------------------------+--&gt; {@link #failed}: failure reply, {@link Farewell}
 * </pre>
 *
 * <p>One deadline holds for all of it. A client that resets its connection meanwhile ends it, see {@link EarlyInput}.
 */
public abstract class CommandExecution implements Connection.Owner {

    protected final PendingRequest pending;
    protected final Connection client;
    protected final Timers.Timer deadline;
    protected final EarlyInput early;
    private @Nullable Chain chain;

    /**
     * Prepares the execution; {@link #begin} begins it.
     *
     * @param early the input from the client that has come already and counts
     */
    protected CommandExecution(PendingRequest pending, ByteBuffer early) {
        this.pending = pending;
        this.client = pending.client();
        this.early = new EarlyInput(client, early);
        this.deadline = pending.loop().timers().timer(this::expire);
        pending.scope().atTheEnd(deadline::cancel);
    }

    /** Takes over a client that waits for the reply. */
    public final void begin() {
        client.handOver(this);
        deadline.set(settings().timeouts().connect());
        screen();
    }

    protected final Settings settings() {
        return pending.settings();
    }

    /** Judges the request and finds its route; {@link #screened} goes on with the outcome. */
    protected void screen() {
        pending.judge(new RequestJudgement(pending.accessRequest(), null), this::screened);
    }

    protected final void screened(Screening.Outcome outcome) {
        if (!outcome.granted()) {
            failed(outcome.code(), outcome.reason());
            return;
        }
        pending.ticket().routed(outcome.route());
        if (outcome.route().isDirect()) {
            carryOut(outcome);
        } else if (outcome.route().dialer() != null) {
            dial(outcome, outcome.route().dialer());
        } else {
            forward(outcome);
        }
    }

    /** Does what was asked for, without any upstream. */
    protected abstract void carryOut(Screening.Outcome outcome);

    /** Has the last of the route's upstreams do it. */
    protected abstract void forward(Screening.Outcome outcome);

    /** Has the application's dialler do it. Most commands are none that it could carry out. */
    protected void dial(Screening.Outcome outcome, Dialer dialer) {
        failed(ReplyCode.COMMAND_NOT_SUPPORTED, "a dialler cannot do that");
    }

    protected final void forward(Screening.Outcome outcome, Chain.Caller caller) {
        Request request =
                new Request(pending.request().command(), outcome.targets().get(0));
        Route route = outcome.route();
        chain = new Chain(pending, route.upstreams(), settings().egress(route), request, caller);
        pending.scope().atTheEnd(chain::cancel);
        chain.start();
    }

    /** Finds the bound address that the client is told, by the connection to the far end. */
    @FunctionalInterface
    protected interface Bound {
        Endpoint of(Connection far) throws IOException;
    }

    /** Tells the client that it is connected, and joins the two ends. */
    protected final void openTunnel(Connection far, Bound bound) {
        client.guard(() -> {
            try {
                pending.scope().end();
                SocketAddress peer = far.remoteAddress();
                Endpoint told = bound.of(far);
                Ticket ticket = pending.ticket();
                ticket.reached(peer);
                ticket.tell((listener, session) -> listener.connected(session, peer, ticket.sinceRequest()));
                pending.succeed(told);
                Tunnel.open(ticket, client, far, early.take());
            } catch (Throwable e) {
                far.reset(); // Its own end would be taken for the client's.
                throw e;
            }
        });
    }

    /** Ends it, because the time is up. */
    protected void expire() {
        failed(ReplyCode.HOST_UNREACHABLE, timedOut() + (chain == null ? "" : " at " + chain.whereabouts()));
    }

    /** Says what has taken too long, for listeners. */
    protected abstract String timedOut();

    /** Ends it with a failure reply. */
    public final void failed(ReplyCode code, String reason) {
        pending.scope().end();
        pending.fail(code, reason);
    }

    @Override
    public void readable() throws IOException {
        if (!early.receive(endMeansLeft())) {
            abort(CloseReason.CLIENT_LEFT);
        }
    }

    /**
     * Whether a client that ends its output before the reply has left; many clients still wait for the reply.
     */
    protected abstract boolean endMeansLeft();

    @Override
    public final void abort(CloseReason reason) {
        try {
            pending.scope().end();
        } finally {
            client.close();
            pending.ticket().end(reason);
        }
    }
}
