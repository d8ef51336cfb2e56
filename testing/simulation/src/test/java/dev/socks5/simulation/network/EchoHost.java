package dev.socks5.simulation.network;

import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Backlog;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Listener;
import dev.socks5.server.internal.net.PortRange;
import dev.socks5.server.internal.net.Reserve;
import dev.socks5.server.internal.net.UdpPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Echoes what comes by TCP and UDP, on event loops of the server. Reads no more while something is unsent. */
final class EchoHost implements AutoCloseable {

    static final InetAddress ADDRESS = address("192.0.2.1");
    static final InetAddress ADDRESS6 = address("2001:db8::1");

    private static final int BUFFER = 64 * 1024;

    private final List<EventLoop> loops = new ArrayList<>();
    private final Listener listener;
    private @Nullable UdpPort udp;
    private int next;

    EchoHost(SimulatedNetwork network, int count) throws IOException {
        Backlog backlog = new Backlog(1 << 30, network::nanoTime);
        Reserve reserve = new Reserve(network::nanoTime);
        for (int i = 0; i < count; i++) {
            loops.add(new EventLoop(network, "loop-" + i, BUFFER, backlog, reserve));
        }
        listener = Listener.bind(network, ADDRESS, new PortRange(7, 7), 100);
        loops.forEach(EventLoop::start);
        loops.get(0).execute(() -> {
            try {
                listener.start(loops.get(0), new Acceptor());
                udp = UdpPort.listening(loops.get(0), ADDRESS, new PortRange(7, 7), new Datagrams());
            } catch (IOException e) {
                // No descriptor. Then it echoes TCP alone, or nothing.
            }
        });
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static InetSocketAddress at() {
        return new InetSocketAddress(ADDRESS, 7);
    }

    private final class Acceptor implements Listener.Owner {

        @Override
        public void accepted(Listener.Accepted peer) {
            EventLoop loop = loops.get(next++ % loops.size());
            loop.execute(() -> {
                try {
                    Connection connection = peer.on(loop);
                    connection.handOver(new Echo(connection));
                    connection.reading(true);
                } catch (IOException e) {
                    peer.close();
                }
            });
        }

        @Override
        public void failed(Throwable cause) {
            // It goes on.
        }

        @Override
        public void abort(CloseReason reason) {
            listener.close();
        }
    }

    private static final class Echo implements Connection.Owner {
        private final Connection connection;
        private boolean ended;

        private Echo(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void readable() throws IOException {
            ByteBuffer buffer = connection.loop().buffer();
            int count = connection.read(buffer);
            if (count < 0) {
                ended = true;
                connection.reading(false);
                sent(!connection.hasUnsent());
            } else if (count > 0 && !connection.write(buffer.flip())) {
                connection.reading(false);
            }
        }

        @Override
        public void sent(boolean everything) {
            if (everything && ended) {
                connection.close();
            } else if (everything) {
                connection.reading(true);
            }
        }

        @Override
        public void abort(CloseReason reason) {
            connection.close();
        }
    }

    private final class Datagrams implements UdpPort.Owner {

        @Override
        public void received(InetSocketAddress from, ByteBuffer datagram) {
            Objects.requireNonNull(udp).send(datagram, from);
        }

        @Override
        public void abort(CloseReason reason) {
            Objects.requireNonNull(udp).close();
        }
    }

    @Override
    public void close() throws InterruptedException {
        loops.forEach(EventLoop::stop);
        for (EventLoop loop : loops) {
            loop.join();
        }
    }
}
