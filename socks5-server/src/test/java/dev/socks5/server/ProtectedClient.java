package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.GssapiToken;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.testing.FakeContext;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client with a security mechanism. What it sends and reads is protected once that was agreed. */
public final class ProtectedClient implements AutoCloseable {

    static final String GREETING = "05 01 01";
    public static final String SELECTED = "05 01";
    public static final String ABORTED = "01 ff";

    private final RawClient raw;
    private final FakeContext context;
    private final ClientNegotiation negotiation;
    private @Nullable Protection protection;
    private ByteBuffer received = ByteBuffer.allocate(0);
    private ByteBuffer unwrapped = ByteBuffer.allocate(0);

    public ProtectedClient(Socks5Server server, String name, ProtectionLevel level, boolean levelInClear)
            throws IOException {
        raw = new RawClient(server);
        context = FakeContext.initiator(name);
        negotiation = ClientNegotiation.gssapi(context, level, levelInClear);
        raw.send(GREETING).expect(SELECTED);
    }

    /** A client that has agreed to a level. */
    public static ProtectedClient loggedIn(Socks5Server server, ProtectionLevel level) throws IOException {
        return new ProtectedClient(server, "alice", level, false).negotiate();
    }

    public RawClient raw() {
        return raw;
    }

    /** What it would say next. */
    public byte[] said() throws IOException {
        return negotiation.turn() == Turn.SEND ? negotiation.send().array() : new byte[0];
    }

    /** Says what it has to say, and hears the answer. */
    public ProtectedClient pending() throws IOException {
        raw.send(said());
        hear();
        return this;
    }

    public void hear() throws IOException {
        while (!negotiation.receive(received)) {
            receive();
        }
    }

    private void receive() throws IOException {
        byte[] more = new byte[8_192];
        int count = raw.socket().getInputStream().read(more);
        if (count < 0) {
            throw new EOFException();
        }
        received = ByteBuffer.allocate(received.remaining() + count)
                .put(received)
                .put(more, 0, count)
                .flip();
    }

    public ProtectedClient negotiate() throws IOException {
        while (negotiation.turn() != Turn.DONE) {
            pending();
        }
        protection = negotiation.protection().orElse(null);
        return this;
    }

    public Optional<Protection> protection() {
        return Optional.ofNullable(protection);
    }

    /** Octets as they go over the network. */
    public byte[] wrapped(byte[] octets) throws IOException {
        Protection agreed = protection;
        if (agreed == null) {
            return octets;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer data = ByteBuffer.wrap(octets);
        while (data.hasRemaining()) {
            all.writeBytes(agreed.wrap(data).array());
        }
        return all.toByteArray();
    }

    public ProtectedClient send(byte[] octets) throws IOException {
        raw.send(wrapped(octets));
        return this;
    }

    /** Protected octets, encrypted, though the level is not agreed upon yet. */
    public byte[] wrappedAhead(byte[] octets) throws Socks5Exception {
        byte[] token = context.wrap(ByteBuffer.wrap(octets), true);
        return new GssapiMessage.Encapsulated(GssapiToken.of(token)).encode().array();
    }

    public byte[] read(int count) throws IOException {
        Protection agreed = protection;
        if (agreed == null) {
            return raw.read(count);
        }
        ByteBuffer all = ByteBuffer.allocate(count);
        while (all.hasRemaining()) {
            if (!unwrapped.hasRemaining()) {
                unwrapped = next(agreed);
            }
            int length = Math.min(all.remaining(), unwrapped.remaining());
            all.put(unwrapped.slice().limit(length));
            unwrapped.position(unwrapped.position() + length);
        }
        return all.array();
    }

    private ByteBuffer next(Protection agreed) throws IOException {
        Optional<ByteBuffer> next = agreed.unwrap(received);
        while (next.isEmpty()) {
            receive();
            next = agreed.unwrap(received);
        }
        return next.get();
    }

    /** A reply of success, with an IPv4 address. */
    public ProtectedClient expectSuccess() throws IOException {
        assertThat(RawClient.hex(read(10))).startsWith("05 00 00 01");
        return this;
    }

    public ProtectedClient tunnelTo(InetSocketAddress destination) throws IOException {
        return send(RawClient.bytes(RawClient.connect(destination))).expectSuccess();
    }

    @Override
    public void close() throws IOException {
        raw.close();
        negotiation.close();
    }
}
