package dev.socks5.client;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Handshakes, one after the other, over a connected channel in non-blocking mode. */
final class ChannelHandshakes {

    /** There is nothing to wait for. */
    static final int NOTHING = 0;

    private final SocketChannel channel;
    private final Iterator<ClientHandshake> handshakes;
    private @Nullable Exchange exchange;
    private int hop = -1;
    private ByteBuffer out = ByteBuffer.allocate(0);

    ChannelHandshakes(SocketChannel channel, Iterator<ClientHandshake> handshakes) {
        this.channel = channel;
        this.handshakes = handshakes;
    }

    /** With which of the proxies it is, from 0; once it has begun. */
    int hop() {
        return hop;
    }

    /**
     * Goes as far as can be gone without waiting.
     *
     * @return the operation that the channel has to be ready for to go on; {@link #NOTHING} if all handshakes are done
     */
    int proceed() throws IOException {
        while (true) {
            Exchange current = exchange;
            if (current == null || current.turn() == Turn.DONE) {
                if (!handshakes.hasNext()) {
                    return NOTHING;
                }
                exchange = new Exchange(handshakes.next());
                hop++;
            } else {
                int awaited = step(current);
                if (awaited != NOTHING) {
                    return awaited;
                }
            }
        }
    }

    private int step(Exchange current) throws IOException {
        try {
            if (out.hasRemaining() || current.turn() == Turn.SEND) {
                return send(current);
            }
            return current.receive(channel::read).isEmpty() ? SelectionKey.OP_READ : NOTHING;
        } catch (Socks5Exception e) {
            throw e;
        } catch (IOException e) {
            throw current.ended(e);
        }
    }

    private int send(Exchange current) throws IOException {
        if (!out.hasRemaining()) {
            out = current.send();
        }
        channel.write(out);
        return out.hasRemaining() ? SelectionKey.OP_WRITE : NOTHING;
    }
}
