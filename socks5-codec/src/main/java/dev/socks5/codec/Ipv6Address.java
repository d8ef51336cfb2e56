package dev.socks5.codec;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An IPv6 address (ATYP 0x04): always sixteen bytes, an IPv4-mapped one too. It has no zone.
 *
 * @param high the first eight bytes in network byte order
 * @param low the last eight bytes in network byte order
 */
public record Ipv6Address(long high, long low) implements Address {

    static final int TYPE = 0x04;
    static final int LENGTH = 2 * Long.BYTES;

    /** ::, which no host has. */
    public static final Ipv6Address UNSPECIFIED = new Ipv6Address(0, 0);

    private static final int GROUPS = 8;
    private static final long NAT64_PREFIX = 0x0064_FF9B_0000_0000L;
    private static final int SIX_TO_FOUR_PREFIX = 0x2002;
    private static final int ISATAP = 0x0000_5EFE;

    /** Set in an ISATAP interface identifier whose IPv4 address is globally unique. */
    private static final int UNIVERSAL = 0x0200_0000;

    /**
     * Reads the textual form of RFC 4291 section 2.2, the one with a trailing IPv4 part included.
     *
     * @param text for example {@code 2001:db8::1} or {@code ::ffff:192.0.2.1}; no brackets, no zone
     * @return the address
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Ipv6Address parse(String text) {
        int[] groups = new Ipv6Text(text).groups();
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS / 2; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + GROUPS / 2];
        }
        return new Ipv6Address(high, low);
    }

    /**
     * Whether this is an IPv4-mapped address ({@code ::ffff:0:0/96}): systems connect to it by IPv4.
     *
     * @return whether it is
     */
    public boolean isIpv4Mapped() {
        return high == 0 && low >>> 32 == 0xFFFF;
    }

    /**
     * The IPv4 address that traffic to this address ends up at: of an IPv4-mapped ({@code ::ffff:0:0/96}),
     * IPv4-compatible ({@code ::/96}, but not {@code ::} and {@code ::1}), NAT64 ({@code 64:ff9b::/96}) or 6to4
     * ({@code 2002::/16}) address.
     *
     * @return the IPv4 address inside, or empty
     */
    public Optional<Ipv4Address> embeddedIpv4() {
        int lowBits = (int) low;
        int lowPrefix = (int) (low >>> 32);
        boolean compatible = high == 0 && lowPrefix == 0 && low > 1;
        boolean nat64 = high == NAT64_PREFIX && lowPrefix == 0;
        if (isIpv4Mapped() || compatible || nat64) {
            return Optional.of(new Ipv4Address(lowBits));
        }
        return high >>> 48 == SIX_TO_FOUR_PREFIX ? Optional.of(new Ipv4Address((int) (high >>> 16))) : Optional.empty();
    }

    /**
     * Finds the IPv4 address in an ISATAP address (RFC 5214 section 6.1): one whose interface identifier is
     * {@code 0000:5efe} or {@code 0200:5efe} and an IPv4 address. A host of that site sends to it by IPv4. Any prefix
     * can stand before it, and so anybody can have such an address: what is inside is good for refusing, not for
     * trusting, and therefore no part of {@link #embeddedIpv4()}.
     *
     * @return the IPv4 address inside, or empty
     */
    public Optional<Ipv4Address> isatapIpv4() {
        boolean isatap = ((int) (low >>> 32) & ~UNIVERSAL) == ISATAP;
        return isatap ? Optional.of(new Ipv4Address((int) low)) : Optional.empty();
    }

    /**
     * The JDK's form of this address. Looks nothing up.
     *
     * @return an {@link java.net.Inet6Address}, of an IPv4-mapped address too
     */
    public InetAddress toInetAddress() {
        return Inet.address(
                ByteBuffer.allocate(LENGTH).putLong(high).putLong(low).array());
    }

    /**
     * The canonical text of RFC 5952: lower case, the longest run of zero groups as {@code ::}, an IPv4-mapped address
     * with its IPv4 part in decimal.
     */
    @Override
    public String toString() {
        if (isIpv4Mapped()) {
            return "::ffff:" + new Ipv4Address((int) low);
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            long half = i < GROUPS / 2 ? high : low;
            groups[i] = (int) (half >>> (16 * (3 - i % 4))) & 0xFFFF;
        }
        return Ipv6Text.format(groups);
    }
}
