package dev.socks5.server.internal.report;

import dev.socks5.server.Socks5ServerListener;
import java.net.SocketAddress;
import java.util.Optional;
import jdk.jfr.FlightRecorder;

/**
 * Knows whether this JVM has Java Flight Recorder: an image may be made without it. {@link FlightLog} and
 * {@link FlightEvent} cannot even be loaded then, so nobody else names them.
 */
public final class JavaFlightRecorder {

    private JavaFlightRecorder() {}

    /**
     * Makes a listener that hands a server's events to the recorder, where there is one.
     *
     * @param address tells this server's events from those of others in the same JVM
     */
    public static Optional<Socks5ServerListener> listener(SocketAddress address) {
        return isThere() ? Optional.of(new FlightLog(address)) : Optional.empty();
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
