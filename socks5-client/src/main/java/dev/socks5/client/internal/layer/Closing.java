package dev.socks5.client.internal.layer;

import java.io.Closeable;
import java.io.IOException;

/** Closes resources, ignoring failures. */
public final class Closing {

    private Closing() {}

    /** Closes a resource; if that fails, nothing is left to be done with it. */
    public static void quietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // See above.
        }
    }
}
