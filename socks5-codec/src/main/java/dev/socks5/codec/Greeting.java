package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The client's first message: the authentication methods that it offers (RFC 1928 section 3).
 *
 * <pre>
 * +-----+----------+----------+
 * | VER | NMETHODS | METHODS  |
 * +-----+----------+----------+
 * |  1  |    1     | 1 to 255 |
 * +-----+----------+----------+
 * </pre>
 *
 * @param methods 0 to 255 methods, in the client's order; none at all decodes, so that a server can answer it
 */
public record Greeting(List<AuthMethod> methods) implements ClientMessage {

    /**
     * Copies the list.
     *
     * @param methods 0 to 255 methods
     * @throws IllegalArgumentException if there are more
     */
    public Greeting {
        methods = List.copyOf(methods);
        Wire.requireOctet(methods.size(), "the number of methods");
    }

    /**
     * A greeting that offers these methods.
     *
     * @param methods 0 to 255 methods, in the client's order
     * @return the greeting
     */
    public static Greeting of(AuthMethod... methods) {
        return new Greeting(List.of(methods));
    }

    /**
     * Decodes a greeting, by the contract of this package.
     *
     * @param in the bytes received
     * @return the greeting, or empty if it is incomplete
     * @throws MalformedMessageException if the version is not 5
     */
    public static Optional<Greeting> decode(ByteBuffer in) throws MalformedMessageException {
        return Wire.decode(in, Greeting::read);
    }

    private static Greeting read(ByteBuffer in) throws MalformedMessageException {
        Wire.firstVersion(in, "greeting");
        AuthMethod[] methods = new AuthMethod[Wire.octet(in)];
        for (int i = 0; i < methods.length; i++) {
            methods[i] = AuthMethod.of(Wire.octet(in));
        }
        return new Greeting(List.of(methods));
    }

    @Override
    public int encodedLength() {
        return 2 + methods.size();
    }

    @Override
    public void encode(ByteBuffer out) {
        Wire.reserve(out, encodedLength());
        out.put((byte) Wire.VERSION).put((byte) methods.size());
        for (AuthMethod method : methods) {
            out.put((byte) method.code());
        }
    }
}
