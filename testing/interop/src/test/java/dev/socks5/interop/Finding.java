package dev.socks5.interop;

import dev.socks5.codec.MalformedMessageException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/** What becomes of messages that come to a server together. */
enum Finding {
    /** The server reads each in its turn. */
    TAKES("takes it", null),

    /** The server answers the first one, and drops what came with it. */
    LOSES("loses it", SocketTimeoutException.class),

    /** The server answers so that a client cannot make sense of it. */
    MIXES_UP("mixes it up", MalformedMessageException.class),

    /** The server closes the connection. */
    CLOSES("closes", MalformedMessageException.class),

    /** The server has no logins. */
    NO_LOGIN("no logins", null),

    /** No test has seen it. */
    NOT_TRIED("not tried", null);

    private final String words;

    /** What our client throws if it has sent ahead; {@code null} for nothing. */
    final @Nullable Class<? extends IOException> failure;

    Finding(String words, @Nullable Class<? extends IOException> failure) {
        this.words = words;
        this.failure = failure;
    }

    @Override
    public String toString() {
        return words;
    }
}
