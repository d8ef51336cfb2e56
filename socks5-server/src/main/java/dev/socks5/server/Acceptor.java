package dev.socks5.server;

import dev.socks5.server.Socks5ServerListener.Rejection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Accepts connections of one listening socket and deals them out to the loops. Never waits for any of them. */
final class Acceptor implements Handler {

    /** How many connections it takes before it lets others on its loop have a turn. */
    private static final int BATCH = 64;

    /** How long it leaves off when accepting fails, as it does without descriptors: they take time to come back. */
    private static final long BACK_OFF = TimeUnit.MILLISECONDS.toNanos(100);

    private final Core core;
    private final ListenAddress listen;
    private final ServerSocketChannel channel;
    private final EventLoop home;
    private final List<EventLoop> loops;
    private final AtomicLong ids;
    private final Timers.Timer backOff;
    private @Nullable Registration registration;
    private int next;
    private boolean failing;

    /**
     * @param listen what the channel is bound to
     * @param home the loop that accepts
     * @param loops those that serve
     * @param ids counts the connections of the whole server
     */
    Acceptor(
            Core core,
            ListenAddress listen,
            ServerSocketChannel channel,
            EventLoop home,
            List<EventLoop> loops,
            AtomicLong ids) {
        this.core = core;
        this.listen = listen;
        this.channel = channel;
        this.home = home;
        this.loops = loops;
        this.ids = ids;
        this.backOff = home.timers().timer(this::resume);
        this.next = loops.indexOf(home);
    }

    /** Begins to accept; on the loop. */
    void open() {
        try {
            registration = home.register(channel, SelectionKey.OP_ACCEPT, this);
        } catch (IOException e) {
            // It has been closed in the meantime.
            Log.debug("not accepting: {0}", e);
        }
    }

    @Override
    public void ready(Registration ready) {
        try {
            accept();
        } catch (Throwable e) { // Out of descriptors, or of memory for a moment: that must not end it.
            if (channel.isOpen()) {
                pause(ready, e);
            }
        }
    }

    private void accept() throws IOException {
        for (int i = 0; i < BATCH; i++) {
            SocketChannel accepted = channel.accept();
            if (accepted == null) {
                failing = false; // Nobody waits any more. Until then, one that got through proves nothing.
                return;
            }
            admit(accepted);
        }
    }

    private void pause(Registration ready, Throwable cause) {
        boolean first = !failing;
        failing = true;
        try {
            backOff.set(BACK_OFF); // Before the interest goes: else nothing might bring it back.
            ready.interestOps(0);
        } catch (OutOfMemoryError e) {
            // No pause, then.
        }
        if (first) {
            Log.warn("cannot accept for now", cause); // Once, not at every attempt.
        }
    }

    private void resume() {
        if (registration != null && registration.isValid()) {
            registration.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void admit(SocketChannel accepted) {
        @Nullable Ticket ticket = null;
        try {
            InetSocketAddress peer = (InetSocketAddress) accepted.getRemoteAddress();
            Channels.configure(accepted);
            Optional<Rejection> rejection = enter(peer);
            if (rejection.isPresent()) {
                core.events().tell(listener -> listener.rejected(peer, rejection.get()));
                Channels.close(accepted); // Last: whoever sees it closed finds it counted.
                return;
            }
            long id = ids.incrementAndGet();
            ticket = listen.behindBalancer() ? Ticket.unidentified(core, id, peer) : Ticket.issue(core, id, peer);
            handOver(ticket, accepted);
        } catch (Throwable e) {
            Channels.close(accepted); // The client is gone already, most of the time.
            if (ticket != null) {
                ticket.end(CloseReason.FAULT);
            }
            Log.debug("connection not admitted: {0}", e);
        }
    }

    private Optional<Rejection> enter(InetSocketAddress peer) {
        if (!listen.behindBalancer()) {
            return core.connectionLimits().enter(peer.getAddress());
        }
        return listen.trusts(peer)
                ? core.connectionLimits().enterUnidentified()
                : Optional.of(Rejection.NOT_A_BALANCER);
    }

    private void handOver(Ticket ticket, SocketChannel accepted) {
        EventLoop loop = nextLoop();
        if (loop == home) {
            Session.open(ticket, loop, accepted);
        } else if (!loop.execute(() -> Session.open(ticket, loop, accepted))) {
            Channels.close(accepted);
            ticket.end(CloseReason.SHUTDOWN);
        }
    }

    private EventLoop nextLoop() {
        next = (next + 1) % loops.size();
        return loops.get(next);
    }

    /** Accepting ends with the server, and with nothing less. */
    @Override
    public void abort(CloseReason reason) {
        if (reason == CloseReason.SHUTDOWN) {
            backOff.cancel();
            Channels.close(channel);
        }
    }
}
