package dev.socks5.bridge;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says why a request through an {@link HttpBridge} has failed.
 *
 * @param destination where the request was to go; {@code null} if the bridge could not read that
 * @param cause what went wrong, as {@link Socks5Client#connect(Endpoint)} throws it, or as the origin's response was
 *     read; names no credentials. What code of the client's user has thrown is the cause of an {@link IOException}.
 */
public record HttpBridgeFailure(@Nullable Endpoint destination, IOException cause) {

    /**
     * Makes a failure.
     *
     * @param destination where the request was to go, or {@code null}
     * @param cause what went wrong
     */
    public HttpBridgeFailure {
        Objects.requireNonNull(cause, "cause");
    }

    /** The destination and what went wrong, in printable ASCII: safe to log. */
    @Override
    public String toString() {
        String text = BridgeRefusal.of(cause).text();
        return destination == null ? text : destination + ": " + text;
    }
}
