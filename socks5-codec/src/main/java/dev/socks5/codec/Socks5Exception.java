package dev.socks5.codec;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A handshake that did not end well, by what the peer sent: told apart by type, never by message text. Mistakes of the
 * caller are {@link IllegalArgumentException} and {@link IllegalStateException} instead.
 */
public abstract sealed class Socks5Exception extends IOException
        permits MalformedMessageException,
                NoAcceptableMethodException,
                AuthenticationFailedException,
                GssapiException,
                RequestRejectedException {

    private static final long serialVersionUID = 1;

    private transient @Nullable Endpoint proxy;

    Socks5Exception(String message) {
        super(message);
    }

    /** Says whose failure it is, which those who decode its messages do not know. */
    void blame(@Nullable Endpoint culprit) {
        proxy = culprit;
    }

    /**
     * Names the proxy that has failed, one of a chain for example.
     *
     * @return the proxy as {@link ClientHandshake#ClientHandshake(Request, java.util.List, Endpoint)} was told; empty
     *     if it was not told, on the server's side, and after Java serialization
     */
    public Optional<Endpoint> proxy() {
        return Optional.ofNullable(proxy);
    }

    /** Says what went wrong and, if that is known, with which proxy. */
    @Override
    public String getMessage() {
        return super.getMessage() + (proxy == null ? "" : " [proxy " + proxy + "]");
    }
}
