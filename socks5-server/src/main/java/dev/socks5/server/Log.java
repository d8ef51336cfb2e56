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

    /**
     * Logs something of interest to whoever looks for it.
     *
     * @param parameter stands for {@code {0}} in the message
     */
    static void debug(String message, Object parameter) {
        try {
            LOG.log(Level.DEBUG, message, parameter);
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
