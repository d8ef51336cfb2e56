package dev.socks5.examples;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/** A proxy that listens in this program's place, for one connection: BIND (RFC 1928 section 6). It sets no time limit of its own. */
public final class RemoteListener implements Closeable {

    private final SocketChannel channel;
    private final ClientHandshake handshake;
    private final Endpoint address;

    private RemoteListener(SocketChannel channel, ClientHandshake handshake, Endpoint address) {
        this.channel = channel;
        this.handshake = handshake;
        this.address = address;
    }

    /**
     * A connection that has been accepted.
     *
     * @param peer where it comes from
     * @param channel blocking; the first octet to read is the peer's
     */
    public record Accepted(Endpoint peer, SocketChannel channel) {}

    /**
     * Has a proxy listen.
     *
     * @param proxy a SOCKS5 proxy that asks for no login
     * @param expected who will connect; the port is 0 if that is not known
     * @return once the proxy listens
     * @throws IOException if it does not; a {@link dev.socks5.codec.Socks5Exception} says what the proxy said
     */
    public static RemoteListener open(InetSocketAddress proxy, Endpoint expected) throws IOException {
        SocketChannel channel = SocketChannel.open(proxy);
        try {
            ClientHandshake handshake = new ClientHandshake(new Request(Command.BIND, expected));
            Reply first = HandshakeOverChannel.negotiate(channel, handshake);
            return new RemoteListener(channel, handshake, first.bound());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Where the proxy listens.
     *
     * @return what the peer has to be told
     */
    public Endpoint address() {
        return address;
    }

    /**
     * Waits for the connection. There is only one, and it becomes this listener's: {@link #close()} closes it.
     *
     * @return the connection
     * @throws IOException if nobody came in time, or the proxy has closed
     */
    public Accepted accept() throws IOException {
        Reply second = HandshakeOverChannel.negotiate(channel, handshake);
        return new Accepted(second.bound(), channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
