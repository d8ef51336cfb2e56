package dev.socks5.benchmarks.load;

import java.io.IOException;

/** The server does not do what a measure needs, and says so: neither a failure nor a figure. */
public final class UnsupportedException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with its cause.
     *
     * @param message what it does not do
     * @param cause how it said so
     */
    public UnsupportedException(String message, Throwable cause) {
        super(message, cause);
    }
}
