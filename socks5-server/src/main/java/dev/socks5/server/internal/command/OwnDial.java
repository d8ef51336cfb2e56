package dev.socks5.server.internal.command;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.transport.GivenTransport;
import dev.socks5.server.transport.DialException;
import dev.socks5.server.transport.DialRequest;
import dev.socks5.server.transport.Dialer;
import dev.socks5.server.transport.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Has a dialler of the application reach a destination.
 *
 * <pre>
 * {@link Dialer} on the executor, or here -&gt; {@link Transport}, or a future: of another one, and so on -&gt; {@link Caller}
 * </pre>
 *
 * <p>The dialler may do anything: throw, return nothing, come too late. Exactly one side has a transport at any time, and
 * one that nobody takes is closed. Used by the loop's thread, except for {@link #arrive}.
 */
final class OwnDial {

    /** Waits for the outcome. Hears of nothing after its own {@link #cancel}. */
    interface Caller {

        /**
         * Called when there is a connection.
         *
         * @param bound the address that the client is told; {@code null} for its local one
         */
        void reached(Connection far, @Nullable Endpoint bound);

        /** Called when there is none. */
        void failed(ReplyCode code, String reason);
    }

    private final PendingRequest pending;
    private final Dialer dialer;
    private final DialRequest request;
    private final Caller caller;
    private @Nullable GivenTransport awaited;
    private @Nullable Endpoint bound;

    private @Nullable GivenTransport arrived; // guarded by this
    private boolean over; // guarded by this

    OwnDial(PendingRequest pending, Dialer dialer, DialRequest request, Caller caller) {
        this.pending = pending;
        this.dialer = dialer;
        this.request = request;
        this.caller = caller;
    }

    void start() {
        boolean mayBlock;
        try {
            mayBlock = dialer.mayBlock();
        } catch (Throwable e) { // Not every language checks exceptions.
            fail(e);
            return;
        }
        if (mayBlock) {
            Runnable none = () -> caller.failed(ReplyCode.GENERAL_FAILURE, "the executor takes no more");
            pending.run(this::ask, none, Runnable::run);
        } else {
            ask().run();
        }
    }

    /** Asks the dialler. Returns the next step for the loop. */
    private Runnable ask() {
        try {
            return outcome(dialer.dial(request), null);
        } catch (Throwable e) { // Not every language checks exceptions.
            return () -> fail(e);
        }
    }

    /** Takes what the dialler or a future has given, by any thread. Returns the next step for the loop. */
    private Runnable outcome(@Nullable Transport transport, @Nullable Throwable failure) {
        if (failure != null) {
            return () -> fail(failure);
        }
        if (transport instanceof GivenTransport given) {
            arrive(given);
            return this::proceed;
        }
        return () -> fail(new NullPointerException("no transport"));
    }

    private void arrive(GivenTransport transport) {
        synchronized (this) {
            if (!over) {
                arrived = transport;
                return;
            }
        }
        transport.discard(pending.core().carriers());
    }

    private synchronized @Nullable GivenTransport take() {
        GivenTransport taken = arrived;
        arrived = null;
        return taken;
    }

    private void proceed() {
        @Nullable GivenTransport given = take();
        if (given == null) {
            return;
        }
        bound = given.bound() == null ? bound : given.bound();
        if (given.later() == null) {
            connect(given);
        } else {
            await(given);
        }
    }

    private void await(GivenTransport given) {
        awaited = given;
        try {
            given.later().whenComplete((come, failure) -> {
                Runnable next = outcome(come, failure);
                pending.loop().execute(() -> {
                    if (!pending.scope().isOver()) {
                        pending.client().guard(next::run);
                    }
                });
            });
        } catch (Throwable e) { // The future is the application's as well.
            fail(e);
        }
    }

    private void connect(GivenTransport given) {
        awaited = null;
        Connection far;
        try {
            far = given.open(
                    pending.loop(),
                    request.target().toInetSocketAddress(),
                    pending.core().carriers());
        } catch (Throwable e) {
            given.discard(pending.core().carriers());
            fail(e);
            return;
        }
        caller.reached(far, bound);
    }

    private void fail(Throwable thrown) {
        awaited = null;
        Throwable failure = cause(thrown);
        if (!isOrdinary(failure)) {
            Log.warn("a dialler failed", failure);
        }
        String reason = failure instanceof DialException
                ? failure.getMessage()
                : failure.getClass().getSimpleName();
        caller.failed(code(failure), "the dialler: " + reason);
    }

    /** Finds what a future has failed with, under the wrappers of the JDK. */
    private static Throwable cause(Throwable thrown) {
        Throwable failure = thrown;
        while ((failure instanceof CompletionException || failure instanceof ExecutionException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    private static boolean isOrdinary(Throwable failure) {
        return failure instanceof IOException || failure instanceof TimeoutException;
    }

    /** Finds the reply for a failure, by its kind. */
    static ReplyCode code(Throwable failure) {
        if (failure instanceof DialException dial) {
            return dial.code();
        }
        if (failure instanceof RequestRejectedException refusal) {
            ReplyCode theirs = refusal.reply().code();
            return Handshakes.PASSED_ON.contains(theirs) ? theirs : ReplyCode.GENERAL_FAILURE;
        }
        if (failure instanceof ConnectException) {
            return ReplyCode.CONNECTION_REFUSED;
        }
        if (failure instanceof UnknownHostException
                || failure instanceof SocketTimeoutException
                || failure instanceof TimeoutException) {
            return ReplyCode.HOST_UNREACHABLE;
        }
        boolean unreachable = failure instanceof SocketException && !(failure instanceof BindException);
        return unreachable ? ReplyCode.NETWORK_UNREACHABLE : ReplyCode.GENERAL_FAILURE;
    }

    /** Closes what has come and was not taken, or will come. The caller hears nothing more. */
    void cancel() {
        @Nullable GivenTransport late;
        synchronized (this) {
            over = true;
            late = arrived;
            arrived = null;
        }
        if (late != null) {
            late.discard(pending.core().carriers());
        }
        if (awaited != null) {
            awaited.cancel(pending.core().carriers());
            awaited = null;
        }
    }
}
