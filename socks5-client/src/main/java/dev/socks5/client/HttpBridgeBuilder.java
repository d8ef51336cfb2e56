package dev.socks5.client;

import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;

/** Configures and opens an {@link HttpBridge}. Not safe for use by several threads at once. */
public final class HttpBridgeBuilder {

    private final Dialer dialer;
    private Consumer<? super HttpBridgeFailure> listener = failure -> {};

    HttpBridgeBuilder(Dialer dialer) {
        this.dialer = dialer;
    }

    /**
     * Sets a listener that gets every failure of a request, besides the response and the log. The bridge's threads call it,
     * several at once, before the response goes out; as long as it takes, that one request waits. What it throws is
     * logged and has no other effect. After the bridge has been closed it is not called.
     *
     * @param failures gets each failure; replaces the one set before
     * @return this
     */
    public HttpBridgeBuilder onFailure(Consumer<? super HttpBridgeFailure> failures) {
        this.listener = Objects.requireNonNull(failures, "failures");
        return this;
    }

    /**
     * Opens the bridge.
     *
     * @return an open bridge, to be closed by the caller
     * @throws IOException if there is no port to listen on
     */
    public HttpBridge open() throws IOException {
        return HttpBridge.open(dialer, new BridgeFailures(listener));
    }
}
