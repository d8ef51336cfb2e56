package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerHandshake;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT request (RFC 1928 sections 4 and 6) on its way to a tunnel, or to a failure reply.
 *
 * <pre>
 * screening -&gt; dial -&gt; reply -&gt; {@link Tunnel}
 *          \       \
 *           +-------+--&gt; {@link Farewell}
 * </pre>
 *
 * <p>One deadline holds for all of it. Until the tunnel stands, nothing more is read from the client.
 */
final class Connect implements Handler, Dial.Caller {

    private final Core core;
    private final Ticket ticket;
    private final Connection client;
    private final ServerHandshake handshake;
    private final ByteBuffer early;
    private final Timers.Timer deadline;
    private @Nullable Dial dial;
    private volatile boolean over; // read by errands as well

    private Connect(Ticket ticket, Connection client, ServerHandshake handshake, ByteBuffer early) {
        this.core = ticket.core();
        this.ticket = ticket;
        this.client = client;
        this.handshake = handshake;
        this.early = early;
        this.deadline = client.loop().timers().timer(this::expire);
    }

    /**
     * Takes over a client that waits for the reply.
     *
     * @param early what the client has sent after its request
     */
    static void carryOut(
            Request request, Ticket ticket, Connection client, ServerHandshake handshake, ByteBuffer early) {
        Connect connect = new Connect(ticket, client, handshake, early);
        client.hand(connect);
        connect.deadline.set(Settings.nanos(ticket.settings().connectTimeout()));
        connect.screen(
                new AccessRequest(ticket.client(), ticket.user(), request.command(), request.destination(), null));
    }

    private void screen(AccessRequest request) {
        if (core.screening().mayBlock(request.destination())) {
            core.errands()
                    .run(
                            client.loop(),
                            () -> over,
                            () -> core.screening().screen(request),
                            Screening.FAILED,
                            this::dial);
        } else {
            dial(core.screening().screen(request));
        }
    }

    private void dial(Screening.Outcome outcome) {
        if (outcome.granted()) {
            dial = new Dial(client.loop(), outcome.addresses(), this);
            dial.proceed();
        } else {
            fail(outcome.code(), outcome.reason());
        }
    }

    @Override
    public void connected(SocketChannel channel) {
        end();
        EventLoop.guard(this, () -> openTunnel(channel));
    }

    private void openTunnel(SocketChannel channel) throws IOException {
        try {
            Connection origin = new Connection(client.loop(), channel, 0, this);
            InetSocketAddress remote = origin.remoteAddress();
            Endpoint bound =
                    core.settings().hideBoundAddress() ? Endpoint.UNSPECIFIED : Endpoint.of(origin.localAddress());
            ticket.tell((listener, session) -> listener.connected(session, remote));
            client.write(handshake.send(Reply.success(bound)));
            Tunnel.open(ticket, client, origin, early);
        } catch (Throwable e) {
            Channels.close(channel);
            throw e;
        }
    }

    @Override
    public void failed(ReplyCode code) {
        fail(code, "connect failed");
    }

    private void expire() {
        fail(ReplyCode.HOST_UNREACHABLE, "connect timed out");
    }

    private void fail(ReplyCode code, String reason) {
        end();
        EventLoop.guard(this, () -> Farewell.refuse(client, ticket, handshake, code, reason));
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        if (key.isWritable()) {
            client.flush();
        }
        if (key.isReadable()) {
            client.reading(false); // It speaks ahead of its turn: the system keeps that for later.
        }
    }

    @Override
    public void abort() {
        end();
        client.close();
        ticket.end(0, 0);
    }

    private void end() {
        over = true;
        deadline.cancel();
        if (dial != null) {
            dial.cancel();
        }
    }
}
