package dev.socks5.client;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ServerMessage;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A handshake, and what has been received of its next message. */
final class Exchange {

    /** A reply with the longest name (RFC 1928 section 6). Of the other messages, only those of a mechanism are longer. */
    private static final int LONGEST_REPLY = 262;

    private final ClientHandshake handshake;
    private ByteBuffer in = ByteBuffer.allocate(LONGEST_REPLY).flip();

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

    /** What everything has to go through before the next message is sent. */
    Optional<Protection> protection() {
        return handshake.protection();
    }

    /** Reads no more than is missing: what follows the handshake is the tunnel's. Empty if that was not all of it. */
    Optional<? extends ServerMessage> receive(Source source) throws IOException {
        int length = in.remaining() + handshake.missing(in);
        in = length > in.capacity() ? ByteBuffer.allocate(length).put(in) : in.compact();
        in.limit(length);
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
