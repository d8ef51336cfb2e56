package dev.socks5.server.internal.command;

import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.transport.Dialer;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a dialler of the application something, on the executor or on the loop, and takes the answer on the loop. The
 * dialler may do anything: throw, return nothing, come too late. An answer belongs to one side at any time, and one
 * that nobody takes is discarded. Used by the loop's thread, except for {@link #settle}.
 */
public final class DialerCall<T> {

    /** What the dialler is asked. */
    @FunctionalInterface
    public interface Question<T> {
        @Nullable
        T ask() throws IOException;
    }

    private final PendingRequest pending;
    private final Dialer dialer;
    private final String asked;
    private final Question<T> question;
    private final Consumer<T> discard;
    private final Consumer<T> answered;
    private final Consumer<DialFailure> failed;
    private @Nullable T arrived; // guarded by this
    private boolean over; // guarded by this

    /**
     * Prepares a call; {@link #start} makes it.
     *
     * @param asked describes the question for the log
     * @param discard called by any thread for an answer that nobody takes
     * @param answered takes the answer
     * @param failed called if there is none
     */
    public DialerCall(
            PendingRequest pending,
            Dialer dialer,
            String asked,
            Question<T> question,
            Consumer<T> discard,
            Consumer<T> answered,
            Consumer<DialFailure> failed) {
        this.pending = pending;
        this.dialer = dialer;
        this.asked = asked;
        this.question = question;
        this.discard = discard;
        this.answered = answered;
        this.failed = failed;
    }

    public void start() {
        boolean mayBlock;
        try {
            mayBlock = dialer.mayBlock();
        } catch (Throwable e) { // Not every language checks exceptions.
            fail(e);
            return;
        }
        if (mayBlock) {
            pending.run(this::ask, () -> failed.accept(DialFailure.NOT_ASKED), Runnable::run);
        } else {
            ask().run();
        }
    }

    /** Returns the next step for the loop. */
    private Runnable ask() {
        try {
            return outcome(question.ask(), null);
        } catch (Throwable e) { // Not every language checks exceptions.
            return () -> fail(e);
        }
    }

    /** Takes an answer that has come later, or the failure instead of it. May be called by any thread. */
    void settle(@Nullable T answer, @Nullable Throwable failure) {
        Runnable next = outcome(answer, failure);
        pending.loop().execute(() -> {
            if (!pending.scope().isOver()) {
                pending.client().guard(next::run);
            }
        });
    }

    private Runnable outcome(@Nullable T answer, @Nullable Throwable failure) {
        if (failure != null) {
            return () -> fail(failure);
        }
        if (answer == null) {
            return () -> fail(new NullPointerException("no answer of the dialler"));
        }
        arrive(answer);
        return this::proceed;
    }

    private void arrive(T answer) {
        synchronized (this) {
            if (!over) {
                arrived = answer;
                return;
            }
        }
        discard.accept(answer);
    }

    private synchronized @Nullable T take() {
        @Nullable T taken = arrived;
        arrived = null;
        return taken;
    }

    private void proceed() {
        @Nullable T answer = take();
        if (answer != null) {
            answered.accept(answer);
        }
    }

    /** Says that it has failed. */
    void fail(Throwable failure) {
        failed.accept(DialFailure.of(failure, asked));
    }

    /** Discards what has come and was not taken, or will come. Nothing is called any more. May be called again. */
    public void cancel() {
        synchronized (this) {
            over = true;
        }
        @Nullable T late = take();
        if (late != null) {
            discard.accept(late);
        }
    }
}
