package dev.socks5.server.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.NetworkChannel;

/**
 * Prepares each socket that a server opens towards the outside, before it is bound or connected: sets the sizes of its
 * buffers, marks it for a route of the system, ties it to an interface, or keeps it out of a VPN.
 *
 * <pre>{@code
 * Socks5Server.builder()
 *         .socketHook((socket, target) -> socket.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20))
 *         .start();
 * }</pre>
 *
 * <p>It is called for
 *
 * <ul>
 *   <li>each attempt to connect to a destination or to the first upstream ({@link java.nio.channels.SocketChannel}); a
 *       host with several addresses may have several attempts under way;
 *   <li>each UDP socket of an association, to destinations or to the relay of the first upstream
 *       ({@link java.nio.channels.DatagramChannel}): one for each address family, with the first target of that family;
 *   <li>the socket on which BIND waits for a peer ({@link java.nio.channels.ServerSocketChannel}), and the UDP socket
 *       by which the server asks the system, without sending anything, from which address it would reach that peer.
 * </ul>
 *
 * <p>It is not called for the sockets that clients connect and send to, for those that the system accepts, for Unix
 * domain sockets, for the look-ups of a {@link dev.socks5.server.Resolver}, whose sockets the JDK opens, and for what a
 * {@link Dialer} opens.
 */
@FunctionalInterface
public interface SocketHook {

    /**
     * Prepares a socket. It is called on an event loop, which serves many connections, and must not block; by several
     * threads at once if there are several loops.
     *
     * @param socket open, in non-blocking mode, neither bound nor connected; must stay so
     * @param target the address of the destination or upstream, or of the expected peer of a BIND, which is the
     *     wildcard if anybody may come
     * @throws IOException if the socket must not be used: it is closed, and that attempt has failed. If no other
     *     attempt succeeds, the client gets reply 01, and listeners are told "the socket hook has refused: " and the
     *     message; it is logged at the level DEBUG ({@code FINE}) as well. A datagram to a destination is dropped; an
     *     association through an upstream gets reply 01. Any other exception, and a socket that is closed, bound,
     *     connected or blocking afterwards, have the same effect and are logged as a warning
     */
    void prepare(NetworkChannel socket, InetAddress target) throws IOException;
}
