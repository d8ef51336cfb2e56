package dev.socks5.server.internal.report;

import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.internal.net.Log;
import java.util.List;
import java.util.function.Consumer;

/** Tells the listeners of events, in order, and keeps their exceptions from the server. */
public final class Events {

    private final List<Socks5ServerListener> listeners;

    public Events(List<Socks5ServerListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    public void tell(Consumer<Socks5ServerListener> event) {
        for (Socks5ServerListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable e) { // Not every language checks exceptions.
                Log.warn("a server listener failed", e);
            }
        }
    }
}
