package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A client that says exactly what a test wants, in hexadecimal, and waits for at most ten seconds. */
public final class RawClient implements AutoCloseable {

    public static final String GREETING = "05 01 00";
    public static final String ANONYMOUS = "05 00";
    public static final String LOGIN_GREETING = "05 01 02";
    public static final String LOGIN_SELECTED = "05 02";
    public static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;

    public RawClient(Socks5Server server) throws IOException {
        this(server, InetAddress.getByName("127.0.0.1"));
    }

    public RawClient(Socks5Server server, InetAddress from) throws IOException {
        this(server.localAddresses().get(0), from);
    }

    public RawClient(InetSocketAddress server) throws IOException {
        this(server, InetAddress.getByName("127.0.0.1"));
    }

    public RawClient(InetSocketAddress server, InetAddress from) throws IOException {
        socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(server, PATIENCE_MILLIS);
    }

    /** A client on a socket that is connected already, and maybe encrypts. */
    public RawClient(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    public static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    /** A CONNECT request by IPv4 address. */
    public static String connect(InetSocketAddress destination) {
        byte[] address = destination.getAddress().getAddress();
        return "05 01 00 " + (address.length == 4 ? "01 " : "04 ") + hex(address) + " " + port(destination.getPort());
    }

    /** A CONNECT request by name. */
    public static String connect(String name, int port) {
        byte[] octets = name.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        return "05 01 00 03 %02x %s %s".formatted(octets.length, hex(octets), port(port));
    }

    public static String port(int port) {
        return "%02x %02x".formatted(port >> 8, port & 0xFF);
    }

    public Socket socket() {
        return socket;
    }

    public RawClient send(String hex) throws IOException {
        return send(bytes(hex));
    }

    public RawClient send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        return this;
    }

    public byte[] read(int count) throws IOException {
        return socket.getInputStream().readNBytes(count);
    }

    public RawClient expect(String hex) throws IOException {
        assertThat(hex(read(bytes(hex).length))).isEqualTo(hex(bytes(hex)));
        return this;
    }

    /** A failure reply with this code, whole, in the IPv4 form of ten octets, and then the end. */
    public void expectFailure(int code) throws IOException {
        expect("05 %02x 00 01 00 00 00 00 00 00".formatted(code));
        expectEnd();
    }

    public void expectSuccess() throws IOException {
        readReply();
    }

    /** A reply of success, and its address. */
    public InetSocketAddress readReply() throws IOException {
        byte[] head = read(4);
        assertThat(hex(head)).startsWith("05 00 00");
        byte[] address = read(head[3] == 1 ? 4 : 16);
        byte[] port = read(2);
        return new InetSocketAddress(
                InetAddress.getByAddress(address),
                Short.toUnsignedInt(ByteBuffer.wrap(port).getShort()));
    }

    public void expectEnd() throws IOException {
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    /** The server has dropped the connection: by an end or by a reset. */
    public void expectDropped() throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
            // A reset will do.
        }
    }

    /** Greeting and request without a login, up to the tunnel. */
    public RawClient tunnelTo(InetSocketAddress destination) throws IOException {
        send(GREETING).expect(ANONYMOUS).send(connect(destination)).expectSuccess();
        return this;
    }

    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
