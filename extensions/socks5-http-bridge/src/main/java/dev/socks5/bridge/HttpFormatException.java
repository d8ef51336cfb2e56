package dev.socks5.bridge;

import java.io.IOException;

/** What a peer sent is not HTTP/1.1 as RFC 9112 wants it, or more than is taken. */
final class HttpFormatException extends IOException {

    private static final int BAD_REQUEST = 400;
    static final int HEAD_TOO_LARGE = 431;

    private static final long serialVersionUID = 1;

    private final int status;
    private final String explanation;

    HttpFormatException(String explanation) {
        this(BAD_REQUEST, explanation);
    }

    HttpFormatException(int status, String explanation) {
        super(explanation);
        this.status = status;
        this.explanation = explanation;
    }

    /** What to answer a client that has sent it. */
    BridgeRefusal refusal() {
        return new BridgeRefusal(status, explanation);
    }
}
