package dev.socks5.client;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.ServerMessage;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A handshake, and what has been received of its next message. */
final class Exchange {

    /** A reply with the longest name (RFC 1928 section 6); the other messages of a server are shorter. */
    private static final int LONGEST_MESSAGE = 262;

    private final ClientHandshake handshake;
    private final ByteBuffer in = ByteBuffer.allocate(LONGEST_MESSAGE).flip();

    Exchange(ClientHandshake handshake) {
        this.handshake = handshake;
    }

    /** Where octets come from. */
    @FunctionalInterface
    interface Source {
        /** Reads once, into a buffer with an array; negative at the end. */
        int read(ByteBuffer buffer) throws IOException;
    }

    Turn turn() {
        return handshake.turn();
    }

    ByteBuffer send() {
        return handshake.send();
    }

    /** Reads no more than is missing: what follows the handshake is the tunnel's. Empty if that was not all of it. */
    Optional<? extends ServerMessage> receive(Source source) throws IOException {
        int missing = handshake.missing(in);
        in.compact().limit(in.position() + missing);
        int count;
        try {
            count = source.read(in);
        } finally {
            in.flip(); // After a reset, too: what came before it may say why.
        }
        if (count < 0) {
            throw new EOFException();
        }
        return handshake.receive(in);
    }

    /** What it means that the proxy has ended the connection. */
    Socks5Exception ended(IOException e) {
        Socks5Exception failure = handshake.closed(in);
        failure.initCause(e);
        return failure;
    }
}
