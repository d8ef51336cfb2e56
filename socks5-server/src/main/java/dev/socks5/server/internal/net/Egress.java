package dev.socks5.server.internal.net;

import dev.socks5.server.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.NetworkChannel;
import java.util.List;
import java.util.Optional;

/**
 * The addresses that sockets to the outside leave from, at most one of each family. If there is one, nothing leaves
 * from another, and a family without one is not used at all. If there is none, the system chooses.
 */
public record Egress(List<InetAddress> addresses) {

    public static final Egress ANY = new Egress(List.of());

    /** Returns the addresses that a route leaves from. */
    public static Egress of(Route route) {
        return new Egress(route.localAddresses());
    }

    /** Whether sockets may be used for this address at all. */
    public boolean allows(InetAddress target) {
        return addresses.isEmpty() || own(target).isPresent();
    }

    /** Chooses one of several addresses of a host: the first one that may be used at all. */
    public InetAddress choose(List<InetAddress> targets) {
        return targets.stream().filter(this::allows).findFirst().orElse(targets.get(0));
    }

    /** Gives a socket the local address that it has to have for a target, if there has to be one. */
    void bind(NetworkChannel channel, InetAddress target) throws IOException {
        Optional<InetAddress> local = own(target);
        if (local.isPresent()) {
            channel.bind(new InetSocketAddress(local.get(), 0));
        }
    }

    /**
     * Finds the address of this host at which a peer can reach it.
     *
     * @throws IOException if nothing may leave that way, or there is no route
     */
    public InetAddress towards(Network network, InetAddress peer) throws IOException {
        if (!allows(peer)) {
            throw new IOException("no address of that family to leave from");
        }
        Optional<InetAddress> own = own(peer);
        return own.isPresent() ? own.get() : Channels.localAddressTowards(network, peer);
    }

    private Optional<InetAddress> own(InetAddress target) {
        for (InetAddress address : addresses) {
            if (Channels.family(address).equals(Channels.family(target))) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }
}
