package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells how an attempt failed.
 *
 * @param phase the phase that it was in
 * @param proxy the proxy that it was about, as {@link ConnectAttempt#proxies()} has it: the first one while that is
 *     looked up or dialled; empty if it was about a destination that is looked up here or goes direct
 * @param cause the exception that the caller gets, or the one inside it; names no credentials, unless the user's own
 *     code has thrown it. If the user has completed a future of {@link Socks5Client#connectAsync}, a
 *     {@link java.util.concurrent.CancellationException}
 * @param total the time from the beginning to the end
 */
public record ConnectFailure(ConnectPhase phase, Optional<Endpoint> proxy, Throwable cause, Duration total) {

    /**
     * Returns the cause as text that is safe to log: its class, and the message of an {@link IOException}. That of any
     * other exception may be a secret, for example of a supplier of logins.
     *
     * @return one line; everything except ASCII is escaped
     */
    public String reason() {
        return printable(
                cause instanceof IOException
                        ? cause.toString()
                        : cause.getClass().getName());
    }

    /** Escapes text as {@link Endpoint} does: it may come from the network, and go to a terminal. */
    private static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (c >= ' ' && c < 0x7F && c != '\\') {
                safe.append((char) c);
            } else {
                safe.append(String.format(c <= 0xFF ? "\\x%02x" : "\\u%04x", c));
            }
        });
        return safe.toString();
    }

    /**
     * Returns the phase, the time and the reason, such as {@code failed at DIAL after 0.342 ms:
     * java.net.ConnectException: cannot reach the proxy 127.0.0.1:1080: Connection refused}. Safe to log,
     * as {@link #reason()} is.
     *
     * @return one line; the proxy is in it once
     */
    @Override
    public String toString() {
        String reason = reason();
        String about = proxy.map(Endpoint::toString)
                .filter(address -> !reason.contains(address))
                .map(address -> " of " + address)
                .orElse("");
        return "failed at " + phase + about + " after " + ConnectTimes.millis(total) + ": " + reason;
    }
}
