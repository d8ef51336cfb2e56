package dev.socks5.server.internal.session;

import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.ServerHandshake;
import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Timers;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection after a failure, or after an answer that nothing follows: everything written goes out, then the end
 * of output, and input is drained for a moment. To close at once with unread input would reset the connection, and the
 * client might lose the reply.
 */
public final class Farewell implements Connection.Owner {

    /** RFC 1928 section 6 allows 10 seconds. */
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(2);

    private final Connection client;
    private final Ticket ticket;
    private final CloseReason reason;
    private final Runnable atTheEnd;
    private final Timers.Timer limit;
    private boolean ended;

    private Farewell(Connection client, Ticket ticket, CloseReason reason, Runnable atTheEnd) {
        this.client = client;
        this.ticket = ticket;
        this.reason = reason;
        this.atTheEnd = atTheEnd;
        this.limit = client.loop().timers().timer(() -> abort(reason));
    }

    /** Sends a failure reply and closes the connection after it. */
    public static void sendFailure(
            Connection client, Ticket ticket, ServerHandshake handshake, ReplyCode code, String reason)
            throws IOException {
        ticket.tell((listener, session) -> listener.requestFailed(session, code, reason));
        Farewell farewell = begin(client, ticket, CloseReason.REQUEST_FAILED, () -> {});
        client.write(handshake.send(Reply.failure(code)));
        farewell.drain();
    }

    /**
     * Closes a connection once everything written has gone out.
     *
     * @param reason the reason for which the connection ends
     * @param atTheEnd run when the connection is closed, at least once
     */
    public static void drainAndClose(Connection client, Ticket ticket, CloseReason reason, Runnable atTheEnd)
            throws IOException {
        begin(client, ticket, reason, atTheEnd).drain();
    }

    /** From now on the reason stands, even if the client is gone already. */
    private static Farewell begin(Connection client, Ticket ticket, CloseReason reason, Runnable atTheEnd) {
        Farewell farewell = new Farewell(client, ticket, reason, atTheEnd);
        client.handOver(farewell);
        ticket.ends();
        client.keepsAhead(0);
        farewell.limit.set(LIMIT);
        return farewell;
    }

    private void drain() throws IOException {
        if (!client.hasUnsent()) {
            client.shutdownOutput();
        }
        client.reading(true);
    }

    @Override
    public void sent(boolean everything) throws IOException {
        if (!everything) {
            return;
        }
        if (ended) {
            abort(reason);
        } else {
            client.shutdownOutput();
        }
    }

    /** Goes at the end of input. A client that has ended early still waits for what has not gone out yet. */
    @Override
    public void readable() throws IOException {
        if (client.read(client.loop().buffer()) >= 0) {
            return;
        }
        if (client.hasUnsent()) {
            ended = true;
            client.reading(false); // It would be readable for ever.
        } else {
            abort(reason);
        }
    }

    @Override
    public void abort(CloseReason ignored) {
        limit.cancel();
        client.close();
        try {
            atTheEnd.run();
        } finally {
            ticket.end(reason);
        }
    }
}
