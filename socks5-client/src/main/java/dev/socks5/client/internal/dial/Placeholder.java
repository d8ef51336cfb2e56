package dev.socks5.client.internal.dial;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Makes addresses for sockets to report where only the proxy knows the real one. They carry the name, and are from
 * 240.0.0.0/4, which is reserved and leads nowhere (RFC 1112 section 4).
 */
public final class Placeholder {

    /**
     * The prefix of IPv4 addresses, because libraries would conclude from an IPv6 address that the destination speaks
     * IPv6.
     */
    private static final int PREFIX = 0xF0_00_00_00;

    /** Leaves out 255.255.255.255. */
    private static final int MASK = 0x07_FF_FF_FF;

    private Placeholder() {}

    /** Gives the same address for the same name, and most likely another one for another name. */
    public static InetAddress of(String name) {
        int bits = PREFIX | (name.hashCode() & MASK);
        try {
            return InetAddress.getByAddress(
                    name, ByteBuffer.allocate(Integer.BYTES).putInt(bits).array());
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 bytes", e);
        }
    }
}
