package dev.socks5.server.internal.net;

import dev.socks5.server.CloseReason;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;

/**
 * A channel at its event loop, and the handler that is called for it. It stays the same when the loop takes another
 * selector. Used by the loop's thread alone.
 */
public final class Registration {

    private final Handler handler;
    private SelectionKey key;

    /** Whether the handler has failed the last time that it was called. */
    private boolean failing;

    /**
     * Registers a channel.
     *
     * @param operations the operations that it waits for, see {@link SelectionKey#interestOps()}
     */
    Registration(SelectableChannel channel, Selector selector, int operations, Handler handler)
            throws ClosedChannelException {
        this.handler = handler;
        this.key = channel.register(selector, operations, this);
    }

    /** Registers a channel by a key of another kind than a selector's, see {@link TransportChannel}. */
    Registration(SelectionKey key, Handler handler) {
        this.handler = handler;
        this.key = key;
        key.attach(this);
    }

    Handler handler() {
        return handler;
    }

    SelectableChannel channel() {
        return key.channel();
    }

    public boolean isValid() {
        return key.isValid();
    }

    boolean isReadable() {
        return key.isReadable();
    }

    boolean isWritable() {
        return key.isWritable();
    }

    boolean waitsFor(int operation) {
        return (key.interestOps() & operation) != 0;
    }

    /** Begins to wait for an operation, or no longer waits for it. */
    public void interest(int operation, boolean on) {
        int before = key.interestOps();
        int after = on ? before | operation : before & ~operation;
        if (after != before) {
            key.interestOps(after);
        }
    }

    /** Calls the handler, because the channel is ready. */
    void dispatch() throws IOException {
        handler.ready(this);
        failing = false;
    }

    /**
     * Ends the handler after a failure. If it fails again and again, the channel is closed whatever the handler does: a
     * channel that stays ready would keep the loop busy for ever.
     */
    void fail(CloseReason reason) {
        boolean again = failing;
        failing = true;
        try {
            handler.abort(reason);
        } catch (Throwable e) {
            again = true;
            throw e;
        } finally {
            if (again) {
                close();
            }
        }
    }

    /** Closes the channel, also one whose closing has failed half-way before. Throws nothing. */
    void close() {
        Channels.close(key.channel());
        if (key.isValid()) {
            cancel();
        }
    }

    /** Takes the channel from its selector, and leaves it open. Throws nothing. */
    void cancel() {
        try {
            key.cancel();
        } catch (Error e) {
            // No memory: the key is no longer valid, but the selector has it still. The loop will notice.
        }
    }

    /** Begins to wait at another selector for the operations that a key of the present one waits for. */
    static void copy(SelectionKey key, Selector next) throws ClosedChannelException {
        if (key.isValid() && key.channel().isOpen()) {
            key.channel().register(next, key.interestOps(), key.attachment());
        }
    }

    /** Waits at the other selector alone, if a key was copied to it. */
    static void move(SelectionKey key, Selector next) {
        @Nullable SelectionKey copy = key.channel().keyFor(next);
        if (copy != null) {
            ((Registration) key.attachment()).key = copy;
        }
    }
}
