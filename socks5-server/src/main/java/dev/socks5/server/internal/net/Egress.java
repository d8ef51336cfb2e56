package dev.socks5.server.internal.net;

import dev.socks5.server.transport.SocketHook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.Objects;
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

    /** The failure of a socket that must not be used because of the hook. Its kind says nothing of the target. */
    static final class Refusal extends IOException {

        private static final long serialVersionUID = 1L;

        private final String reason;

        private Refusal(String reason, @Nullable Throwable cause) {
            super(reason, cause);
            this.reason = reason;
        }

        /** Says what the hook has done, for listeners. */
        String reason() {
            return reason;
        }
    }

    /** Says for listeners why there is no socket: because of the hook, or else what the caller says. */
    public static String reason(Exception failure, String otherwise) {
        return failure instanceof Refusal refusal ? refusal.reason() : otherwise;
    }

    /**
     * Has the hook prepare a socket that was just opened.
     *
     * @throws IOException if it must not be used; {@link #reason} says why
     */
    public void prepare(NetworkChannel channel, InetAddress target) throws IOException {
        if (hook == null) {
            return;
        }
        try {
            hook.prepare(channel, target);
        } catch (IOException e) {
            Refusal refusal = new Refusal("the socket hook has refused: " + said(e), e);
            Log.debug("a socket was not used: {0}", refusal.reason() + " (target " + target.getHostAddress() + ")");
            throw refusal;
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("a socket was not used, because the hook failed", e);
            throw new Refusal("the socket hook has failed: " + e.getClass().getSimpleName(), e);
        }
        requireAsNew(channel);
    }

    private static String said(IOException e) {
        return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
    }

    /** A hook that does more than it may would make the next step fail, by an exception that does not name it. */
    private static void requireAsNew(NetworkChannel channel) throws IOException {
        String done = null;
        if (!channel.isOpen()) {
            done = "closed the socket";
        } else if (channel.getLocalAddress() != null) {
            done = "bound or connected the socket";
        } else if (channel instanceof SelectableChannel selectable && selectable.isBlocking()) {
            done = "made the socket blocking";
        }
        if (done != null) {
            Refusal refusal = new Refusal("the socket hook has " + done, null);
            Log.warn("a socket was not used", refusal);
            throw refusal;
        }
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
            channel.configureBlocking(false); // As the hook is promised.
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
