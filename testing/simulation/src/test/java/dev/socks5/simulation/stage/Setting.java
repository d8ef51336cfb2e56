package dev.socks5.simulation.stage;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Where a play is set: what must hold in one setting must hold in all. Who lives where, in each family. */
enum Setting {
    IPV4(1, "203.0.113.1", "198.51.100.1", "192.0.2."),
    IPV4_TWO_LOOPS(2, "203.0.113.1", "198.51.100.1", "192.0.2."),
    IPV6(1, "2001:db8::1", "2001:db8:c::1", "2001:db8:1::"),
    IPV6_TWO_LOOPS(2, "2001:db8::1", "2001:db8:c::1", "2001:db8:1::");

    final int loops;
    final InetAddress server;
    final InetAddress client;
    private final String far;

    Setting(int loops, String server, String client, String far) {
        this.loops = loops;
        this.server = ip(server);
        this.client = ip(client);
        this.far = far;
    }

    static InetAddress ip(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(ip(address), port);
    }

    /** Returns an address of a destination. */
    InetSocketAddress far(int host, int port) {
        return at(far + host, port);
    }

    /** Writes an address as SOCKS5 does: its type, itself and its port. */
    static String hex(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        return (bytes.length == 4 ? "01 " : "04 ") + hex(bytes) + " " + port(address.getPort());
    }

    static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    static String name(String name, int port) {
        byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        return "03 %02x %s %s".formatted(bytes.length, hex(bytes), port(port));
    }

    static String port(int port) {
        return "%02x %02x".formatted(port >> 8, port & 0xFF);
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
