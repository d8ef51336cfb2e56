package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerHandshake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A request, and the client that waits for the answer.
 *
 * @param early what the client has sent after its request
 */
record PendingRequest(Request request, Ticket ticket, Connection client, ServerHandshake handshake, ByteBuffer early) {

    Core core() {
        return ticket.core();
    }

    EventLoop loop() {
        return client.loop();
    }

    /** What the rules judge, its destination as the client wrote it. */
    AccessRequest accessRequest() {
        return new AccessRequest(ticket.client(), ticket.user(), request.command(), request.destination(), null);
    }

    /** Has work done for it that may block, see {@link BlockingWork#run}. */
    <T> void run(BooleanSupplier over, Supplier<T> work, T ifItFails, Consumer<T> then) {
        core().blockingWork().run(ticket.client().getAddress(), client, over, work, ifItFails, then);
    }

    /** Tells the client that it has worked, and where. */
    void succeed(Endpoint bound) throws IOException {
        client.write(handshake.send(Reply.success(bound)));
    }

    /**
     * Tells the client that it has not worked, and hangs up.
     *
     * @param reason what the client is not told
     */
    void fail(ReplyCode code, String reason) {
        client.guard(() -> Farewell.refuse(client, ticket, handshake, code, reason));
    }
}
