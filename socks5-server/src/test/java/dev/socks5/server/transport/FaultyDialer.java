package dev.socks5.server.transport;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A dialler with one fault, in one of the forms that diallers have: a cell of the table in docs/faults.md. */
@SuppressWarnings("NullAway") // A user's code need not know of nullness.
final class FaultyDialer implements Dialer {

    /** The columns of the table. */
    enum Form {
        /** On the executor; its channel blocks. */
        BLOCKING,
        /** On the loop; its channel is asynchronous. */
        ON_THE_LOOP,
        /** By a future; its streams block. */
        BY_A_FUTURE
    }

    private final DialerFault fault;
    private final Form form;
    private final Executor threads;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final CompletableFuture<Transport> future = new CompletableFuture<>();
    private volatile @Nullable FaultyChannel channel;

    FaultyDialer(DialerFault fault, Form form, Executor threads) {
        this.fault = fault;
        this.form = form;
        this.threads = threads;
    }

    DialerFault fault() {
        return fault;
    }

    @Override
    public boolean mayBlock() {
        return form == Form.BLOCKING;
    }

    @Override
    public @Nullable Transport dial(DialRequest request) throws IOException {
        asked.countDown();
        if (form == Form.BY_A_FUTURE || (form == Form.ON_THE_LOOP && fault.takesUntilTheReply())) {
            threads.execute(this::complete);
            boolean stage = fault == DialerFault.LATE; // It cannot be cancelled, and comes true all the same.
            return Transport.when(stage ? future.minimalCompletionStage() : future);
        }
        return answer();
    }

    private void complete() {
        if (fault == DialerFault.CANCELS) {
            future.cancel(false);
        } else if (fault != DialerFault.NEVER) {
            try {
                future.complete(answer());
            } catch (Throwable e) {
                future.completeExceptionally(e);
            }
        }
    }

    private @Nullable Transport answer() throws IOException {
        if (fault.takesUntilTheReply()) {
            await(released);
        }
        Throwable failure = fault.failure();
        if (failure != null) {
            throw FaultyDialer.<RuntimeException>unchecked(failure);
        }
        if (fault == DialerFault.CANCELS) {
            future.cancel(false);
            return Transport.when(future);
        }
        return fault == DialerFault.NULL || fault == DialerFault.NEVER ? null : transport();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E unchecked(Throwable e) throws E {
        throw (E) e;
    }

    private Transport transport() {
        FaultyChannel its = new FaultyChannel(fault, released);
        channel = its;
        return switch (form) {
            case BLOCKING -> Transport.ofBlocking(its).endingOutputBy(its::endOutput);
            case ON_THE_LOOP -> Transport.of(its.on(threads)).endingOutputBy(its::endOutput);
            case BY_A_FUTURE ->
                fault == DialerFault.NOTHING_IN_WRITE // A stream cannot take nothing.
                        ? Transport.ofBlocking(its)
                        : Transport.of(its.in(), its.out(), its);
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until it is asked. */
    void awaitAsked() {
        await(asked);
    }

    /** Has everything go on that hangs. */
    void release() {
        released.countDown();
    }

    /** Returns the channel that it has given; {@code null} if it has given none. */
    @Nullable
    FaultyChannel channel() {
        return channel;
    }

    /** Whether it holds nothing any more. */
    boolean isOver() {
        FaultyChannel its = channel;
        boolean waitsForChannel = fault == DialerFault.LATE && its == null;
        return !waitsForChannel && (its == null || !its.isOpen());
    }

    /** Whether its future was cancelled, because nobody waits for it any more. */
    boolean isCancelled() {
        return future.isCancelled();
    }
}
