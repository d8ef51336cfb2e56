package dev.socks5.server.internal.net;

import dev.socks5.server.ClientAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Says which addresses count as one client. The results are keys: they are equal for one client, and nothing else.
 * Nothing is allocated for IPv4 and for local users.
 */
public final class ClientBlock {

    /** RFC 4291 section 2.5.1: whoever has the network chooses the rest. */
    private static final int NETWORK_OCTETS = 8;

    private static final int IPV6_OCTETS = 16;

    private ClientBlock() {}

    /** Returns the key of a client's address, whatever its port; of a local client, that of its user. */
    public static Object single(ClientAddress client) {
        return client instanceof ClientAddress.Ip ip ? ip.socketAddress().getAddress() : client;
    }

    /**
     * Returns the key of all addresses of which a client could take another one to get another share: of an IPv6
     * address that of its /64 network.
     */
    public static Object of(ClientAddress client) {
        Object single = single(client);
        return single instanceof InetAddress address && !(address instanceof Inet4Address) ? network(address) : single;
    }

    private static InetAddress network(InetAddress address) {
        byte[] network = Arrays.copyOf(Arrays.copyOf(address.getAddress(), NETWORK_OCTETS), IPV6_OCTETS);
        try {
            return InetAddress.getByAddress(network);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // It has the right length.
        }
    }
}
