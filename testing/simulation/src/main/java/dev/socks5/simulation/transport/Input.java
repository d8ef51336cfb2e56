package dev.socks5.simulation.transport;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ReadPendingException;
import org.jspecify.annotations.Nullable;

/** The direction of a {@link WireChannel} that it is read from. */
final class Input {

    private final WireChannel channel;
    private final Quirk quirk;
    private final int soundBytes;
    private ByteBuffer arrived = ByteBuffer.allocate(0);
    private @Nullable Operation reader;
    private boolean ended;
    private long count;
    private boolean saidEnd;

    Input(WireChannel channel, Quirk quirk, int soundBytes) {
        this.channel = channel;
        this.quirk = quirk;
        this.soundBytes = soundBytes;
    }

    long count() {
        return count;
    }

    boolean saidEnd() {
        return saidEnd;
    }

    <A> void read(ByteBuffer to, A attachment, CompletionHandler<Integer, ? super A> handler) {
        if (reader != null) {
            channel.complain(false, "two reads at a time");
            throw new ReadPendingException();
        }
        channel.complain(to.hasRemaining(), "a read into nothing");
        channel.complain(!saidEnd, "a read behind the end");
        if (strikes(Quirk.THROWS_READING)) {
            throw channel.odd();
        }
        reader = new Operation(channel, to, attachment, handler, this::step);
        proceed(true);
    }

    private boolean strikes(Quirk which) {
        return quirk == which && count >= soundBytes;
    }

    /** Has a read come back, if there is one, and something to say. */
    void proceed(boolean inCall) {
        Operation its = reader;
        if (its == null) {
            return;
        }
        boolean over = !channel.isOpen() || channel.broken() != null;
        boolean there = arrived.hasRemaining() || ended || strikes(Quirk.ENDS) || strikes(Quirk.FAILS_READING);
        if (over || (there && !strikes(Quirk.STALLS_READING) && !strikes(Quirk.READS_NOTHING))) {
            its.goOn(inCall);
        } else if (strikes(Quirk.READS_NOTHING)) {
            its.goOnForNothing();
        } else if (!strikes(Quirk.STALLS_READING)) {
            channel.wire().reading(true);
        }
    }

    private void step() {
        Operation its = reader;
        if (its == null) {
            return;
        }
        reader = null;
        if (!channel.isOpen()) {
            its.fail(new AsynchronousCloseException());
        } else if (strikes(Quirk.FAILS_READING)) {
            its.fail(channel.failure());
        } else if (arrived.hasRemaining() && !strikes(Quirk.ENDS) && !strikes(Quirk.READS_NOTHING)) {
            its.complete(take(its.bytes()));
        } else if (channel.broken() != null) {
            its.fail(channel.broken());
        } else if (strikes(Quirk.READS_NOTHING)) {
            channel.comesToNothing();
            its.complete(0);
        } else {
            saidEnd = true;
            its.complete(-1);
        }
    }

    /** Gives a piece of what has arrived. */
    private int take(ByteBuffer to) {
        int most = Math.min(arrived.remaining(), to.remaining());
        if (quirk.isOfReading()) {
            most = (int) Math.min(most, Math.max(1, soundBytes - count));
        }
        int some = channel.someOf(most);
        to.put(arrived.slice().limit(some));
        arrived.position(arrived.position() + some);
        count += some;
        return some;
    }

    /** Takes everything that the wire has brought: it brings nothing more until the next read. */
    void received(ByteBuffer data) {
        arrived = ByteBuffer.allocate(arrived.remaining() + data.remaining())
                .put(arrived)
                .put(data)
                .flip();
        channel.wire().reading(false);
        proceed(false);
    }

    void ended() {
        ended = true;
        proceed(false);
    }

    /** Drops what has arrived, because the wire is broken. */
    void broken() {
        arrived.position(arrived.limit());
        proceed(false);
    }
}
