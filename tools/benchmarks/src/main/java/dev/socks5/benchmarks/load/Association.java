package dev.socks5.benchmarks.load;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The connection that an association lives as long as. */
final class Association extends Tunnel {

    /** The datagrams come from the address of this connection, and their port is not known yet. */
    private static final Request REQUEST = new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED);

    private final Load load;
    private final DatagramWindow window;

    Association(Load load, DatagramWindow window) {
        super(load, () -> REQUEST);
        this.load = load;
        this.window = window;
    }

    @Override
    void opened(SelectionKey key, Reply reply) throws IOException {
        InetSocketAddress bound = reply.bound().toInetSocketAddress();
        InetAddress host = bound.isUnresolved() || bound.getAddress().isAnyLocalAddress()
                ? load.dialer().server().getAddress()
                : bound.getAddress();
        InetSocketAddress here = (InetSocketAddress) ((SocketChannel) key.channel()).getLocalAddress();
        window.start(here.getAddress(), new InetSocketAddress(host, bound.getPort()));
        add(1);
    }

    @Override
    void move(SelectionKey key) throws IOException {
        if (((SocketChannel) key.channel()).read(buffer()) < 0) {
            throw new IOException("the server closed an association");
        }
    }
}
