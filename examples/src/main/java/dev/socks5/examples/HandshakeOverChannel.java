package dev.socks5.examples;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerMessage;
import dev.socks5.codec.Turn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * Drives the codec's {@link ClientHandshake} over a plain {@link SocketChannel}: all I/O, and every time limit, is the
 * caller's own.
 */
public final class HandshakeOverChannel {

    /** A reply with the longest name there can be. */
    private static final int LONGEST_ANSWER = 262;

    private HandshakeOverChannel() {}

    /**
     * Connects to a destination through a proxy.
     *
     * @param proxy a SOCKS5 proxy that asks for no login
     * @param destination where to connect to; a name is looked up by the proxy
     * @return a blocking channel; the first octet to read is the destination's
     * @throws IOException if there is no tunnel; a {@link dev.socks5.codec.Socks5Exception} says what the proxy said
     */
    public static SocketChannel connect(InetSocketAddress proxy, Endpoint destination) throws IOException {
        SocketChannel channel = SocketChannel.open(proxy);
        try {
            negotiate(channel, new ClientHandshake(Request.connect(destination)));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Negotiates until the next reply: that of a CONNECT, or either of the two of a BIND. */
    static Reply negotiate(SocketChannel channel, ClientHandshake handshake) throws IOException {
        ByteBuffer received = ByteBuffer.allocate(LONGEST_ANSWER);
        while (true) {
            if (handshake.turn() == Turn.SEND) {
                channel.write(handshake.send()); // A blocking channel writes it all.
                continue;
            }
            Optional<? extends ServerMessage> message = receive(channel, handshake, received);
            if (message.isPresent() && message.get() instanceof Reply reply) {
                return reply;
            }
        }
    }

    private static Optional<? extends ServerMessage> receive(
            SocketChannel channel, ClientHandshake handshake, ByteBuffer received) throws IOException {
        received.flip();
        int missing = handshake.missing(received);
        received.compact();
        // No more than that, for what follows the handshake belongs to the tunnel.
        if (missing > 0 && channel.read(received.limit(received.position() + missing)) < 0) {
            throw handshake.closed(received.flip());
        }
        received.flip();
        Optional<? extends ServerMessage> message = handshake.receive(received);
        received.compact();
        return message;
    }
}
