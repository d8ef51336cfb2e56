package dev.socks5.simulation.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.WritePendingException;
import org.jspecify.annotations.Nullable;

/** The direction of a {@link WireChannel} that it is written to. */
final class Output {

    private static final byte[] NOTHING = {};

    private final WireChannel channel;
    private final Quirk quirk;
    private final int soundBytes;
    private @Nullable Operation writer;
    private byte[] piece = NOTHING;
    private boolean pieceIsSent;
    private boolean ended;
    private long count;

    Output(WireChannel channel, Quirk quirk, int soundBytes) {
        this.channel = channel;
        this.quirk = quirk;
        this.soundBytes = soundBytes;
    }

    <A> void write(ByteBuffer from, A attachment, CompletionHandler<Integer, ? super A> handler) {
        if (writer != null) {
            channel.complain(false, "two writes at a time");
            throw new WritePendingException();
        }
        channel.complain(from.hasRemaining(), "a write of nothing");
        channel.complain(!ended, "a write behind the end");
        if (strikes(Quirk.THROWS_WRITING)) {
            throw channel.odd();
        }
        writer = new Operation(channel, from, attachment, handler, this::step);
        piece = NOTHING;
        pieceIsSent = false;
        if (takesMore()) {
            send(from);
        } else {
            proceed(true);
        }
    }

    private boolean strikes(Quirk which) {
        return quirk == which && count >= soundBytes;
    }

    private boolean takesMore() {
        boolean strikes = quirk.isOfWriting() && count >= soundBytes;
        return channel.isOpen() && channel.broken() == null && !channel.hasLeft() && !strikes;
    }

    private void send(ByteBuffer from) {
        int most = from.remaining();
        if (quirk.isOfWriting()) {
            most = (int) Math.min(most, Math.max(1, soundBytes - count));
        }
        piece = new byte[channel.someOf(most)];
        from.duplicate().get(piece);
        channel.wire().send(piece);
    }

    /** The system has taken what was sent. */
    void sentAll() {
        pieceIsSent = piece.length > 0;
        proceed(false);
    }

    /** Has a write come back, if there is one, and something to say. */
    void proceed(boolean inCall) {
        Operation its = writer;
        if (its == null) {
            return;
        }
        boolean over = !channel.isOpen() || channel.broken() != null;
        if (over || pieceIsSent || strikes(Quirk.FAILS_WRITING) || channel.hasLeft()) {
            its.goOn(inCall);
        } else if (strikes(Quirk.WRITES_NOTHING)) {
            its.goOnForNothing();
        }
    }

    private void step() {
        Operation its = writer;
        if (its == null) {
            return;
        }
        writer = null;
        if (!channel.isOpen()) {
            its.fail(new AsynchronousCloseException());
        } else if (pieceIsSent) {
            boolean same =
                    its.bytes().limit(its.bytes().position() + piece.length).equals(ByteBuffer.wrap(piece));
            channel.complain(same, "a buffer was filled anew while it was written");
            count += piece.length;
            its.complete(piece.length);
        } else if (strikes(Quirk.WRITES_NOTHING) && channel.broken() == null) {
            channel.comesToNothing();
            its.complete(0);
        } else {
            @Nullable IOException broken = channel.broken();
            its.fail(broken != null ? broken : channel.failure());
        }
    }

    void end() {
        channel.complain(writer == null, "the output was ended in the middle of a write");
        channel.complain(channel.isOpen() || channel.isAborted(), "the output was ended behind the close");
        channel.complain(!ended, "the output was ended twice");
        ended = true;
        channel.wire().end();
    }
}
