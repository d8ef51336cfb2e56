package dev.socks5.codec;

import dev.socks5.codec.Generators.Pieces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One side of a connection by the method GSSAPI as a driver has it: handshake, protection and tunnel. */
abstract class Party {

    private final Pieces cuts;
    private final byte[] tunnel;
    private final List<String> heard = new ArrayList<>();
    private final ByteArrayOutputStream tunnelled = new ByteArrayOutputStream();
    private ByteBuffer unprotected = ByteBuffer.allocate(0);
    private int wrapped;
    private @Nullable Socks5Exception failure;

    /**
     * Cuts what it protects as the pieces say. What it sends through the tunnel follows the last that it has to say.
     */
    Party(Pieces cuts, byte[] tunnel) {
        this.cuts = cuts;
        this.tunnel = tunnel;
    }

    abstract Turn turn();

    /** Empty until it counts, in either direction. */
    abstract Optional<Protection> protection();

    abstract ByteBuffer say() throws Socks5Exception;

    /** Whether there was a whole message. */
    abstract boolean hear(ByteBuffer in) throws Socks5Exception;

    /** Whether it has nothing more to say, unless it is still to hear of a failure. */
    abstract boolean hasSaidAll();

    /** Takes all that it can, and says all that it may. */
    void proceed(ByteBuffer in, Line out) {
        try {
            try {
                boolean more = true;
                while (more && failure == null) {
                    more = turn() == Turn.SEND ? send(out) : turn() != Turn.FAILED && take(in);
                }
            } catch (Socks5Exception e) {
                failure = e;
                if (hasLastWord()) {
                    out.write(say());
                }
            }
        } catch (IOException e) {
            throw new AssertionError("nothing but the peer can fail here", e);
        }
    }

    /** Whether it has something to say to its failure. */
    boolean hasLastWord() {
        return false;
    }

    private boolean send(Line out) throws IOException {
        Optional<Protection> before = protection();
        write(say(), before, out);
        if (hasSaidAll()) {
            write(ByteBuffer.wrap(tunnel), protection(), out);
        }
        return true;
    }

    private void write(ByteBuffer octets, Optional<Protection> protection, Line out) throws IOException {
        if (protection.isEmpty()) {
            out.write(octets);
            return;
        }
        while (octets.hasRemaining()) {
            int size = Math.min(cuts.size(wrapped++), octets.remaining());
            out.write(protection.get().wrap(octets.slice().limit(size)));
            octets.position(octets.position() + size);
        }
    }

    private boolean take(ByteBuffer in) throws IOException {
        Optional<ByteBuffer> more = Optional.empty();
        ByteBuffer source = in;
        if (protection().isPresent()) {
            more = protection().get().unwrap(in);
            more.ifPresent(this::append);
            source = unprotected;
        }
        if (turn() == Turn.DONE) {
            while (source.hasRemaining()) {
                tunnelled.write(source.get());
            }
            return more.isPresent();
        }
        ByteBuffer message = source.duplicate();
        boolean taken = hear(source);
        if (taken) {
            heard.add(Buffers.hex(message.limit(source.position())));
        }
        return taken || more.isPresent();
    }

    private void append(ByteBuffer octets) {
        unprotected = ByteBuffer.allocate(unprotected.remaining() + octets.remaining())
                .put(unprotected)
                .put(octets)
                .flip();
    }

    @Nullable
    Socks5Exception failure() {
        return failure;
    }

    /** The messages that it took, as hexadecimal digits. */
    List<String> heard() {
        return heard;
    }

    byte[] tunnelled() {
        return tunnelled.toByteArray();
    }

    /** What came of it all. */
    Outcome outcome(Line in) {
        return new Outcome(
                List.copyOf(heard),
                failure == null ? null : failure.getClass(),
                in.rest().length,
                turn(),
                Buffers.hex(ByteBuffer.wrap(tunnelled())));
    }

    record Outcome(
            List<String> heard,
            @Nullable Class<? extends Socks5Exception> failure,
            int left,
            Turn turn,
            String tunnelled) {}
}
