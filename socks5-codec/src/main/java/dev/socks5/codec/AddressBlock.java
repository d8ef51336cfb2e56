package dev.socks5.codec;

/** A block of IP addresses in CIDR notation (RFC 4632, RFC 4291 section 2.3). Host bits are dropped. */
final class AddressBlock {

    private static final int IPV4_MAPPED_PREFIX = 96;

    private final Address network;
    private final int prefix;

    private AddressBlock(Address network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /** Reads an address with or without {@code /PREFIX}, an IPv6 one in brackets or not. */
    static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        Address network = Address.parse(slash < 0 ? text : text.substring(0, slash));
        if (network instanceof DomainName) {
            throw new IllegalArgumentException("not a block of addresses: " + Text.quote(text));
        }
        int width = network instanceof Ipv4Address ? Integer.SIZE : 2 * Long.SIZE;
        int prefix = slash < 0 ? width : prefix(text, text.substring(slash + 1), width);
        // A block of IPv4 addresses in another spelling: it has to match them in every spelling, too.
        return network instanceof Ipv6Address v6 && v6.isIpv4Mapped() && prefix >= IPV4_MAPPED_PREFIX
                ? new AddressBlock(v6.embeddedIpv4().get(), prefix - IPV4_MAPPED_PREFIX)
                : new AddressBlock(network, prefix);
    }

    private static int prefix(String text, String digits, int width) {
        boolean number =
                !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number || Integer.parseInt(digits) > width) {
            throw new IllegalArgumentException("a prefix is 0 to " + width + ": " + Text.quote(text));
        }
        return Integer.parseInt(digits);
    }

    boolean contains(Address address) {
        if (network instanceof Ipv4Address v4) {
            if (address instanceof Ipv6Address v6) {
                return v6.embeddedIpv4().filter(this::contains).isPresent();
            }
            return address instanceof Ipv4Address other && sameBits(v4.bits(), other.bits(), prefix);
        }
        Ipv6Address v6 = (Ipv6Address) network;
        return address instanceof Ipv6Address other
                && sameBits(v6.high(), other.high(), Math.min(prefix, Long.SIZE))
                && sameBits(v6.low(), other.low(), Math.max(0, prefix - Long.SIZE));
    }

    private static boolean sameBits(int a, int b, int count) {
        return count == 0 || (a ^ b) >>> (Integer.SIZE - count) == 0;
    }

    private static boolean sameBits(long a, long b, int count) {
        return count == 0 || (a ^ b) >>> (Long.SIZE - count) == 0;
    }
}
