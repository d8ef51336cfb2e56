package dev.socks5.server.internal.front;

import dev.socks5.codec.Address;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Ipv4Address;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.server.ClientAddress;
import java.net.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header in which a balancer says whose connection it relays, before anything else (HAProxy's PROXY protocol,
 * versions 1 and 2).
 *
 * <pre>
 * version 1, one line of text, 107 bytes at most
 *   PROXY TCP4|TCP6 source destination source-port destination-port CR LF
 *   PROXY UNKNOWN anything CR LF
 *
 * version 2
 * +-----------+---------------+-----------------+-----+------------------------------------------------+
 * | SIGNATURE | VER | COMMAND | FAMILY | PROTO. | LEN | source, destination, their ports, and extensions |
 * +-----------+---------------+-----------------+-----+------------------------------------------------+
 * |    12     |       1       |        1        |  2  |                 LEN, 4095 at most              |
 * +-----------+---------------+-----------------+-----+------------------------------------------------+
 * </pre>
 *
 * @param source the client that the balancer relays for; {@code null} if it speaks for itself, as in a health check, or
 *     does not know
 */
record ProxyHeader(@Nullable Endpoint source) {

    private static final String PREFIX = "PROXY ";
    private static final int MAX_LINE = 107;
    private static final int FIELDS = 5;
    private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int MAX_FAMILY = 0x3;
    private static final int MAX_PROTOCOL = 0x2;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;
    private static final int IPV4_LENGTH = 2 * Integer.BYTES + 2 * Short.BYTES;
    private static final int IPV6_LENGTH = 4 * Long.BYTES + 2 * Short.BYTES;

    /**
     * The specification sets no bound except that of two bytes; real extensions, such as a certificate's name, are far
     * below.
     */
    private static final int MAX_LENGTH_HIGH = 0x0F;

    private static final ProxyHeader OWN = new ProxyHeader(null);

    /**
     * Balancers that listen for both families may write IPv4 clients in the form of IPv6; they are the same clients.
     */
    ProxyHeader {
        source = source == null ? null : source.unmapped();
    }

    /** Returns the client of a connection that comes from this peer. */
    ClientAddress client(ClientAddress peer) {
        return source == null ? peer : ClientAddress.of(source.toInetSocketAddress());
    }

    /**
     * Decodes a header by the contract of the codec: an incomplete header gives nothing and leaves the buffer as it is;
     * a malformed one throws, as soon as that is proven, and leaves the buffer too; bytes behind the header stay. The
     * fields of a line are judged at its end, as the specification demands.
     *
     * @throws ProtocolException if it is no such header; its message has nothing that was received
     */
    static Optional<ProxyHeader> decode(ByteBuffer in) throws ProtocolException {
        ByteBuffer bytes = in.slice(); // From zero, and in network byte order whatever the buffer's is.
        try {
            ProxyHeader header = read(bytes);
            in.position(in.position() + bytes.position());
            return Optional.of(header);
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static ProxyHeader read(ByteBuffer in) throws ProtocolException {
        byte first = in.get();
        in.rewind();
        return first == SIGNATURE.charAt(0) ? readBlock(in) : readLine(in);
    }

    private static void expect(ByteBuffer in, String bytes) throws ProtocolException {
        for (int i = 0; i < bytes.length(); i++) {
            require(in.get() == bytes.charAt(i), "no PROXY header");
        }
    }

    private static ProxyHeader readLine(ByteBuffer in) throws ProtocolException {
        expect(in, PREFIX);
        String[] fields = restOfLine(in).split(" ", -1);
        if (fields[0].equals("UNKNOWN")) {
            return OWN;
        }
        require(fields.length == FIELDS, "a line of the wrong form");
        try {
            Address source = address(fields[0], fields[1]);
            address(fields[0], fields[2]);
            port(fields[4]);
            return new ProxyHeader(new Endpoint(source, port(fields[3])));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("PROXY header: a line with a wrong address or port");
        }
    }

    /** Reads up to the two bytes that end a line: neither of them ends it by itself. */
    private static String restOfLine(ByteBuffer in) throws ProtocolException {
        int start = in.position();
        for (byte octet = in.get(); octet != '\r'; octet = in.get()) {
            require(octet != '\n' && in.position() < MAX_LINE - 1, "a line without its end");
        }
        require(in.get() == '\n', "a line without its end");
        byte[] line = new byte[in.position() - start - 2];
        in.get(start, line);
        return new String(line, StandardCharsets.ISO_8859_1);
    }

    private static Address address(String protocol, String text) throws ProtocolException {
        return switch (protocol) {
            case "TCP4" -> Ipv4Address.parse(text);
            case "TCP6" -> Ipv6Address.parse(text);
            default -> throw new ProtocolException("PROXY header: an unknown protocol");
        };
    }

    /** Reads a port without zeros in front: a number has one form. */
    private static int port(String text) {
        if (!PORT.matcher(text).matches()) {
            throw new IllegalArgumentException("not a port");
        }
        return new Endpoint(Ipv4Address.UNSPECIFIED, Integer.parseInt(text)).port();
    }

    private static ProxyHeader readBlock(ByteBuffer in) throws ProtocolException {
        expect(in, SIGNATURE);
        int command = octet(in);
        require(command == LOCAL || command == PROXY, "an unknown version or command");
        int transport = octet(in);
        boolean relayed = command == PROXY; // What else LOCAL says is to be ignored.
        boolean known = transport >> 4 <= MAX_FAMILY && (transport & 0xF) <= MAX_PROTOCOL;
        require(known || !relayed, "an unknown family or protocol");
        int high = octet(in);
        require(high <= MAX_LENGTH_HIGH, "longer than is taken here");
        int length = (high << 8) | octet(in);
        boolean ipv4 = relayed && transport == TCP_OVER_IPV4;
        boolean ipv6 = relayed && transport == TCP_OVER_IPV6;
        require((!ipv4 || length >= IPV4_LENGTH) && (!ipv6 || length >= IPV6_LENGTH), "too short for its addresses");
        byte[] rest = new byte[length];
        in.get(rest); // Whole, with the extensions, which say nothing that matters here.
        ByteBuffer block = ByteBuffer.wrap(rest);
        if (ipv4) {
            return new ProxyHeader(new Endpoint(new Ipv4Address(block.getInt()), port(block, IPV4_LENGTH)));
        }
        if (ipv6) {
            Address source = new Ipv6Address(block.getLong(), block.getLong());
            return new ProxyHeader(new Endpoint(source, port(block, IPV6_LENGTH)));
        }
        return OWN; // Also for UDP and Unix sockets: to be read as "unspecified" by those who do not serve them.
    }

    /**
     * Reads the port of the source, which comes before that of the destination; both stand at the end of the addresses.
     */
    private static int port(ByteBuffer block, int addressesLength) {
        return Short.toUnsignedInt(block.getShort(addressesLength - 2 * Short.BYTES));
    }

    private static int octet(ByteBuffer in) {
        return Byte.toUnsignedInt(in.get());
    }

    private static void require(boolean valid, String otherwise) throws ProtocolException {
        if (!valid) {
            throw new ProtocolException("PROXY header: " + otherwise);
        }
    }
}
