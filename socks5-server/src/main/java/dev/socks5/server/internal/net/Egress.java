package dev.socks5.server.internal.net;

import dev.socks5.server.transport.SocketHook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way in which sockets leave for the outside.
 *
 * @param addresses the addresses that they leave from, at most one of each family. If there is one, nothing leaves from
 *     another, and a family without one is not used at all. If there is none, the system chooses
 * @param hook prepares each of them; {@code null} if nobody wants to
 */
public record Egress(List<InetAddress> addresses, @Nullable SocketHook hook) {

    private static final int ANY_PORT = 9;

    public static final Egress ANY = new Egress(List.of(), null);

    /** Whether sockets may be used for this address at all. */
    public boolean allows(InetAddress target) {
        return addresses.isEmpty() || own(target).isPresent();
    }

    /** Chooses one of several addresses of a host: the first one that may be used at all. */
    public InetAddress choose(List<InetAddress> targets) {
        return targets.stream().filter(this::allows).findFirst().orElse(targets.get(0));
    }

    /**
     * Has the hook prepare a socket that was just opened.
     *
     * @throws IOException if it must not be used, of no kind that says anything of the target
     */
    public void prepare(NetworkChannel channel, InetAddress target) throws IOException {
        if (hook == null) {
            return;
        }
        try {
            hook.prepare(channel, target);
        } catch (IOException e) {
            throw refused(e);
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("a socket was not used, because the hook failed", e);
            throw refused(e);
        }
    }

    private static IOException refused(Throwable e) {
        return new IOException("the hook has refused the socket", e);
    }

    /** Prepares a socket, and gives it the local address that it has to have for a target, if there has to be one. */
    void bind(NetworkChannel channel, InetAddress target) throws IOException {
        prepare(channel, target);
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
        return own.isPresent() ? own.get() : localAddressTowards(network, peer);
    }

    /** Finds the address of this host from which the system would send to another. Nothing is sent. */
    private InetAddress localAddressTowards(Network network, InetAddress remote) throws IOException {
        try (DatagramChannel channel = network.sockets().openDatagramChannel(Channels.family(remote))) {
            prepare(channel, remote);
            channel.connect(new InetSocketAddress(remote, ANY_PORT));
            return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
        }
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
