package dev.socks5.benchmarks.load;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;

/** Sends datagrams back to the one relay whose datagram comes first: connected, a socket allocates nothing. */
final class DatagramEcho implements Handler {

    /** Room for a whole window, whatever the system's default is. */
    static final int SOCKET_BUFFER = 1 << 20;

    private final Loop loop;
    private final DatagramChannel channel;

    private DatagramEcho(Loop loop, DatagramChannel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    static Endpoint open(Loop loop) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
        channel.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
        loop.execute(() -> loop.register(channel, SelectionKey.OP_READ, new DatagramEcho(loop, channel)));
        return Endpoint.of((InetSocketAddress) channel.getLocalAddress());
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        ByteBuffer buffer = loop.buffer();
        if (!channel.isConnected()) {
            SocketAddress relay = channel.receive(buffer);
            if (relay != null) {
                channel.connect(relay);
                channel.write(buffer.flip());
            }
            return;
        }
        while (channel.read(buffer) > 0) {
            channel.write(buffer.flip());
            buffer.clear();
        }
    }
}
