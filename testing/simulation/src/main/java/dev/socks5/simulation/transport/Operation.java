package dev.socks5.simulation.transport;

import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.TimeUnit;

/** A read or a write under way. Its result comes within the call, or later and from no loop. */
final class Operation {

    private static final long USUAL_DELAY = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LONG_DELAY = TimeUnit.MILLISECONDS.toNanos(30);

    /** Between two results of nothing: without it, a run would go round and round. */
    private static final long REST = TimeUnit.MILLISECONDS.toNanos(100);

    private final WireChannel channel;
    private final ByteBuffer buffer;
    private final int position;
    private final int limit;
    private final CompletionHandler<Integer, Void> handler;
    private final Runnable step;
    private boolean soon;

    /** @param step makes the result */
    <A> Operation(
            WireChannel channel,
            ByteBuffer buffer,
            A attachment,
            CompletionHandler<Integer, ? super A> handler,
            Runnable step) {
        this.channel = channel;
        this.buffer = buffer;
        this.position = buffer.position();
        this.limit = buffer.limit();
        this.handler = bound(attachment, handler);
        this.step = step;
    }

    private static <A> CompletionHandler<Integer, Void> bound(A to, CompletionHandler<Integer, ? super A> handler) {
        return new CompletionHandler<>() {
            @Override
            public void completed(Integer count, Void nothing) {
                handler.completed(count, to);
            }

            @Override
            public void failed(Throwable why, Void nothing) {
                handler.failed(why, to);
            }
        };
    }

    /** Returns the bytes that it is about; its own position does not move. */
    ByteBuffer bytes() {
        return buffer.duplicate().limit(limit).position(position);
    }

    /** Has its step taken: within the call perhaps, or soon. */
    void goOn(boolean inCall) {
        if (inCall && !soon && channel.chance().oneIn(4)) {
            step.run();
        } else {
            goOnAfter(0);
        }
    }

    /** Has its step taken, to no avail: not too soon. */
    void goOnForNothing() {
        goOnAfter(REST);
    }

    private void goOnAfter(long least) {
        if (!soon) {
            soon = true;
            long delay = 1 + channel.chance().below(channel.chance().oneIn(16) ? LONG_DELAY : USUAL_DELAY);
            channel.world().after(least + delay, step);
        }
    }

    void complete(int count) {
        channel.complain(buffer.position() == position && buffer.limit() == limit, "a buffer was used meanwhile");
        if (count > 0) {
            buffer.position(position + count);
        }
        handler.completed(count, null);
    }

    void fail(Throwable why) {
        handler.failed(why, null);
    }
}
