package dev.socks5.conformance.peer;

import dev.socks5.codec.Address;
import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads and writes the messages of a server, field by field: each is a step to override. */
public class Messages {

    public static final int NO_AUTHENTICATION = 0x00;
    public static final int GSSAPI = 0x01;
    public static final int PASSWORD = 0x02;
    public static final int NO_ACCEPTABLE = 0xFF;

    /** What a failure has for BND.ADDR and BND.PORT. */
    public static final InetSocketAddress NO_ADDRESS = new InetSocketAddress("0.0.0.0", 0);

    /** Reads VER, NMETHODS and METHODS (RFC 1928 section 3). */
    protected byte[] readGreeting(Session session) throws IOException {
        requireVersion(session.read());
        return session.read(session.read());
    }

    /** Ends the connection unless the version of the greeting or of the request is that of SOCKS5. */
    protected void requireVersion(int version) throws IOException {
        if (version != 5) {
            throw new ProtocolException("version " + version);
        }
    }

    /** Writes VER and METHOD (RFC 1928 section 3). */
    protected void writeSelection(Session session, int method) throws IOException {
        session.write(5, method);
    }

    /** Reads VER, ULEN, UNAME, PLEN and PASSWD (RFC 1929 section 2). */
    protected byte[][] readLogin(Session session) throws IOException {
        requireLoginVersion(session.read());
        byte[] user = session.read(session.read());
        return new byte[][] {user, session.read(session.read())};
    }

    /** Ends the connection unless the version of a login is 1. */
    protected void requireLoginVersion(int version) throws IOException {
        if (version != 1) {
            throw new ProtocolException("login of version " + version);
        }
    }

    /** Writes VER and STATUS (RFC 1929 section 2). */
    protected void writeLoginAnswer(Session session, int status) throws IOException {
        session.write(1, status);
    }

    /** Writes VER and MTYP of a refusal (RFC 1961 section 3.8). */
    protected void writeAbort(Session session) throws IOException {
        session.write(1, 0xFF);
    }

    /** Reads VER, CMD, RSV, ATYP, DST.ADDR and DST.PORT (RFC 1928 section 4). */
    protected Request readRequest(Session session) throws IOException {
        requireVersion(session.read());
        int command = session.read();
        readReserved(session);
        Address address = readAddress(session, session.read());
        return new Request(Command.of(command), new Endpoint(address, session.readShort()));
    }

    /** Reads RSV, which means nothing. */
    protected void readReserved(Session session) throws IOException {
        session.read();
    }

    /** Reads DST.ADDR of a type (RFC 1928 section 5). */
    protected Address readAddress(Session session, int type) throws IOException {
        return switch (type) {
            case 1 -> Address.of(InetAddress.getByAddress(session.read(4)));
            case 3 -> readName(session);
            case 4 -> {
                // Not by InetAddress, which takes an IPv4-mapped address for one of IPv4
                ByteBuffer octets = ByteBuffer.wrap(session.read(16));
                yield new Ipv6Address(octets.getLong(), octets.getLong());
            }
            default -> throw new Refused(0x08);
        };
    }

    /** Reads a name with its length; an empty one is refused, with the port read. */
    protected Address readName(Session session) throws IOException {
        byte[] name = session.read(session.read());
        if (name.length == 0) {
            session.readShort();
            throw new Refused(0x01);
        }
        return new DomainName(new String(name, StandardCharsets.ISO_8859_1));
    }

    /** Writes a reply in one piece. */
    protected void writeReply(Session session, int code, InetSocketAddress bound) throws IOException {
        session.write(reply(code, bound));
    }

    /** Encodes VER, REP, RSV, ATYP, BND.ADDR and BND.PORT (RFC 1928 section 6). */
    protected byte[] reply(int code, InetSocketAddress bound) {
        byte[] address = bound.getAddress().getAddress();
        return ByteBuffer.allocate(6 + address.length)
                .put((byte) 5)
                .put((byte) code)
                .put((byte) 0)
                .put((byte) (address.length == 4 ? 1 : 4))
                .put(address)
                .putShort((short) bound.getPort())
                .array();
    }
}
