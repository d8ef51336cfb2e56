package dev.socks5.simulation.network;

import java.net.InetSocketAddress;

/**
 * An address that the simulated host has connected to or sent a datagram to.
 *
 * @param time as {@link World#elapsed()}
 * @param udp whether it was a datagram
 */
public record Dialled(long time, InetSocketAddress local, InetSocketAddress remote, boolean udp) {}
