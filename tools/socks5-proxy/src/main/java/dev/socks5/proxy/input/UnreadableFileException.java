package dev.socks5.proxy.input;

import java.io.IOException;

/** A file could not be read, which may be different the next time, even if the file does not change. */
public final class UnreadableFileException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    UnreadableFileException(String message, IOException cause) {
        super(message, cause);
    }
}
