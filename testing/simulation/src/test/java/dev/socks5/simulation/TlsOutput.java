package dev.socks5.simulation;

import dev.socks5.simulation.network.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The records that a client sends, up to a byte at which it may go astray. */
final class TlsOutput {

    /** What happens at one byte of the output. */
    enum Trouble {
        NONE,
        /** It sends no more, and keeps the connection. */
        FALLS_SILENT,
        /** The output ends, without a {@code close_notify}. */
        IS_CUT_OFF,
        RESETS,
        /** The byte arrives as another. */
        IS_GARBLED
    }

    private static final int HEADER = 5;
    private static final int LENGTH_AT = 3;
    private static final int SOME_BITS = 0x55;

    private final Trouble trouble;
    private final long troubleAt;
    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private @Nullable Wire wire;
    private long sent;
    private boolean reset;

    TlsOutput(Trouble trouble, long troubleAt) {
        this.trouble = trouble;
        this.troubleAt = troubleAt;
    }

    void to(Wire next) {
        wire = next;
    }

    /** Whether the byte has been reached. */
    boolean isAstray() {
        return trouble != Trouble.NONE && sent > troubleAt;
    }

    boolean hasReset() {
        return reset;
    }

    /** Adds a record. */
    void add(ByteBuffer record) {
        byte[] bytes = new byte[record.remaining()];
        record.get(bytes);
        records.writeBytes(bytes);
    }

    /** Sends what was added. */
    void transmit() {
        byte[] bytes = records.toByteArray();
        records.reset();
        boolean before = isAstray();
        int sound = (int) Math.min(bytes.length, troubleAt - sent);
        sent += bytes.length;
        Wire to = Objects.requireNonNull(wire);
        if (!isAstray()) {
            to.send(bytes);
        } else if (trouble == Trouble.IS_GARBLED) {
            if (!before) {
                garble(bytes, sound);
            }
            to.send(bytes);
        } else if (!before) {
            to.send(Arrays.copyOf(bytes, sound));
            goAstray(to);
        }
    }

    /** Changes a byte, except those of a record's version, which nobody looks at: the next one in their place. */
    private static void garble(byte[] records, int at) {
        int start = 0;
        int next = 0;
        while (next <= at) {
            start = next;
            next += HEADER + Short.toUnsignedInt(ByteBuffer.wrap(records).getShort(start + LENGTH_AT));
        }
        boolean version = at > start && at < start + LENGTH_AT;
        records[version ? start + LENGTH_AT : at] ^= SOME_BITS;
    }

    private void goAstray(Wire to) {
        if (trouble == Trouble.IS_CUT_OFF) {
            to.end();
        } else if (trouble == Trouble.RESETS) {
            reset = true;
            to.reset();
        }
    }

    /** Ends it behind what was added, unless that has been cut short. */
    void end() {
        transmit();
        if (trouble == Trouble.IS_GARBLED || !isAstray()) {
            Objects.requireNonNull(wire).end();
        }
    }
}
