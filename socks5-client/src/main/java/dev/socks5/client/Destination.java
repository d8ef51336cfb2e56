package dev.socks5.client;

import dev.socks5.codec.Address;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection is to lead, and the address that is known of it here.
 *
 * @param endpoint what rules are asked for, and what the last proxy gets
 * @param address as it was given or looked up, with its name and zone; {@code null} for a name of which nobody here knows more
 */
record Destination(Endpoint endpoint, @Nullable InetAddress address) {

    static Destination of(Endpoint endpoint) {
        return new Destination(
                endpoint,
                NumericAddress.of(endpoint).map(InetSocketAddress::getAddress).orElse(null));
    }

    /** The address itself, whatever name it carries. */
    static Destination of(InetAddress address, int port) {
        return new Destination(new Endpoint(Address.of(address), port), address);
    }

    /**
     * What a socket was told to connect to.
     *
     * @param standsForName whether the name counts that a resolved address carries
     * @throws IllegalArgumentException if its host cannot be sent
     */
    static Destination of(InetSocketAddress given, boolean standsForName) {
        InetAddress address = given.getAddress();
        if (address == null) {
            return of(Endpoint.of(given));
        }
        String host = given.getHostString();
        return standsForName && !host.equals(address.getHostAddress())
                ? new Destination(Endpoint.of(host, given.getPort()), address)
                : of(address, given.getPort());
    }

    boolean isNamed() {
        return endpoint.address() instanceof DomainName;
    }

    /** The same by its address, and looked up for that if it is a name. May block then. */
    Destination lookedUp() throws UnknownHostException {
        return isNamed() ? of(InetAddress.getByName(endpoint.address().toString()), endpoint.port()) : this;
    }

    /** What a socket reports that leads there: unresolved if no address is known. */
    InetSocketAddress peer() {
        return address == null ? endpoint.toInetSocketAddress() : new InetSocketAddress(address, endpoint.port());
    }

    /** Without what is known here. Safe to log. */
    @Override
    public String toString() {
        return endpoint.toString();
    }
}
