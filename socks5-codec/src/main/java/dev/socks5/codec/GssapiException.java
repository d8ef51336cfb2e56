package dev.socks5.codec;

import org.jspecify.annotations.Nullable;

/**
 * A security context that does not come about on this side, or a message that is not what the peer has protected
 * (RFC 1961): no credentials, a ticket that has expired, a token that was tampered with, a protection level that is too
 * little.
 */
public final class GssapiException extends Socks5Exception {

    private static final long serialVersionUID = 1;

    /**
     * A failure with what the mechanism says of it.
     *
     * @param message what failed
     * @param cause what the mechanism has thrown, or {@code null} if it has thrown nothing
     */
    public GssapiException(String message, @Nullable Throwable cause) {
        super(message);
        initCause(cause);
    }
}
