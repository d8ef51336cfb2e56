package dev.socks5.conformance.peer;

import java.io.IOException;

/** Ends a request with a failure reply. */
public final class Refused extends IOException {

    private static final long serialVersionUID = 1;

    private final int code;

    /** @param code REP of the reply (RFC 1928 section 6) */
    public Refused(int code) {
        super("refused with reply " + code);
        this.code = code;
    }

    int code() {
        return code;
    }
}
