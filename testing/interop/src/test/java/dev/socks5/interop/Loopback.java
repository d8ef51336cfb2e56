package dev.socks5.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.socks5.codec.Ipv4Address;
import dev.socks5.codec.Ipv6Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** What this machine has for a network that leads nowhere else. */
final class Loopback {

    static final InetAddress V4 = Ipv4Address.parse("127.0.0.1").toInetAddress();
    static final InetAddress V6 = Ipv6Address.parse("::1").toInetAddress();

    private static final boolean IPV6 = canListen(V6);

    private Loopback() {}

    static boolean hasIpv6() {
        return IPV6;
    }

    /** Skips the test on a machine without it. */
    static void requireIpv6() {
        assumeTrue(IPV6, "this machine has no IPv6 loopback");
    }

    /** Skips the test if the host is an IPv6 address and this machine has none. */
    static void requireFor(String host) {
        if (host.contains(":")) {
            requireIpv6();
        }
    }

    private static boolean canListen(InetAddress address) {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** A port of 127.0.0.1 that refuses connections: taken, so that nobody else can listen, but not listening. */
    static Socket refusing() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(V4, 0));
        return socket;
    }
}
