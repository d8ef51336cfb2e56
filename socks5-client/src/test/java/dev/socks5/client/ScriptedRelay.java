package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A proxy that grants one association, and its relay, which does what the test says; all octets in hexadecimal. */
final class ScriptedRelay implements AutoCloseable {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    private static final int LIMIT_MILLIS = 15_000;

    private final DatagramSocket relay = new DatagramSocket(0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    private final CompletableFuture<ScriptedProxy.Client> control = new CompletableFuture<>();
    private final ScriptedProxy proxy;

    /** The relay is at this address, or whatever the reply says. */
    ScriptedRelay() throws IOException {
        this("01 7f 00 00 01");
    }

    /** @param boundAddress ATYP and BND.ADDR of the reply; BND.PORT is right */
    ScriptedRelay(String boundAddress) throws IOException {
        relay.setSoTimeout(LIMIT_MILLIS);
        String bound = boundAddress + " " + HEX.formatHex(new byte[] {(byte) (port() >> 8), (byte) port()});
        proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 00 00 " + bound);
            control.complete(client);
            client.awaitEnd();
        });
    }

    int port() {
        return relay.getLocalPort();
    }

    ScriptedProxy proxy() {
        return proxy;
    }

    Socks5DatagramSocket associate() throws IOException {
        return proxy.client().associate();
    }

    /** The next datagram. */
    String receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[0xFFFF], 0xFFFF);
        relay.receive(packet);
        return HEX.formatHex(packet.getData(), 0, packet.getLength());
    }

    void send(SocketAddress to, String datagram) throws IOException {
        send(relay, to, datagram);
    }

    static void send(DatagramSocket from, SocketAddress to, String datagram) throws IOException {
        byte[] octets = HEX.parseHex(datagram);
        from.send(new DatagramPacket(octets, octets.length, to));
    }

    /** Where an association's own socket is. */
    static SocketAddress addressOf(DatagramSocket socket) {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    /** The header of a datagram by itself. */
    static String header(String host, int port) {
        return HEX.formatHex(UdpHeader.of(Endpoint.of(host, port)).encode().array());
    }

    /** The other end of the connection that the association lasts as long as. */
    ScriptedProxy.Client control() throws Exception {
        return control.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        relay.close();
        proxy.close();
    }
}
