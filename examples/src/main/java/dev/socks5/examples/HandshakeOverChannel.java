package dev.socks5.examples;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Request;
import dev.socks5.codec.Turn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * Drives the codec's {@link ProxyChain} over a plain {@link SocketChannel}: all I/O, and every time limit, is the
 * caller's own.
 */
public final class HandshakeOverChannel {

    private HandshakeOverChannel() {}

    /**
     * Connects to a destination through a proxy.
     *
     * @param proxy a SOCKS5 proxy that asks for no login
     * @param destination where to connect to; a name is looked up by the proxy
     * @return a blocking channel; the first byte to read is the destination's
     * @throws IOException if there is no tunnel; a {@link dev.socks5.codec.Socks5Exception} says what the proxy said
     */
    public static SocketChannel connect(InetSocketAddress proxy, Endpoint destination) throws IOException {
        ProxyChain.Hop hop = ProxyChain.Hop.of(Endpoint.of(proxy), null);
        SocketChannel channel = SocketChannel.open(proxy);
        try {
            walk(channel, new ProxyChain(List.of(hop), Request.connect(destination)));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void walk(SocketChannel channel, ProxyChain chain) throws IOException {
        while (chain.turn() != Turn.DONE) {
            if (chain.turn() == Turn.SEND) {
                channel.write(chain.send()); // A blocking channel writes it all.
            } else if (channel.read(chain.input()) < 0) {
                throw chain.closed();
            } else {
                chain.receive();
            }
        }
    }
}
