package dev.socks5.proxy.forward;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import java.net.InetSocketAddress;

/**
 * A local address and where its connections go.
 *
 * @param local resolved
 */
record Forwarding(InetSocketAddress local, Endpoint destination) {

    private static final String FORM = "LOCAL=DESTINATION expected, as in 5432=db.internal:5432";

    /** Reads {@code [HOST:]PORT=HOST:PORT}; without a host, the local address is 127.0.0.1. */
    static Forwarding parse(String text) {
        if (text.contains("://") || text.contains("@")) {
            throw new IllegalArgumentException(FORM); // A proxy's URI in the wrong place may have a password.
        }
        try {
            return parseHarmless(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(text + ": " + e.getMessage(), e);
        }
    }

    private static Forwarding parseHarmless(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(FORM);
        }
        String local = text.substring(0, equals);
        Endpoint destination = Endpoint.parse(text.substring(equals + 1));
        if (destination.port() == 0) {
            throw new IllegalArgumentException("no connection goes to port 0");
        }
        if (destination.address() instanceof DomainName name && !name.isHostName()) {
            throw new IllegalArgumentException("neither an address nor a host name: " + name);
        }
        return new Forwarding(resolve(Endpoint.parse(local.contains(":") ? local : "127.0.0.1:" + local)), destination);
    }

    private static InetSocketAddress resolve(Endpoint local) {
        if (!(local.address() instanceof DomainName name)) {
            return local.toInetSocketAddress();
        }
        InetSocketAddress resolved =
                name.isHostName() ? new InetSocketAddress(name.octets(), local.port()) : local.toInetSocketAddress();
        if (resolved.isUnresolved()) {
            throw new IllegalArgumentException("no address of this host: " + name);
        }
        return resolved;
    }
}
