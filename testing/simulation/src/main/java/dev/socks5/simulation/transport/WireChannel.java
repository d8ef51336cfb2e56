package dev.socks5.simulation.transport;

import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.network.Wire;
import dev.socks5.simulation.network.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.CompletionHandler;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A channel of an embedder's own: the near end of a wire, by which bytes come and go in pieces, after a while or within
 * the call. It complains if it is not used as its interface allows.
 */
public final class WireChannel implements AsynchronousByteChannel, Wire.Owner {

    /** As many operations without a byte, one after the other, as the server puts up with. */
    private static final int MAX_FRUITLESS = 64;

    private final World world;
    private final Chance chance;
    private final Quirk quirk;
    private final Consumer<String> complaints;
    private final Input input;
    private final Output output;
    private @Nullable Wire wire;
    private @Nullable IOException broken;
    private boolean open = true;
    private boolean aborted;
    private long closedAt = -1;
    private boolean hasFailed;
    private boolean hasFailedOddly;
    private int fruitless;

    /**
     * Makes a channel that a network gives a wire to.
     *
     * @param soundBytes how many bytes go by before the quirk shows, in its direction
     * @param complaints hears of each misuse
     */
    public WireChannel(World world, Chance chance, Quirk quirk, int soundBytes, Consumer<String> complaints) {
        this.world = world;
        this.chance = chance;
        this.quirk = quirk;
        this.complaints = complaints;
        this.input = new Input(this, quirk, soundBytes);
        this.output = new Output(this, quirk, soundBytes);
    }

    @Override
    public <A> void read(ByteBuffer to, A attachment, CompletionHandler<Integer, ? super A> handler) {
        input.read(to, attachment, handler);
    }

    @Override
    public <A> void write(ByteBuffer from, A attachment, CompletionHandler<Integer, ? super A> handler) {
        output.write(from, attachment, handler);
    }

    @Override
    public Future<Integer> read(ByteBuffer to) {
        throw new UnsupportedOperationException("a loop would have to wait");
    }

    @Override
    public Future<Integer> write(ByteBuffer from) {
        throw new UnsupportedOperationException("a loop would have to wait");
    }

    /** Ends the output: nothing may be written any more. */
    public void endOutput() {
        output.end();
        throwIfOdd();
    }

    /** Closes so that the far end sees a reset. */
    public void abort() {
        aborted = true;
        shut();
        wire().reset();
        throwIfOdd();
    }

    @Override
    public void close() {
        if (open) {
            shut();
            wire().close();
        }
        throwIfOdd();
    }

    private void shut() {
        if (open) {
            open = false;
            closedAt = world.elapsed();
            input.proceed(false);
            output.proceed(false);
        }
    }

    private void throwIfOdd() {
        if (quirk == Quirk.THROWS_CLOSING) {
            throw odd();
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    // ------------------------------------------------------------------ what the wire brings

    @Override
    public void begin(Wire its) {
        wire = its;
        its.reading(false);
    }

    @Override
    public void received(ByteBuffer data) {
        input.received(data);
    }

    @Override
    public void ended() {
        input.ended();
    }

    @Override
    public void sentAll() {
        output.sentAll();
    }

    @Override
    public void reset() {
        broken = new IOException("Connection reset");
        input.broken();
        output.proceed(false);
    }

    // ------------------------------------------------------------------ for both directions

    World world() {
        return world;
    }

    Chance chance() {
        return chance;
    }

    Wire wire() {
        return Objects.requireNonNull(wire);
    }

    @Nullable
    IOException broken() {
        return broken;
    }

    boolean isAborted() {
        return aborted;
    }

    /** Whether it takes nothing any more, because it has told an end that there was not. */
    boolean hasLeft() {
        return quirk == Quirk.ENDS && input.saidEnd();
    }

    void complain(boolean holds, String otherwise) {
        if (!holds) {
            complaints.accept(otherwise);
        }
    }

    /** Makes a failure of a kind that may be expected, or not. */
    Exception failure() {
        if (chance.oneIn(2)) {
            return odd();
        }
        hasFailed = true;
        return new IOException("on purpose");
    }

    /** Makes a failure of a kind that nobody expects. */
    IllegalStateException odd() {
        hasFailedOddly = true;
        return new IllegalStateException("on purpose");
    }

    /** Counts operations without a byte: too many are a failure. */
    void comesToNothing() {
        hasFailedOddly |= ++fruitless >= MAX_FRUITLESS;
    }

    /** Chooses how many bytes go at once. */
    int someOf(int most) {
        return chance.oneIn(3) ? 1 + chance.below(most) : most;
    }

    // ------------------------------------------------------------------ for the oracle

    /** Returns when it was closed, as {@link World#elapsed()}; -1 if it is open. */
    public long closedAt() {
        return closedAt;
    }

    /** Returns how many bytes it has given. */
    public long bytesRead() {
        return input.count();
    }

    /** Whether it has told the end of input, rightly or not. */
    public boolean saidEnd() {
        return input.saidEnd();
    }

    /** Whether it has failed in a way that is to be expected, or was broken. */
    public boolean hasFailed() {
        return hasFailed || broken != null;
    }

    /** Whether it has failed in a way that nobody expects. */
    public boolean hasFailedOddly() {
        return hasFailedOddly;
    }
}
