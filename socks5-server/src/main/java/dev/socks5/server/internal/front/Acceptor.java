package dev.socks5.server.internal.front;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Socks5ServerListener.Rejection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Listener;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.internal.net.Timers;
import dev.socks5.server.internal.policy.ListenAddress;
import dev.socks5.server.internal.session.Core;
import dev.socks5.server.internal.session.Ticket;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Accepts connections of one listening socket and deals them out to the loops. Never waits for any of them. */
public final class Acceptor implements Listener.Owner {

    /** The pause when accepting fails, as it does without descriptors: they take time to come back. */
    private static final long BACK_OFF = TimeUnit.MILLISECONDS.toNanos(100);

    /** How often it accepts at its end: enough for all who may wait, and not for ever if others come as fast. */
    private static final int ROUNDS = 64;

    private final Core core;
    private final ListenAddress listen;
    private final Listener listener;
    private final EventLoop home;
    private final List<EventLoop> loops;
    private final AtomicLong ids;
    private final Timers.Timer backOff;
    private int next;
    private boolean failing;

    /**
     * Makes an acceptor; {@link #open} begins to accept.
     *
     * @param listen the address that the listener is bound to
     * @param home the loop that accepts
     * @param loops the loops that serve
     * @param ids counts the connections of the whole server
     */
    public Acceptor(
            Core core, ListenAddress listen, Listener listener, EventLoop home, List<EventLoop> loops, AtomicLong ids) {
        this.core = core;
        this.listen = listen;
        this.listener = listener;
        this.home = home;
        this.loops = loops;
        this.ids = ids;
        this.backOff = home.timers().timer(this::resume);
        this.next = loops.indexOf(home);
    }

    /** Begins to accept, on the loop's thread. */
    public void open() {
        try {
            listener.start(home, this);
        } catch (IOException e) {
            // It has been closed in the meantime.
            Log.debug("not accepting: {0}", e);
        }
    }

    /**
     * Takes in those who have connected by now, and then ends. May be called by any thread that is no loop's.
     *
     * @param done called on any thread once nobody is accepted any more, and those who were are counted
     */
    public void finish(Runnable done) {
        listener.withdraw();
        finish(done, ROUNDS);
    }

    private void finish(Runnable done, int rounds) {
        boolean goesOn = home.execute(() -> {
            if (rounds > 0 && !listener.drained()) {
                finish(done, rounds - 1);
            } else {
                listener.close();
                listener.release();
                done.run();
            }
        });
        if (!goesOn) { // The loop has closed it.
            done.run();
        }
    }

    @Override
    public void failed(Throwable cause) {
        boolean first = !failing;
        failing = true;
        try {
            backOff.set(BACK_OFF); // Before the listener pauses: else nothing might bring it back.
            listener.accepting(false);
        } catch (OutOfMemoryError e) {
            // No pause, then.
        }
        if (first) {
            Log.warn("cannot accept for now", cause); // Once, not at every attempt.
        }
    }

    /** Notes that the outage is over. Until then, a connection that got through proves nothing. */
    @Override
    public void caughtUp() {
        failing = false;
    }

    private void resume() {
        listener.accepting(true);
    }

    @Override
    public void accepted(Listener.Accepted peer) {
        ClientAddress client = peer.client();
        Optional<Rejection> rejection = enter(client);
        if (rejection.isPresent()) {
            core.events().tell(event -> event.rejected(client, rejection.get()));
            peer.close(); // Last: whoever sees it closed finds it counted.
            return;
        }
        Ticket ticket = Ticket.issue(core, ids.incrementAndGet(), client, !listen.behindBalancer());
        try {
            handOver(ticket, peer);
        } catch (Throwable e) {
            ticket.end(CloseReason.FAULT);
            throw e;
        }
    }

    private Optional<Rejection> enter(ClientAddress peer) {
        if (!listen.behindBalancer()) {
            return core.connectionLimits().enter(peer);
        }
        return listen.trusts(peer)
                ? core.connectionLimits().enterUnidentified()
                : Optional.of(Rejection.NOT_A_BALANCER);
    }

    private void handOver(Ticket ticket, Listener.Accepted peer) {
        EventLoop loop = nextLoop();
        if (loop == home) {
            Session.open(ticket, loop, peer, listen.tls());
        } else if (!loop.execute(() -> Session.open(ticket, loop, peer, listen.tls()))) {
            peer.close();
            ticket.end(CloseReason.SHUTDOWN);
        }
    }

    private EventLoop nextLoop() {
        next = (next + 1) % loops.size();
        return loops.get(next);
    }

    /** Ends accepting with the server, and with nothing less. */
    @Override
    public void abort(CloseReason reason) {
        if (reason == CloseReason.SHUTDOWN) {
            backOff.cancel();
            listener.close();
        }
    }
}
