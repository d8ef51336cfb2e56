package dev.socks5.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** Tells a listener, and lets nothing that it throws reach the server. */
final class Events {

    private static final Logger LOG = System.getLogger(Events.class.getPackageName());

    private final Socks5ServerListener listener;

    Events(Socks5ServerListener listener) {
        this.listener = listener;
    }

    void tell(Consumer<Socks5ServerListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "a server listener failed", e);
        }
    }
}
