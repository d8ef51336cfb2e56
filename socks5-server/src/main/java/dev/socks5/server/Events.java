package dev.socks5.server;

import java.util.function.Consumer;

/** Tells a listener, and lets nothing that it throws reach the server. */
final class Events {

    private final Socks5ServerListener listener;

    Events(Socks5ServerListener listener) {
        this.listener = listener;
    }

    void tell(Consumer<Socks5ServerListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("a server listener failed", e);
        }
    }
}
