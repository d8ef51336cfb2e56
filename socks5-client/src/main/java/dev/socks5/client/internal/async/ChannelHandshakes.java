package dev.socks5.client.internal.async;

import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Takes a connected channel in non-blocking mode along a row of proxies. */
final class ChannelHandshakes {

    /** The operations to wait for when all handshakes are done. */
    static final int NOTHING = 0;

    private final SocketChannel channel;
    private final ProxyChain chain;
    private ByteBuffer out = ByteBuffer.allocate(0);

    ChannelHandshakes(SocketChannel channel, ProxyChain chain) {
        this.channel = channel;
        this.chain = chain;
    }

    /** Gives the index of the proxy that has been reached. */
    int hop() {
        return chain.hop();
    }

    /**
     * Goes as far as it can without waiting.
     *
     * @return the operation that the channel has to be ready for to go on; {@link #NOTHING} if all handshakes are done
     */
    int proceed() throws IOException {
        int awaited = NOTHING;
        while (awaited == NOTHING && chain.turn() != Turn.DONE) {
            try {
                awaited = out.hasRemaining() || chain.turn() == Turn.SEND ? send() : receive();
            } catch (Socks5Exception e) {
                throw e;
            } catch (IOException e) {
                throw (Socks5Exception) chain.closed().initCause(e);
            }
        }
        return awaited;
    }

    private int send() throws IOException {
        if (!out.hasRemaining()) {
            out = chain.send();
        }
        channel.write(out);
        return out.hasRemaining() ? SelectionKey.OP_WRITE : NOTHING;
    }

    private int receive() throws IOException {
        if (channel.read(chain.input()) < 0) {
            throw new EOFException();
        }
        var unused = chain.receive();
        return chain.turn() == Turn.RECEIVE ? SelectionKey.OP_READ : NOTHING;
    }
}
