package dev.socks5.codec;

import java.io.IOException;

/**
 * A handshake that did not end well, by what the peer sent: told apart by type, never by message text. Mistakes of the
 * caller are {@link IllegalArgumentException} and {@link IllegalStateException} instead.
 */
public abstract sealed class Socks5Exception extends IOException
        permits MalformedMessageException,
                NoAcceptableMethodException,
                AuthenticationFailedException,
                RequestRejectedException {

    private static final long serialVersionUID = 1;

    Socks5Exception(String message) {
        super(message);
    }
}
