package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Collection;

/** One direction of a connection: octets that were written arrive later, in pieces. */
final class Line {

    private static final int CAPACITY = 16_384;

    private final ByteBuffer written = ByteBuffer.allocate(CAPACITY);
    private final ByteBuffer arrived = written.asReadOnlyBuffer().limit(0);
    private final Generators.Pieces pieces;
    private int deliveries;

    Line(Generators.Pieces pieces) {
        this.pieces = pieces;
    }

    Line write(ByteBuffer octets) {
        written.put(octets);
        return this;
    }

    Line write(byte[] octets) {
        return write(ByteBuffer.wrap(octets));
    }

    Line write(Collection<? extends Message> messages) {
        messages.forEach(message -> write(message.encode()));
        return this;
    }

    /** Lets the next piece arrive. Whoever still waits when all must have arrived waits in vain. */
    void deliver() {
        assertThat(deliveries).isLessThan(2 * CAPACITY);
        int size = pieces.size(deliveries++);
        arrived.limit(arrived.limit() + Math.min(size, written.position() - arrived.limit()));
    }

    /** What has arrived and was not taken. */
    ByteBuffer in() {
        return arrived;
    }

    boolean allArrived() {
        return arrived.limit() == written.position();
    }

    /** Everything that was written. */
    byte[] all() {
        byte[] all = new byte[written.position()];
        written.get(0, all);
        return all;
    }

    /** Everything that was written and not taken. */
    byte[] rest() {
        byte[] rest = new byte[written.position() - arrived.position()];
        written.get(arrived.position(), rest);
        return rest;
    }
}
