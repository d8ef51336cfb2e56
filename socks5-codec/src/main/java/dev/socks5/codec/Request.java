package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A client's request: a command and its destination (RFC 1928 section 4).
 *
 * <pre>
 * +-----+-----+-------+------+----------+----------+
 * | VER | CMD |  RSV  | ATYP | DST.ADDR | DST.PORT |
 * +-----+-----+-------+------+----------+----------+
 * |  1  |  1  | X'00' |  1   | Variable |    2     |
 * +-----+-----+-------+------+----------+----------+
 * </pre>
 *
 * @param command what to do
 * @param destination DST.ADDR and DST.PORT
 */
public record Request(Command command, Endpoint destination) implements ClientMessage {

    /**
     * A CONNECT request.
     *
     * @param destination where to connect to
     * @return the request
     */
    public static Request connect(Endpoint destination) {
        return new Request(Command.CONNECT, destination);
    }

    /**
     * Decodes a request, by the contract of this package. An unknown command decodes.
     *
     * @param in the bytes received
     * @return the request, or empty if it is incomplete
     * @throws MalformedMessageException if the version is not 5, the address type unknown, or a name empty
     */
    public static Optional<Request> decode(ByteBuffer in) throws MalformedMessageException {
        return Wire.decode(in, Request::read);
    }

    private static Request read(ByteBuffer in) throws MalformedMessageException {
        Wire.version(in, "request");
        Command command = Command.of(Wire.octet(in));
        Wire.octet(in); // RSV is ignored: rejecting it buys nothing.
        return new Request(command, Endpoint.read(in));
    }

    @Override
    public int encodedLength() {
        return 3 + destination.encodedLength();
    }

    @Override
    public void encode(ByteBuffer out) {
        Wire.reserve(out, encodedLength());
        out.put((byte) Wire.VERSION).put((byte) command.code()).put((byte) Wire.RESERVED);
        destination.write(out);
    }
}
