package dev.socks5.testing;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ClientMessage;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerMessage;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Turn;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A proxy's side of GSSAPI, over the connection of a {@link ScriptedProxy} or under the protection of a proxy before
 * it.
 */
public final class GssapiPeer {

    public static final Endpoint BOUND = Endpoint.of("198.51.100.7", 1080);

    private static final int HEADER = 4;

    private final InputStream in;
    private final OutputStream out;
    private final FakeContext context = FakeContext.acceptor();
    private Decoder expected = Greeting::decode;
    private @Nullable Protection protection;
    private @Nullable InputStream unread;

    /** Decodes the message that comes next. */
    private interface Decoder {
        Optional<? extends ClientMessage> decode(ByteBuffer in) throws MalformedMessageException;
    }

    private GssapiPeer(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    public static GssapiPeer of(ScriptedProxy.Client client) throws IOException {
        return of(client.socket());
    }

    public static GssapiPeer of(Socket client) throws IOException {
        return of(client.getInputStream(), client.getOutputStream());
    }

    public static GssapiPeer of(InputStream in, OutputStream out) {
        return new GssapiPeer(in, out);
    }

    /** A proxy that talks through this one. */
    public GssapiPeer behind() {
        return new GssapiPeer(input(), output());
    }

    /** Takes the greeting, and selects GSSAPI. */
    public List<AuthMethod> select() throws IOException {
        Greeting greeting = (Greeting) next();
        send(new MethodSelection(AuthMethod.GSSAPI));
        return greeting.methods();
    }

    /** Takes the greeting, and lets everybody in. */
    public GssapiPeer selectNothing() throws IOException {
        next();
        send(new MethodSelection(AuthMethod.NO_AUTHENTICATION));
        return this;
    }

    /** All up to the request. */
    public GssapiPeer negotiate(ProtectionLevel least) throws IOException {
        return negotiate(least, false);
    }

    public GssapiPeer negotiate(ProtectionLevel least, boolean levelInClear) throws IOException {
        select();
        ServerNegotiation negotiation = ServerNegotiation.gssapi(
                context, least, ProtectionLevel.CONFIDENTIALITY, levelInClear, name -> Optional.of(() -> name));
        while (negotiation.turn() != Turn.DONE) {
            negotiation.receive(next().encode());
            if (negotiation.turn() == Turn.SEND) {
                send(negotiation.send());
            }
        }
        expected = Request::decode;
        protection = negotiation.protection().orElse(null);
        return this;
    }

    /** All up to the tunnel. */
    public GssapiPeer open(ProtectionLevel least) throws IOException {
        negotiate(least);
        accept();
        return this;
    }

    public Request accept() throws IOException {
        Request request = request();
        reply(BOUND);
        return request;
    }

    public Request request() throws IOException {
        return (Request) next();
    }

    public void reply(Endpoint bound) throws IOException {
        send(new Reply(ReplyCode.SUCCEEDED, bound));
    }

    public ClientMessage next() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        while (true) {
            int octet = input().read();
            if (octet < 0) {
                throw new EOFException("the client closed after " + octets.size() + " octets");
            }
            octets.write(octet);
            Optional<? extends ClientMessage> message = expected.decode(ByteBuffer.wrap(octets.toByteArray()));
            if (message.isPresent()) {
                return message.get();
            }
        }
    }

    public void send(ServerMessage message) throws IOException {
        output().write(array(message.encode()));
        if (message instanceof MethodSelection selection) {
            expected = after(selection.method());
        } else if (message instanceof PasswordResponse || message instanceof GssapiMessage.LevelNegotiation) {
            expected = Request::decode;
        }
    }

    private static Decoder after(AuthMethod method) {
        if (method.equals(AuthMethod.GSSAPI)) {
            return GssapiMessage::decode;
        }
        return method.equals(AuthMethod.USERNAME_PASSWORD) ? PasswordRequest::decode : Request::decode;
    }

    /** As it is. */
    public void send(ByteBuffer message) throws IOException {
        out.write(array(message));
    }

    public void send(byte... octets) throws IOException {
        out.write(octets);
    }

    public static byte[] array(ByteBuffer octets) {
        byte[] array = new byte[octets.remaining()];
        octets.get(array);
        return array;
    }

    public Protection protection() {
        return Objects.requireNonNull(protection);
    }

    /** One message. */
    public byte[] wrapped(byte... data) throws IOException {
        return array(protection().wrap(ByteBuffer.wrap(data)));
    }

    /** The data of one message; {@code null} at the end. */
    private byte @Nullable [] unwrapped(Protection current) throws IOException {
        byte[] header = in.readNBytes(HEADER);
        if (header.length == 0) {
            return null;
        }
        int length = ByteBuffer.wrap(header).getShort(2) & 0xFFFF;
        ByteBuffer message = ByteBuffer.allocate(HEADER + length).put(header).put(in.readNBytes(length));
        return array(current.unwrap(message.flip()).orElseThrow());
    }

    /** What comes under the protection, if there is one. */
    public InputStream input() {
        Protection current = protection;
        return current == null ? in : new Unwrapping(current);
    }

    public OutputStream output() {
        return protection == null ? out : new Wrapping(protection);
    }

    private final class Unwrapping extends InputStream {

        private final Protection current;

        private Unwrapping(Protection current) {
            this.current = current;
        }

        @Override
        public int read() throws IOException {
            byte[] octet = new byte[1];
            return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            while (length > 0 && (unread == null || unread.available() == 0)) {
                byte[] data = unwrapped(current);
                if (data == null) {
                    return -1;
                }
                unread = new ByteArrayInputStream(data);
            }
            return length == 0 ? 0 : Objects.requireNonNull(unread).read(into, offset, length);
        }
    }

    private final class Wrapping extends OutputStream {

        private final Protection current;

        private Wrapping(Protection current) {
            this.current = current;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            ByteBuffer data = ByteBuffer.wrap(octets, offset, length);
            while (data.hasRemaining()) {
                out.write(array(current.wrap(data)));
            }
        }
    }
}
