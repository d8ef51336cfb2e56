package dev.socks5.server;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.assertj.core.api.Assertions;

/** A destination of datagrams. A test takes them one by one. */
public final class UdpOrigin implements AutoCloseable {

    private final DatagramSocket socket;
    private InetSocketAddress latest = new InetSocketAddress(0);

    public UdpOrigin() throws IOException {
        this("127.0.0.1");
    }

    public UdpOrigin(String host) throws IOException {
        socket = UdpClient.socket(host);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    public DatagramSocket socket() {
        return socket;
    }

    public byte[] take() throws IOException {
        DatagramPacket packet = UdpClient.receive(socket);
        latest = (InetSocketAddress) packet.getSocketAddress();
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    public void expect(byte[] payload) throws IOException {
        Assertions.assertThat(take()).isEqualTo(payload);
    }

    /** Where the last datagram came from: the relay's outer side. */
    public InetSocketAddress relay() {
        return latest;
    }

    public void answer(byte[] payload) throws IOException {
        socket.send(new DatagramPacket(payload, payload.length, latest));
    }

    @Override
    public void close() {
        socket.close();
    }
}
