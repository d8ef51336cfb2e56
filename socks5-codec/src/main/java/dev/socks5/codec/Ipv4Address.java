package dev.socks5.codec;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * An IPv4 address (ATYP 0x01).
 *
 * @param bits the four bytes in network byte order, the first one in the highest bits: 127.0.0.1 is 0x7F000001
 */
public record Ipv4Address(int bits) implements Address {

    static final int TYPE = 0x01;
    static final int LENGTH = Integer.BYTES;

    /** 0.0.0.0. */
    public static final Ipv4Address UNSPECIFIED = new Ipv4Address(0);

    /** Decimal parts without leading zeros: 010 is eight to some readers and ten to others. */
    private static final Pattern TEXT = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");

    /**
     * Reads the usual four decimal parts; shorter, octal and hexadecimal forms are refused.
     *
     * @param text for example {@code 192.0.2.1}
     * @return the address
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Ipv4Address parse(String text) {
        if (!isIpv4(text)) {
            throw new IllegalArgumentException("not an IPv4 address: " + Text.quote(text));
        }
        int bits = 0;
        for (String part : text.split("\\.", -1)) {
            bits = bits << 8 | Integer.parseInt(part);
        }
        return new Ipv4Address(bits);
    }

    static boolean isIpv4(String text) {
        return TEXT.matcher(text).matches();
    }

    /**
     * The JDK's form of this address. Looks nothing up.
     *
     * @return an {@link java.net.Inet4Address}
     */
    public InetAddress toInetAddress() {
        return Inet.address(ByteBuffer.allocate(LENGTH).putInt(bits).array());
    }

    /** The four decimal parts. */
    @Override
    public String toString() {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xFF) + "." + (bits >>> 8 & 0xFF) + "." + (bits & 0xFF);
    }
}
