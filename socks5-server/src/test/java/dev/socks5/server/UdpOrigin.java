package dev.socks5.server;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.assertj.core.api.Assertions;

/** A destination of datagrams. A test takes them one by one. */
final class UdpOrigin implements AutoCloseable {

    private final DatagramSocket socket;
    private InetSocketAddress latest = new InetSocketAddress(0);

    UdpOrigin() throws IOException {
        this("127.0.0.1");
    }

    UdpOrigin(String host) throws IOException {
        socket = UdpClient.socket(host);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    DatagramSocket socket() {
        return socket;
    }

    byte[] take() throws IOException {
        DatagramPacket packet = UdpClient.receive(socket);
        latest = (InetSocketAddress) packet.getSocketAddress();
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    void expect(byte[] payload) throws IOException {
        Assertions.assertThat(take()).isEqualTo(payload);
    }

    /** Where the last datagram came from: the relay's outer side. */
    InetSocketAddress relay() {
        return latest;
    }

    void answer(byte[] payload) throws IOException {
        socket.send(new DatagramPacket(payload, payload.length, latest));
    }

    @Override
    public void close() {
        socket.close();
    }
}
