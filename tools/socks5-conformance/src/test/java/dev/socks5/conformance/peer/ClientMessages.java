package dev.socks5.conformance.peer;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;

/** Reads and writes the messages of a client, field by field: each is a step to override. */
public class ClientMessages {

    public static final int CONNECT = 1;
    public static final int BIND = 2;
    public static final int ASSOCIATE = 3;

    /** VER, NMETHODS and METHODS (RFC 1928 section 3). */
    protected byte[] greeting(boolean withLogin) {
        return withLogin ? new byte[] {5, 2, 0, 2} : new byte[] {5, 1, 0};
    }

    /** Reads VER and METHOD (RFC 1928 section 3). */
    protected int readSelection(InputStream in) throws IOException {
        byte[] selection = read(in, 2);
        requireVersion(selection[0]);
        return Byte.toUnsignedInt(selection[1]);
    }

    /** Fails unless the version is that of SOCKS5. */
    protected void requireVersion(int version) throws IOException {
        require(version == 5, "version " + version);
    }

    /** VER, ULEN, UNAME, PLEN and PASSWD (RFC 1929 section 2). */
    protected byte[] login(String user, String password) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(1);
        out.write(user.length());
        out.writeBytes(ascii(user));
        out.write(password.length());
        out.writeBytes(ascii(password));
        return out.toByteArray();
    }

    /** Reads VER and STATUS (RFC 1929 section 2). */
    protected void readLoginAnswer(InputStream in) throws IOException {
        requireStatus(read(in, 2)[1]);
    }

    /** Fails unless the login has succeeded. */
    protected void requireStatus(int status) throws IOException {
        require(status == 0, "status " + status);
    }

    /** VER, CMD, RSV, ATYP, DST.ADDR and DST.PORT (RFC 1928 section 4). */
    protected byte[] request(int command, String host, int port) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(5);
        out.write(command);
        out.write(reserved());
        out.writeBytes(destination(host));
        out.writeBytes(port(port));
        return out.toByteArray();
    }

    /** RSV. */
    protected int reserved() {
        return 0;
    }

    /** ATYP and DST.ADDR (RFC 1928 section 5). */
    protected byte[] destination(String host) throws IOException {
        if (!host.contains(":") && !host.matches("[0-9.]+")) {
            return name(host);
        }
        byte[] address = octets(host);
        return joined(new byte[] {(byte) (address.length == 4 ? 1 : 4)}, address);
    }

    /** The bytes of an address. */
    protected byte[] octets(String address) throws IOException {
        return InetAddress.getByName(address).getAddress();
    }

    /** ATYP 3, the length and the name. */
    protected byte[] name(String name) throws IOException {
        return joined(new byte[] {3, (byte) name.length()}, ascii(name));
    }

    /** DST.PORT. */
    protected byte[] port(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port};
    }

    /** Reads VER, REP, RSV, ATYP, BND.ADDR and BND.PORT (RFC 1928 section 6). */
    protected InetSocketAddress readReply(InputStream in) throws IOException {
        byte[] start = read(in, 2);
        requireReplyVersion(start[0]);
        requireSuccess(in, Byte.toUnsignedInt(start[1]));
        checkReserved(in, read(in, 1)[0]);
        byte[] address = readAddress(in, read(in, 1)[0]);
        byte[] port = read(in, 2);
        int number = Byte.toUnsignedInt(port[0]) << 8 | Byte.toUnsignedInt(port[1]);
        return address.length == 4 || address.length == 16
                ? new InetSocketAddress(InetAddress.getByAddress(address), number)
                : InetSocketAddress.createUnresolved(new String(address, StandardCharsets.ISO_8859_1), number);
    }

    /** Fails unless the version of a reply is that of SOCKS5. */
    protected void requireReplyVersion(int version) throws IOException {
        requireVersion(version);
    }

    /** Fails unless REP says success. */
    protected void requireSuccess(InputStream in, int code) throws IOException {
        require(code == 0, "reply " + code);
    }

    /** Ignores RSV of a reply. */
    protected void checkReserved(InputStream in, int reserved) throws IOException {}

    /** Reads BND.ADDR of a type. */
    protected byte[] readAddress(InputStream in, int type) throws IOException {
        return switch (type) {
            case 1 -> read(in, 4);
            case 3 -> readName(in, Byte.toUnsignedInt(read(in, 1)[0]));
            case 4 -> read(in, 16);
            default -> throw new ProtocolException("address type " + type);
        };
    }

    /** Reads the bytes of a name. */
    protected byte[] readName(InputStream in, int length) throws IOException {
        return read(in, length);
    }

    /** Reads exactly so many bytes. */
    protected byte[] read(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the connection has ended");
        }
        return bytes;
    }

    /** Fails unless something holds. */
    protected static void require(boolean holds, String message) throws IOException {
        if (!holds) {
            throw new ProtocolException(message);
        }
    }

    protected static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    protected static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(first);
        out.writeBytes(second);
        return out.toByteArray();
    }
}
