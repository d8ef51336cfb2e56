package dev.socks5.bridge;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the user of a bridge why requests fail: by a listener, the log, and the last failure. */
final class BridgeFailures {

    private final Consumer<? super HttpBridgeFailure> listener;
    private final BridgeLog log;
    private volatile @Nullable HttpBridgeFailure last;
    private volatile boolean ended;

    BridgeFailures(Consumer<? super HttpBridgeFailure> listener) {
        this(listener, new BridgeLog());
    }

    BridgeFailures(Consumer<? super HttpBridgeFailure> listener, BridgeLog log) {
        this.listener = listener;
        this.log = log;
    }

    /**
     * Reports a failure. To be called before the client can notice it.
     *
     * @param destination {@code null} if it is not known
     * @param refusal what the client is told, or would be
     */
    void report(@Nullable Endpoint destination, IOException cause, BridgeRefusal refusal) {
        if (ended) {
            return; // Everything under way fails then, and that says nothing.
        }
        HttpBridgeFailure failure = new HttpBridgeFailure(destination, cause);
        last = failure;
        log.warn("HTTP bridge, " + (destination == null ? "a request" : destination) + ": " + refusal.text());
        try {
            listener.accept(failure);
        } catch (Throwable e) { // Not every language checks exceptions.
            log.warn("HTTP bridge: the listener for failures failed: "
                    + e.getClass().getName());
        }
    }

    /** Connections that cannot be accepted are nobody's request. */
    void notAccepted(Throwable cause) {
        if (!ended) {
            log.warn("HTTP bridge: cannot accept a connection: " + BridgeRefusal.printable(cause.toString()));
        }
    }

    Optional<HttpBridgeFailure> last() {
        return Optional.ofNullable(last);
    }

    /** Reports nothing from now on. */
    void end() {
        ended = true;
    }
}
