package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.net.InetSocketAddress;
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

    private final Exchange exchange;
    private final Connection client;
    private final Timers.Timer deadline;
    private @Nullable Dial dial;
    private volatile boolean over; // read by errands as well

    private Connect(Exchange exchange) {
        this.exchange = exchange;
        this.client = exchange.client();
        this.deadline = exchange.loop().timers().timer(this::expire);
    }

    /** Takes over a client that waits for the reply. */
    static void carryOut(Exchange exchange) {
        Connect connect = new Connect(exchange);
        connect.client.hand(connect);
        connect.deadline.set(Settings.nanos(exchange.core().settings().connectTimeout()));
        exchange.core().screening().screen(exchange, () -> connect.over, connect::dial);
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
            Endpoint bound = exchange.core().settings().hideBoundAddress()
                    ? Endpoint.UNSPECIFIED
                    : Endpoint.of(origin.localAddress());
            Ticket ticket = exchange.ticket();
            ticket.tell((listener, session) -> listener.connected(session, remote, ticket.sinceRequest()));
            exchange.succeed(bound);
            Tunnel.open(ticket, client, origin, exchange.early());
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
        exchange.fail(this, code, reason);
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
    public void abort(CloseReason reason) {
        end();
        client.close();
        exchange.ticket().end(reason);
    }

    private void end() {
        over = true;
        deadline.cancel();
        if (dial != null) {
            dial.cancel();
        }
    }
}
