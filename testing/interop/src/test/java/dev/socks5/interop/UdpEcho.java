package dev.socks5.interop;

import dev.socks5.server.DatagramCounts;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;

/** Sends every datagram back: on one port of 127.0.0.1 and, where there is such a thing, of ::1. */
final class UdpEcho implements AutoCloseable {

    /** What a relay counts of {@link #answersFrom}. */
    static final DatagramCounts COUNTS = new DatagramCounts(3, 3, 0, 0, 0, 0, 0);

    private static final int LONGEST = 0xFFFF;
    private static final int ATTEMPTS = 20;

    private final List<DatagramSocket> sockets;

    private UdpEcho(List<DatagramSocket> sockets) {
        this.sockets = sockets;
        sockets.forEach(socket -> new Thread(() -> serve(socket), "udp-echo").start());
    }

    static UdpEcho open() throws IOException {
        for (int attempt = 1; ; attempt++) {
            DatagramSocket v4 = new DatagramSocket(0, Loopback.V4);
            try {
                List<DatagramSocket> sockets = new ArrayList<>(List.of(v4));
                if (Loopback.hasIpv6()) {
                    sockets.add(new DatagramSocket(v4.getLocalPort(), Loopback.V6));
                }
                return new UdpEcho(sockets);
            } catch (BindException e) {
                v4.close(); // Somebody has that port on ::1.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void serve(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
        try {
            while (true) {
                packet.setLength(LONGEST);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    /** What the scripts print if all is well: they send 60,000 octets, none and one. */
    static String answersFrom(String source) {
        return "60000: same from %1$s\n0: same from %1$s\n1: same from %1$s\n".formatted(source);
    }

    int port() {
        return sockets.get(0).getLocalPort();
    }

    @Override
    public void close() {
        sockets.forEach(DatagramSocket::close);
    }
}
