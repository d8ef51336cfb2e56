package dev.socks5.client.internal.jdk;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Takes the names off addresses. */
public final class NamelessAddress {

    private static final int NO_SCOPE = -1;

    private NamelessAddress() {}

    /**
     * Gives the same address and zone, in an object that knows no name and is nobody else's; an unresolved one as it
     * is.
     */
    public static InetSocketAddress of(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        return ip == null ? address : new InetSocketAddress(of(ip), address.getPort());
    }

    private static InetAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        try {
            return address instanceof Inet6Address v6
                    ? Inet6Address.getByAddress(null, bytes, v6.getScopeId() == 0 ? NO_SCOPE : v6.getScopeId())
                    : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 bytes, not " + bytes.length, e);
        }
    }
}
