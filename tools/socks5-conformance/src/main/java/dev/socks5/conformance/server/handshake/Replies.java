package dev.socks5.conformance.server.handshake;

import dev.socks5.codec.Reply;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Replies that may be missing, in cases that are about something else. */
final class Replies {

    private Replies() {}

    /**
     * Receives a reply, or the end of the connection in its place.
     *
     * @return the reply, or empty for the end
     * @throws Violation if neither comes in time
     */
    static Optional<Reply> replyOrEnd(Wire wire) throws IOException, Violation {
        Wire.Rest first = wire.receiveRest(1);
        if (first.bytes().length == 0 && first.end() != Wire.End.OPEN) {
            return Optional.empty();
        }
        return Optional.of(wire.receive(Label.REPLY, "a reply", in -> Reply.decode(behind(first, in))));
    }

    /**
     * Receives a reply of failure, or the end of the connection in its place.
     *
     * @return whether there was a reply
     * @throws Violation if neither comes in time, or the reply says success
     */
    static boolean failureOrEnd(Wire wire) throws IOException, Violation {
        Optional<Reply> reply = replyOrEnd(wire);
        if (reply.isPresent() && reply.get().succeeded()) {
            throw new Violation("expected a reply that says failure, but it says success");
        }
        return reply.isPresent();
    }

    private static ByteBuffer behind(Wire.Rest first, ByteBuffer in) {
        return ByteBuffer.allocate(first.bytes().length + in.remaining())
                .put(first.bytes())
                .put(in)
                .flip();
    }
}
