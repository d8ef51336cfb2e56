package dev.socks5.client.internal.dial;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes sockets to destinations: along one {@link ProxyPath}, as a {@link Dialer} does, or along the first of several
 * that will do, as {@link SeveralProxies} do. Safe for use by several threads at once.
 */
public interface Proxies {

    /** Says which of several paths is tried first. */
    enum Order {
        /** The first one that has not failed lately, as they are given. */
        IN_ORDER,

        /** Each of them in its turn. */
        IN_TURN
    }

    /** Gives the paths; the first one says which destinations go direct, and what a socket address means. */
    List<ProxyPath> paths();

    /** Gives the order of several paths; {@code null} if there is one alone. */
    @Nullable
    Order order();

    /** Gives the time that all attempts may take together. */
    Duration timeout();

    /** Makes a socket for {@link #connect}, unconnected. */
    Socket socket() throws IOException;

    /** Makes such a socket, and what holds it for {@link #connect}. */
    default Outbound outbound() throws IOException {
        return new Outbound(socket());
    }

    /**
     * Connects a socket to a destination.
     *
     * @param outbound one of {@link #outbound()}; closed on every failure
     * @param firstBytes the first bytes of the tunnel, which do not wait for it to be open
     * @param limit for all of it, positive; the own {@link #timeout()} holds if that is shorter
     * @return the connection to use in its place
     */
    Dialer.Tunnel connect(Outbound outbound, Destination destination, ByteBuffer firstBytes, Duration limit)
            throws IOException;

    /**
     * Opens a channel that is connected to a destination, in blocking mode.
     *
     * @param firstBytes as of {@link #connect}
     */
    SocketChannel channel(Destination destination, ByteBuffer firstBytes) throws IOException;

    /**
     * Has a path used for anything but a connection to a destination.
     *
     * @param <T> the type of what comes of it
     */
    @FunctionalInterface
    interface Use<T> {
        T of(Dialer dialer) throws IOException;
    }

    /** Has the path used, or the first of several for which that succeeds. */
    <T> T use(Use<T> use) throws IOException;

    /** Tells whether a resolved address that carries a name stands for that name. */
    default boolean addressesStandForNames() {
        return paths().get(0).addressesStandForNames();
    }

    /** Gives the destinations that need no proxy. */
    default Predicate<? super Endpoint> direct() {
        return paths().get(0).direct();
    }

    /**
     * Gives each of these paths behind each of others.
     *
     * @throws IllegalArgumentException if a path cannot be behind another one, or the orders differ
     */
    default Proxies through(Proxies first) {
        List<ProxyPath> chains = new ArrayList<>();
        for (ProxyPath path : paths()) {
            for (ProxyPath before : first.paths()) {
                chains.add(path.through(before));
            }
        }
        Order own = order();
        Order others = first.order();
        if (own != null && others != null && own != others) {
            throw new IllegalArgumentException("proxies in order and proxies in turn do not go behind each other");
        }
        Order order = own == null ? others : own;
        return order == null ? new Dialer(chains.get(0)) : new SeveralProxies(order, chains, System::nanoTime);
    }
}
