package dev.socks5.server.internal.command;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.transport.GivenTransport;
import dev.socks5.server.transport.DialRequest;
import dev.socks5.server.transport.Dialer;
import dev.socks5.server.transport.Transport;
import java.net.SocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Has a dialler of the application reach a destination.
 *
 * <pre>
 * {@link DialerCall} -&gt; {@link Transport}, or a future of another one -&gt; {@link Connection} -&gt; {@link Caller}
 * </pre>
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

    private final EventLoop loop;
    private final Executor carriers;
    private final SocketAddress remote;
    private final Caller caller;
    private final DialerCall<Transport> call;
    private @Nullable GivenTransport awaited;
    private @Nullable Endpoint bound;

    OwnDial(PendingRequest pending, Dialer dialer, DialRequest request, Caller caller) {
        this.loop = pending.loop();
        this.carriers = pending.core().carriers();
        this.remote = request.target().toInetSocketAddress();
        this.caller = caller;
        this.call = new DialerCall<>(
                pending,
                dialer,
                "for " + request.target(),
                () -> dialer.dial(request),
                late -> ((GivenTransport) late).discard(carriers),
                given -> proceed((GivenTransport) given),
                failure -> caller.failed(failure.code(), failure.reason()));
    }

    void start() {
        call.start();
    }

    private void proceed(GivenTransport given) {
        awaited = null;
        bound = given.bound() == null ? bound : given.bound();
        @Nullable CompletionStage<? extends Transport> later = given.later();
        if (later == null) {
            connect(given);
        } else {
            await(given, later);
        }
    }

    private void await(GivenTransport given, CompletionStage<? extends Transport> later) {
        awaited = given;
        try {
            later.whenComplete(call::settle);
        } catch (Throwable e) { // The future is the application's as well.
            call.fail(e);
        }
    }

    private void connect(GivenTransport given) {
        Connection far;
        try {
            far = given.open(loop, remote, carriers);
        } catch (Throwable e) { // It cannot be served, or serves another one already; or no memory.
            call.fail(e);
            return;
        }
        caller.reached(far, bound);
    }

    /** Closes what has come and was not taken, or will come. */
    void cancel() {
        call.cancel();
        if (awaited != null) {
            awaited.cancel(carriers);
            awaited = null;
        }
    }
}
