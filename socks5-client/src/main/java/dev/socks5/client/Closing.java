package dev.socks5.client;

import java.io.Closeable;
import java.io.IOException;

/** The end of what is of no more use. */
final class Closing {

    private Closing() {}

    /** Closes it; if that fails, nothing is left to be done with it. */
    static void quietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // See above.
        }
    }
}
