package dev.socks5.server.internal.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Groups addresses that count as one client, where a client could change its address to get another share. */
public final class ClientBlock {

    /** RFC 4291 section 2.5.1: whoever has the network chooses the rest. */
    private static final int NETWORK_OCTETS = 8;

    private static final int IPV6_OCTETS = 16;

    private ClientBlock() {}

    /**
     * Returns the address that stands for a client: an IPv4 address for itself, and for an IPv6 address that of its /64
     * network.
     */
    public static InetAddress of(InetAddress client) {
        if (client instanceof Inet4Address) {
            return client;
        }
        byte[] network = Arrays.copyOf(Arrays.copyOf(client.getAddress(), NETWORK_OCTETS), IPV6_OCTETS);
        try {
            return InetAddress.getByAddress(network);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // It has the right length.
        }
    }
}
