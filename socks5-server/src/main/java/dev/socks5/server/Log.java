package dev.socks5.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The server's log: little, and never text from a client as it came. A log that fails must not take the server with it,
 * and it does fail: out of descriptors, for one, when a backend cannot open its files.
 */
final class Log {

    private static final Logger LOG = System.getLogger(Log.class.getPackageName());

    private Log() {}

    /** Of interest to whoever looks for it. */
    static void debug(String message, Object... parameters) {
        try {
            LOG.log(Level.DEBUG, message, parameters);
        } catch (RuntimeException | Error e) {
            // There is nobody to tell.
        }
    }

    /** Somebody should look into it; the server goes on. */
    static void warn(String message, Throwable cause) {
        try {
            LOG.log(Level.WARNING, message, cause);
        } catch (RuntimeException | Error e) {
            // There is nobody to tell.
        }
    }
}
