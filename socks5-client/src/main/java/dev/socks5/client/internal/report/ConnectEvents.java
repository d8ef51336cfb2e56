package dev.socks5.client.internal.report;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.Socks5ClientListener;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells the listeners of a client about its attempts, in order, and keeps their exceptions from it. Java Flight
 * Recorder is the last of them, where there is one. Immutable.
 */
public final class ConnectEvents {

    /** Tells nobody, not even the recorder. */
    public static final ConnectEvents NONE = new ConnectEvents(List.of(), JavaFlightRecorder.NOTHING, System::nanoTime);

    private static final AtomicLong COUNT = new AtomicLong();

    private final List<Socks5ClientListener> listeners;
    private final boolean listened;
    private final JavaFlightRecorder.Log log;
    private final LongSupplier clock;

    /**
     * Makes those of one client.
     *
     * @param listeners copied
     * @param clock counts nanoseconds, as {@link System#nanoTime()}
     */
    public ConnectEvents(List<Socks5ClientListener> listeners, LongSupplier clock) {
        this(listeners, JavaFlightRecorder.log(), clock);
    }

    private ConnectEvents(List<Socks5ClientListener> listeners, JavaFlightRecorder.Log log, LongSupplier clock) {
        List<Socks5ClientListener> all = new ArrayList<>(listeners);
        all.add(log);
        this.listeners = List.copyOf(all);
        this.listened = !listeners.isEmpty();
        this.log = log;
        this.clock = clock;
    }

    /** Tells whether anybody wants to know of an attempt that begins now. If not, it costs no more than this. */
    public boolean areWanted() {
        return listened || log.isWanted();
    }

    /**
     * Begins an attempt, and tells of it.
     *
     * @param request what the last proxy, or the destination, is asked for
     * @param hops the proxies on the way
     * @param looksUp whether the name of any host is looked up here
     */
    public Stopwatch begin(Request request, List<? extends ProxyChain.Hop> hops, boolean looksUp) {
        List<Endpoint> proxies = new ArrayList<>();
        hops.forEach(hop -> proxies.add(hop.endpoint()));
        ConnectAttempt attempt = new ConnectAttempt(COUNT.incrementAndGet(), request, proxies);
        Stopwatch watch = new Stopwatch(this, attempt, looksUp);
        tell(listener -> listener.connecting(attempt));
        return watch;
    }

    long nanoTime() {
        return clock.getAsLong();
    }

    /** Calls each listener. The client has no log, so that the failure of one shows nowhere. */
    void tell(Consumer<Socks5ClientListener> event) {
        for (Socks5ClientListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable e) { // Not every language checks exceptions.
                // See above.
            }
        }
    }
}
