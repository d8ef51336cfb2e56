package dev.socks5.client;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;

/**
 * Prepares each socket that a client opens towards a proxy, or towards a destination that goes direct, before it is
 * connected: keeps it out of a VPN (Android's {@code VpnService.protect}), ties it to a network, marks it, or sets the
 * sizes of its buffers.
 *
 * <p>It is called for
 *
 * <ul>
 *   <li>each attempt to connect, blocking or not; a host with several addresses may have several attempts under way;
 *   <li>the UDP socket of an association, which sends to the relay of the first proxy;
 *   <li>sockets of {@link Socks5ClientBuilder#proxySocketFactory} as well.
 * </ul>
 *
 * <p>In a chain, the hook of the client of the first proxy is called, because all sockets lead there. It is not called
 * for Unix domain sockets, for the local sockets that {@link Socks5Client#forward} listens on and accepts, and for
 * look-ups of names: the JDK opens the sockets for these.
 *
 * <p>Both methods are abstract, because a hook that left out one kind of socket would let it slip past.
 */
public interface SocketHook {

    /**
     * Prepares a socket of TCP. It is called by the thread that connects, by several at once; that of
     * {@link Socks5Client#connectAsync} serves all connections, and must not be blocked.
     *
     * @param socket open and not connected; must stay so. It is bound if the application has bound it, or the factory.
     *     As a rule it is the view of a channel ({@link Socket#getChannel()})
     * @param target the address that it is about to be connected to
     * @throws IOException if the socket must not be used: it is closed, and that attempt has failed. Other addresses of
     *     the host are tried. Any other exception ends the whole connect, and reaches the caller as it is
     */
    void prepare(Socket socket, InetAddress target) throws IOException;

    /**
     * Prepares the socket of an association. It is called by the thread that calls {@link Socks5Client#associate}.
     *
     * @param socket open, neither bound nor connected; must stay so. It is the one that {@code associate} returns
     * @param target the address of the relay
     * @throws IOException if the socket must not be used: it is closed, and the association has failed. Any other
     *     exception has the same effect, and reaches the caller as it is
     */
    void prepare(DatagramSocket socket, InetAddress target) throws IOException;
}
