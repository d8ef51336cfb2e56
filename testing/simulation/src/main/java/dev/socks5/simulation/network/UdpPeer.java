package dev.socks5.simulation.network;

import java.io.Closeable;
import java.net.InetSocketAddress;

/** A UDP socket, as a simulated program has it. */
public interface UdpPeer extends Closeable {

    /** Sends a datagram. */
    void send(byte[] bytes, InetSocketAddress to);

    InetSocketAddress local();

    @Override
    void close();

    /** The program. */
    interface Owner {

        /** Called with a datagram that has come. */
        void received(InetSocketAddress from, byte[] bytes);

        /** Called when it is known that nobody is at an address to which a datagram was sent. */
        default void unreachable(InetSocketAddress to) {}
    }
}
