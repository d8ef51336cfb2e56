package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A client with an association, and a socket to use it from. */
public final class UdpClient implements AutoCloseable {

    /** How long to wait for what must not come, at the least; something that must come is waited for first. */
    private static final int MOMENT_MILLIS = 50;

    private final RawClient control;
    private final DatagramSocket socket;
    private final InetSocketAddress relay;

    public UdpClient(Socks5Server server) throws IOException {
        this(server, "05 03 00 01 00 00 00 00 00 00");
    }

    public UdpClient(Socks5Server server, String request) throws IOException {
        this(new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS), request);
    }

    /** From a connection on which the request comes next. */
    public UdpClient(RawClient control, String request) throws IOException {
        this.control = control;
        this.socket = socket(control.socket().getLocalAddress().getHostAddress());
        control.send(request);
        this.relay = control.readReply();
    }

    public static DatagramSocket socket(String host) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(host, 0));
        socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
        return socket;
    }

    public RawClient control() {
        return control;
    }

    /** What the server has said to send to. */
    public InetSocketAddress relay() {
        return relay;
    }

    public int port() {
        return socket.getLocalPort();
    }

    public UdpClient send(InetSocketAddress destination, byte[] payload) throws IOException {
        return send(Endpoint.of(destination), payload);
    }

    public UdpClient send(Endpoint destination, byte[] payload) throws IOException {
        return sendRaw(datagram(destination, payload));
    }

    public static byte[] datagram(Endpoint destination, byte[] payload) {
        UdpHeader header = UdpHeader.of(destination);
        ByteBuffer datagram = ByteBuffer.allocate(header.encodedLength() + payload.length);
        header.encode(datagram);
        return datagram.put(payload).array();
    }

    public UdpClient sendRaw(byte[] datagram) throws IOException {
        return sendRaw(socket, datagram);
    }

    public UdpClient sendRaw(DatagramSocket from, byte[] datagram) throws IOException {
        from.send(new DatagramPacket(datagram, datagram.length, relay));
        return this;
    }

    /** Receives a payload, from where the header has to say that it comes from. */
    public byte[] receive(InetSocketAddress from) throws IOException {
        return receive(Endpoint.of(from));
    }

    public byte[] receive(Endpoint from) throws IOException {
        DatagramPacket packet = receive(socket);
        assertThat(packet.getSocketAddress()).isEqualTo(relay);
        byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
        int length = UdpHeader.of(from).encodedLength();
        assertThat(RawClient.hex(Arrays.copyOf(datagram, length)))
                .isEqualTo(RawClient.hex(datagram(from, new byte[0])));
        return Arrays.copyOfRange(datagram, length, datagram.length);
    }

    public static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return packet;
    }

    public void expectNothing() throws IOException {
        expectNothing(socket);
    }

    public static void expectNothing(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(MOMENT_MILLIS);
        try {
            assertThat(receive(socket)).isNull();
        } catch (SocketTimeoutException e) {
            socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        control.close();
    }
}
