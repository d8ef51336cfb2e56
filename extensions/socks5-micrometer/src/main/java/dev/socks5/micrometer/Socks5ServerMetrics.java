package dev.socks5.micrometer;

import dev.socks5.server.Socks5ServerListener;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts and times what a server does. */
public final class Socks5ServerMetrics implements Socks5ServerListener {

    /** The registry that has the meters. */
    private final MeterRegistry registry;

    /**
     * Makes a listener that writes to a registry.
     *
     * @param registry gets the meters
     */
    public Socks5ServerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Names the registry. */
    @Override
    public String toString() {
        return "Socks5ServerMetrics[" + registry + "]";
    }
}
