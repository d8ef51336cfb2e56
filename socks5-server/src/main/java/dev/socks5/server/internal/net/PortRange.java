package dev.socks5.server.internal.net;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A range of ports from which one is taken for a relay or a listening socket; {@link #ANY} leaves it to the system. */
public record PortRange(int first, int last) {

    public static final PortRange ANY = new PortRange(0, 0);

    /** Binds a socket. */
    @FunctionalInterface
    interface Binder {
        void bind(InetSocketAddress address) throws IOException;
    }

    public PortRange {
        boolean any = first == 0 && last == 0;
        if ((first < 1 && !any) || last > Endpoint.MAX_PORT || first > last) {
            throw new IllegalArgumentException(
                    "ports are 1 to 65535, the first not after the last: %d to %d".formatted(first, last));
        }
    }

    /** Binds to the first port that is free, beginning anywhere in the range. */
    void bind(Network network, InetAddress address, Binder binder) throws IOException {
        int count = last - first + 1;
        int start = network.random(count);
        for (int i = 0; i < count - 1; i++) {
            try {
                binder.bind(new InetSocketAddress(address, first + (start + i) % count));
                return;
            } catch (BindException e) {
                // Taken. The next one, then.
            }
        }
        binder.bind(new InetSocketAddress(address, first + (start + count - 1) % count));
    }
}
