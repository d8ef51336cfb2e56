package dev.socks5.client.internal.report;

import dev.socks5.client.Socks5ClientListener;
import jdk.jfr.FlightRecorder;

/**
 * Knows whether this JVM has Java Flight Recorder: Android has none, and an image may be made without it.
 * {@link FlightLog} and {@link FlightEvent} cannot even be loaded then, so nobody else names them.
 */
public final class JavaFlightRecorder {

    /** A listener that not always wants to listen. */
    interface Log extends Socks5ClientListener {
        /** Tells whether it wants to know of anything now. */
        boolean isWanted();
    }

    /** Stands for a recorder that is missing. */
    static final Log NOTHING = () -> false;

    private static final Log LOG = isThere() ? new FlightLog() : NOTHING;

    private JavaFlightRecorder() {}

    /** Gives the listener that hands events to the recorder, where there is one. */
    static Log log() {
        return LOG;
    }

    /** The module may be missing, or hidden by a class loader: both show as soon as one of its classes is used. */
    private static boolean isThere() {
        try {
            FlightRecorder.isInitialized();
            return true;
        } catch (LinkageError e) {
            return false;
        }
    }
}
