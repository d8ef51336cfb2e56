package dev.socks5.client;

import dev.socks5.codec.GssapiNegotiation;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerMessage;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A handshake with one proxy over a connection, whose calls block. */
final class BlockingHandshake {

    private final ProxiedSocket connection;
    private final Exchange exchange;
    private @Nullable SharedProtection protection;

    /** What the proxy is to be told of its user is asked for now. */
    BlockingHandshake(ProxiedSocket connection, Hop hop, Request request) {
        this.connection = connection;
        GssapiNegotiation gssapi = hop.negotiation(request.command());
        if (gssapi != null) {
            connection.begin(gssapi);
        }
        this.exchange = new Exchange(hop.handshake(request, gssapi));
    }

    /** What this proxy has agreed to, if it has. */
    Optional<SharedProtection> protection() {
        return Optional.ofNullable(protection);
    }

    /**
     * Goes on to the next reply: the only one, or one of the two of a BIND. The socket's read timeout is another one then.
     */
    Reply reply(Deadline deadline) throws IOException {
        connection.deadline(deadline);
        try {
            Reply reply = nextReply(deadline);
            connection.endNegotiation();
            return reply;
        } finally {
            connection.deadline(null);
        }
    }

    private Reply nextReply(Deadline deadline) throws IOException {
        while (true) {
            try {
                if (exchange.turn() == Turn.SEND) {
                    protect();
                    send(exchange.send());
                } else if (receive(deadline).orElse(null) instanceof Reply reply) {
                    return reply;
                }
            } catch (Socks5Exception | SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // A socket that is closed was closed here, by an interrupt or another thread; else the proxy has ended
                // it.
                throw connection.socket().isClosed() ? e : exchange.ended(e);
            }
        }
    }

    private void protect() throws IOException {
        if (protection == null && exchange.protection().isPresent()) {
            protection = connection.protect(exchange.protection().get());
        }
    }

    /**
     * One write. It does not wait, for all the messages together are shorter than a send buffer; but a mechanism's may be
     * longer.
     */
    private void send(ByteBuffer message) throws IOException {
        connection.output().write(message.array(), message.arrayOffset() + message.position(), message.remaining());
    }

    private Optional<? extends ServerMessage> receive(Deadline deadline) throws IOException {
        connection.socket().setSoTimeout(deadline.remainingMillis());
        return exchange.receive(this::read);
    }

    private int read(ByteBuffer buffer) throws IOException {
        int count =
                connection.input().read(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        buffer.position(buffer.position() + Math.max(0, count));
        return count;
    }
}
