package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A BIND request (RFC 1928 sections 4 and 6) on its way to a tunnel, or to a failure reply.
 *
 * <pre>
 * screening -&gt; listen -&gt; first reply -&gt; the expected peer connects -&gt; second reply -&gt; {@link Tunnel}
 *          \         \                  \
 *           +---------+------------------+--&gt; {@link Farewell}
 * </pre>
 *
 * <p>The destination of the request is the peer that is expected: its address counts, its port does not, for nobody knows
 * from which port it will connect. The unspecified address stands for any peer that the rules allow; the server's defaults
 * refuse it.
 */
final class Bind implements Handler, PeerListener.Caller {

    /** What the client may send ahead of the second reply; more is left to the system. */
    private static final int MAX_EARLY = 4 * 1024;

    private final Exchange exchange;
    private final Connection client;
    private final Timers.Timer deadline;
    private ByteBuffer early;
    private @Nullable PeerListener listener;
    private volatile boolean over; // read by errands as well

    private Bind(Exchange exchange) {
        this.exchange = exchange;
        this.client = exchange.client();
        this.early = exchange.early();
        this.deadline = exchange.loop().timers().timer(this::expire);
    }

    /** Takes over a client that waits for the first reply. */
    static void carryOut(Exchange exchange) {
        Bind bind = new Bind(exchange);
        bind.client.hand(bind);
        bind.deadline.set(Settings.nanos(bind.settings().connectTimeout()));
        exchange.core().screening().screen(exchange, () -> bind.over, bind::listen);
    }

    private Settings settings() {
        return exchange.core().settings();
    }

    private void listen(Screening.Outcome outcome) {
        if (!outcome.granted()) {
            fail(outcome.code(), outcome.reason());
            return;
        }
        List<InetAddress> expected =
                outcome.addresses().stream().map(InetSocketAddress::getAddress).toList();
        try {
            boolean anybody = expected.get(0).isAnyLocalAddress();
            InetAddress local =
                    anybody ? client.localAddress().getAddress() : Channels.localAddressTowards(expected.get(0));
            listener = PeerListener.open(exchange, local, expected, this);
        } catch (IOException | UnsupportedOperationException e) {
            fail(ReplyCode.GENERAL_FAILURE, "no socket to listen on"); // No descriptor, port or route.
            return;
        }
        PeerListener opened = listener;
        EventLoop.guard(this, () -> await(opened.localAddress()));
    }

    private void await(InetSocketAddress local) throws IOException {
        deadline.set(Settings.nanos(settings().bindTimeout()));
        exchange.ticket().tell((events, session) -> events.listening(session, local));
        exchange.succeed(settings().advertised(local));
        client.reading(true); // Or nobody would notice that the client has gone.
    }

    @Override
    public void connected(SocketChannel channel) {
        end();
        EventLoop.guard(this, () -> openTunnel(channel));
    }

    private void openTunnel(SocketChannel channel) throws IOException {
        try {
            Connection peer = new Connection(client.loop(), channel, 0, this);
            InetSocketAddress remote = peer.remoteAddress();
            Ticket ticket = exchange.ticket();
            ticket.tell((events, session) -> events.connected(session, remote, ticket.sinceRequest()));
            exchange.succeed(Endpoint.of(remote));
            Tunnel.open(ticket, client, peer, early);
        } catch (Throwable e) {
            Channels.close(channel);
            throw e;
        }
    }

    @Override
    public void failed() {
        fail(ReplyCode.GENERAL_FAILURE, "cannot accept");
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        if (key.isWritable()) {
            client.flush();
        }
        if (!key.isReadable()) {
            return;
        }
        int room = listener == null ? 0 : MAX_EARLY - early.remaining();
        if (room <= 0) {
            client.reading(false);
            return;
        }
        ByteBuffer buffer = client.loop().buffer().limit(room);
        if (client.read(buffer) < 0) {
            abort(CloseReason.CLIENT_LEFT);
            return;
        }
        buffer.flip();
        early = ByteBuffer.allocate(early.remaining() + buffer.remaining())
                .put(early)
                .put(buffer)
                .flip();
    }

    private void expire() {
        fail(ReplyCode.HOST_UNREACHABLE, listener == null ? "look-up timed out" : "nobody connected");
    }

    private void fail(ReplyCode code, String reason) {
        end();
        exchange.fail(this, code, reason);
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
        if (listener != null) {
            listener.close();
        }
    }
}
