package dev.socks5.server.internal.net;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Formatter;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/**
 * Writes the server's log: little, and never text from a client as it came. A log that fails must not take the server
 * with it; and it does fail, for example when there are no descriptors and a backend cannot open its files.
 */
public final class Log {

    private static final Logger LOG = System.getLogger("dev.socks5.server");

    private static final String JDKS_OWN_BACKEND = "java.logging";

    private Log() {}

    /**
     * Has the JDK set up what it needs to log a warning, and logs nothing. The time zones and the backend's handlers
     * take descriptors, once: if the first warning of all came when there is none left, no warning could ever be logged
     * again.
     */
    public static void prepare() {
        try {
            LOG.isLoggable(Level.WARNING);
            try (Formatter line = new Formatter(Locale.getDefault())) {
                line.format("%tc", ZonedDateTime.now(ZoneId.systemDefault())); // What most backends begin a line with.
            }
            if (JDKS_OWN_BACKEND.equals(
                    System.LoggerFinder.getLoggerFinder().getClass().getModule().getName())) {
                JavaLogging.prepare();
            }
        } catch (RuntimeException | Error e) {
            // There is nobody to tell.
        }
    }

    /** Prepares {@code java.logging}; in a class of its own, because an application may be without that module. */
    private static final class JavaLogging {

        static void prepare() {
            LogRecord warning = new LogRecord(java.util.logging.Level.WARNING, "");
            warning.setThrown(new Throwable());
            java.util.logging.Logger logger = java.util.logging.Logger.getLogger(LOG.getName());
            while (logger != null) {
                for (Handler handler : logger.getHandlers()) { // The root's are made when they are first asked for.
                    if (handler.getFormatter() != null) {
                        handler.getFormatter().format(warning);
                    }
                }
                logger = logger.getParent();
            }
        }
    }

    /**
     * Logs something of interest to whoever looks for it.
     *
     * @param parameter replaces {@code {0}} in the message
     */
    public static void debug(String message, Object parameter) {
        try {
            LOG.log(Level.DEBUG, message, parameter);
        } catch (RuntimeException | Error e) {
            // There is nobody to tell.
        }
    }

    /** Logs a failure that is to be expected, with its trace, to whoever looks for it. */
    public static void detail(String message, Throwable failure) {
        try {
            LOG.log(Level.DEBUG, message, failure);
        } catch (RuntimeException | Error e) {
            // There is nobody to tell.
        }
    }

    /** Logs a problem that somebody should look into; the server goes on. */
    public static void warn(String message, Throwable cause) {
        try {
            LOG.log(Level.WARNING, message, cause);
        } catch (RuntimeException | Error e) {
            // There is nobody to tell.
        }
    }
}
