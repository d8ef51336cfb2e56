package dev.socks5.bridge;

import dev.socks5.client.Socks5Client;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;

/** Configures and opens an {@link HttpBridge}. Not safe for use by several threads at once. */
public final class HttpBridgeBuilder {

    static final int SMALLEST_HEAD = 1024;
    static final int LARGEST_HEAD = 16 * 1024 * 1024;

    /** What the JDK's HttpClient takes by default (jdk.http.maxHeaderSize). */
    private static final int DEFAULT_HEAD = 384 * 1024;

    private final Socks5Client client;
    private int longestHead = DEFAULT_HEAD;
    private Consumer<? super HttpBridgeFailure> listener = failure -> {};

    HttpBridgeBuilder(Socks5Client client) {
        this.client = Objects.requireNonNull(client, "client");
    }

    /**
     * Sets a listener that gets every failure of a request, besides the response and the log. The bridge's threads call
     * it, several at once, before the response goes out; as long as it takes, that one request waits. What it throws is
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
     * Limits the head of a request, of a response, and the trailers of a body. A request with a larger one gets a 431,
     * and a response a 502. The bytes of its lines count, and 32 more for each field, which is about what the objects
     * take that hold it. A connection holds at most the head of one request and of one response, so n connections hold
     * up to 2n heads, each in a few times the memory of the limit at the worst.
     *
     * @param bytes 1024 to 16 MiB; 384 KiB (393216) unless set, which is the default limit of {@code HttpClient} itself
     * @return this
     * @throws IllegalArgumentException if the limit is out of range
     */
    public HttpBridgeBuilder maxHeadBytes(int bytes) {
        if (bytes < SMALLEST_HEAD || bytes > LARGEST_HEAD) {
            throw new IllegalArgumentException(
                    "a head has " + SMALLEST_HEAD + " to " + LARGEST_HEAD + " bytes at most, not " + bytes);
        }
        this.longestHead = bytes;
        return this;
    }

    /**
     * Opens the bridge.
     *
     * @return an open bridge, to be closed by the caller
     * @throws IOException if there is no port to listen on
     */
    public HttpBridge open() throws IOException {
        return HttpBridge.open(client, new BridgeFailures(listener), longestHead);
    }
}
