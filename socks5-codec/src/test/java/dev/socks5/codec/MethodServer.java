package dev.socks5.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A proxy of a private method, and the proxies behind it: takes bytes from the client, and gives those for it. */
final class MethodServer {

    private static final int CAPACITY = 16_384;

    private final Spoken negotiation;
    private final @Nullable MethodServer next;
    private final byte[] tunnel;
    private final ServerHandshake handshake = new ServerHandshake();
    private final ByteBuffer arrived = ByteBuffer.allocate(CAPACITY).limit(0);
    private final ByteBuffer plain = ByteBuffer.allocate(CAPACITY).limit(0);
    private final ByteBuffer answers = ByteBuffer.allocate(CAPACITY);
    private final ByteBuffer tunnelled = ByteBuffer.allocate(CAPACITY);
    private boolean selected;
    private @Nullable Request request;
    private @Nullable Exception failure;

    /** The last one is where the tunnel ends, which begins with these bytes. */
    MethodServer(Spoken negotiation, @Nullable MethodServer next, byte[] tunnel) {
        this.negotiation = negotiation;
        this.next = next;
        this.tunnel = tunnel;
    }

    /** Takes bytes, and gives all that there is to say. */
    ByteBuffer take(ByteBuffer bytes) throws IOException {
        answers.clear();
        append(arrived, bytes);
        boolean more = true;
        while (more && failure == null) {
            boolean unprotected = unprotect();
            more = step() || unprotected;
        }
        return answers.flip();
    }

    private static void append(ByteBuffer to, ByteBuffer bytes) {
        to.compact().put(bytes).flip();
    }

    private boolean unprotect() throws IOException {
        if (protection().isEmpty()) {
            return false;
        }
        Optional<ByteBuffer> more = protection().get().unwrap(arrived);
        more.ifPresent(bytes -> append(plain, bytes));
        return more.isPresent();
    }

    private Optional<Protection> protection() {
        return selected ? negotiation.protection() : Optional.empty();
    }

    private ByteBuffer in() {
        return protection().isPresent() ? plain : arrived;
    }

    private void say(ByteBuffer bytes) throws IOException {
        if (protection().isPresent()) {
            while (bytes.hasRemaining()) {
                answers.put(protection().get().wrap(bytes));
            }
        }
        answers.put(bytes);
    }

    private boolean isNegotiating() {
        return selected && (negotiation.turn() == Turn.SEND || negotiation.turn() == Turn.RECEIVE);
    }

    private boolean step() throws IOException {
        try {
            return switch (handshake.turn()) {
                case SEND -> speak();
                case RECEIVE -> isNegotiating() ? negotiation.receive(in()) : hear();
                case DONE -> forward();
                case FAILED -> throw new AuthenticationFailedException("ends in failure", 1);
            };
        } catch (Socks5Exception | IllegalArgumentException e) {
            failure = e;
            return false;
        }
    }

    private boolean speak() throws IOException {
        if (isNegotiating()) {
            Optional<Protection> before = protection();
            ByteBuffer word = negotiation.send();
            if (before.isEmpty()) {
                answers.put(word); // also the last one, which is not protected
            }
        } else if (request == null) {
            say(handshake.select(negotiation));
            selected = true;
        } else {
            say(handshake.send(Reply.success(Endpoint.UNSPECIFIED)));
            if (next == null) {
                say(ByteBuffer.wrap(tunnel));
            }
        }
        return true;
    }

    private boolean hear() throws Socks5Exception {
        Optional<? extends ClientMessage> message = handshake.receive(in());
        if (message.isPresent() && message.get() instanceof Request asked) {
            request = asked;
        }
        return message.isPresent();
    }

    private boolean forward() throws IOException {
        boolean more = in().hasRemaining();
        if (next == null) {
            tunnelled.put(in());
        } else {
            say(next.take(in()));
            if (next.failure() != null) {
                throw new AuthenticationFailedException("the next one has ended the connection", 1);
            }
        }
        return more;
    }

    @Nullable
    Request request() {
        return request;
    }

    /** Why it has ended the connection. */
    @Nullable
    Exception failure() {
        return failure;
    }

    String tunnelled() {
        return Buffers.hex(tunnelled.duplicate().flip());
    }
}
