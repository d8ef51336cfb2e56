package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The header before the payload of every datagram between client and relay (RFC 1928 section 7).
 *
 * <pre>
 * +-------+------+------+----------+----------+----------+
 * |  RSV  | FRAG | ATYP | DST.ADDR | DST.PORT |   DATA   |
 * +-------+------+------+----------+----------+----------+
 * |   2   |  1   |  1   | Variable |    2     | Variable |
 * +-------+------+------+----------+----------+----------+
 * </pre>
 *
 * <p>DATA is not part of this record: after decoding it is what remains in the buffer.
 *
 * @param fragment FRAG, 0x00 to 0xFF: 0 is a datagram by itself
 * @param destination DST.ADDR and DST.PORT; in a datagram to the client, where it came from
 */
public record UdpHeader(int fragment, Endpoint destination) implements Message {

    private static final int FIXED_LENGTH = 3;

    /** The length of the longest header in bytes: one with a name of 255 bytes. */
    public static final int MAX_LENGTH = FIXED_LENGTH + Endpoint.MAX_LENGTH;

    /** The length in bytes of the longest datagram that UDP over IPv4 carries, its header here included. */
    public static final int MAX_DATAGRAM = 65_507;

    /**
     * Checks the range.
     *
     * @param fragment 0x00 to 0xFF
     * @param destination DST.ADDR and DST.PORT
     * @throws IllegalArgumentException if the fragment number is out of range
     */
    public UdpHeader {
        Wire.requireOctet(fragment, "a fragment number");
    }

    /**
     * The header of a datagram by itself.
     *
     * @param destination DST.ADDR and DST.PORT
     * @return the header, its fragment number 0
     */
    public static UdpHeader of(Endpoint destination) {
        return new UdpHeader(0, destination);
    }

    /**
     * Decodes a header, by the contract of this package. A datagram is all there is: an empty result means that it was
     * cut short.
     *
     * @param in the datagram received
     * @return the header, or empty if the datagram is too short for it
     * @throws MalformedMessageException if the address type is unknown, or a name empty
     */
    public static Optional<UdpHeader> decode(ByteBuffer in) throws MalformedMessageException {
        return Wire.decode(in, UdpHeader::read);
    }

    private static UdpHeader read(ByteBuffer in) throws MalformedMessageException {
        Wire.octet(in); // RSV is ignored: rejecting it buys nothing.
        Wire.octet(in);
        return new UdpHeader(Wire.octet(in), Endpoint.read(in));
    }

    @Override
    public int encodedLength() {
        return FIXED_LENGTH + destination.encodedLength();
    }

    @Override
    public void encode(ByteBuffer out) {
        Wire.reserve(out, encodedLength());
        out.put((byte) Wire.RESERVED).put((byte) Wire.RESERVED).put((byte) fragment);
        destination.write(out);
    }
}
