package dev.socks5.client.internal.async;

import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.client.internal.report.Stopwatch;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes a connected channel in non-blocking mode along a row of proxies, or along none. */
final class ChannelHandshakes implements Closeable {

    /** The operations to wait for when all handshakes are done. */
    static final int NOTHING = 0;

    private final SocketChannel channel;
    private final @Nullable ProxyChain chain; // null if the channel leads to the destination itself
    private final Stopwatch watch;
    private ByteBuffer out;

    ChannelHandshakes(SocketChannel channel, ProxyChain chain, Stopwatch watch) {
        this.channel = channel;
        this.chain = chain;
        this.watch = watch;
        this.out = Dialer.NOTHING;
    }

    /**
     * Makes those of a channel that needs none.
     *
     * @param firstBytes the first bytes to write
     */
    ChannelHandshakes(SocketChannel channel, ByteBuffer firstBytes) {
        this.channel = channel;
        this.chain = null;
        this.watch = Stopwatch.OFF; // There is no phase behind the dial.
        this.out = firstBytes.duplicate();
    }

    /** Gives the index of the proxy that has been reached. */
    int hop() {
        return chain == null ? 0 : chain.hop();
    }

    /**
     * Goes as far as it can without waiting.
     *
     * @return the operation that the channel has to be ready for to go on; {@link #NOTHING} if all handshakes are done
     */
    int proceed() throws IOException {
        if (chain == null) {
            return flush();
        }
        int awaited = NOTHING;
        while (awaited == NOTHING && chain.turn() != Turn.DONE) {
            try {
                awaited = out.hasRemaining() || chain.turn() == Turn.SEND ? send(chain) : receive(chain);
            } catch (Socks5Exception e) {
                throw e;
            } catch (IOException e) {
                throw (Socks5Exception) chain.closed().initCause(e);
            } finally {
                watch.see(chain); // After a failure as well: it may be about the next proxy already.
            }
        }
        return awaited;
    }

    private int send(ProxyChain proxies) throws IOException {
        if (!out.hasRemaining()) {
            requireNone(proxies.protection());
            out = proxies.send();
        }
        return flush();
    }

    private int flush() throws IOException {
        channel.write(out);
        return out.hasRemaining() ? SelectionKey.OP_WRITE : NOTHING;
    }

    private static void requireNone(Optional<Protection> protection) {
        protection.ifPresent(agreed -> {
            agreed.close();
            throw ProxyPath.noPlaceForProtection();
        });
    }

    private int receive(ProxyChain proxies) throws IOException {
        if (channel.read(proxies.input()) < 0) {
            throw new EOFException();
        }
        var unused = proxies.receive();
        return proxies.turn() == Turn.RECEIVE ? SelectionKey.OP_READ : NOTHING;
    }

    /** Ends the negotiations of methods. The channel stays open. */
    @Override
    public void close() {
        if (chain != null) {
            chain.close();
        }
    }
}
