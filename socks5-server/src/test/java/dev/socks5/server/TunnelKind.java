package dev.socks5.server;

import dev.socks5.server.transport.Dialer;
import dev.socks5.server.transport.Overlapped;
import dev.socks5.server.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;

/** The ways to a tunnel. What holds for one of them holds for the others. */
public enum TunnelKind {
    DIRECT {
        @Override
        public Ends open(Socks5ServerBuilder builder) throws Exception {
            Origin origin = new Origin();
            Socks5Server server = builder.start();
            RawClient client = new RawClient(server).tunnelTo(origin.address());
            return new Ends(server, client, origin.take(), origin);
        }
    },
    UPSTREAM {
        @Override
        public Ends open(Socks5ServerBuilder builder) throws Exception {
            RawUpstream upstream = new RawUpstream();
            Socks5Server server = builder.connector(Connector.always(Route.through(upstream.upstream())))
                    .start();
            RawClient client = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            String request = RawClient.connect("origin.example", 80);
            client.send(request);
            upstream.acceptRequest(request).send("05 00 00 01 00 00 00 00 00 00");
            client.expectSuccess();
            return new Ends(server, client, upstream.socket(), upstream);
        }
    },
    BIND {
        @Override
        public Ends open(Socks5ServerBuilder builder) throws Exception {
            Socks5Server server = builder.start();
            RawClient client = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            InetSocketAddress bound =
                    client.send("05 02 00 01 7f 00 00 01 00 00").readReply();
            Socket peer = new Socket();
            peer.setSoTimeout(RawClient.PATIENCE_MILLIS);
            peer.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            peer.connect(bound);
            client.expectSuccess();
            return new Ends(server, client, peer, peer);
        }
    },
    OWN_CHANNEL {
        @Override
        public Ends open(Socks5ServerBuilder builder) throws Exception {
            return by(builder, origin -> Transport.of(SocketChannel.open(origin)));
        }
    },
    OWN_ASYNCHRONOUS {
        @Override
        public Ends open(Socks5ServerBuilder builder) throws Exception {
            return by(builder, origin -> {
                SocketChannel channel = SocketChannel.open(origin);
                return Transport.of(new Overlapped(channel))
                        .endingOutputBy(channel::shutdownOutput)
                        .resettingBy(() -> channel.setOption(StandardSocketOptions.SO_LINGER, 0));
            });
        }
    },
    OWN_BLOCKING {
        @Override
        public Ends open(Socks5ServerBuilder builder) throws Exception {
            return by(builder, origin -> {
                SocketChannel channel = SocketChannel.open(origin);
                return Transport.ofBlocking(channel)
                        .endingOutputBy(channel::shutdownOutput)
                        .resettingBy(() -> channel.setOption(StandardSocketOptions.SO_LINGER, 0));
            });
        }
    },
    OWN_SOCKET_LATER {
        @Override
        public Ends open(Socks5ServerBuilder builder) throws Exception {
            return by(builder, origin -> {
                Socket socket = new Socket(origin.getAddress(), origin.getPort());
                return Transport.when(CompletableFuture.completedFuture(Transport.of(socket)));
            });
        }
    };

    /** Which of the two does something first. */
    public enum Side {
        CLIENT,
        FAR
    }

    /** Opens a tunnel through a server of its own. */
    public abstract Ends open(Socks5ServerBuilder builder) throws Exception;

    private interface Reached {
        Transport reach(InetSocketAddress origin) throws IOException;
    }

    private static Ends by(Socks5ServerBuilder builder, Reached reached) throws Exception {
        Origin origin = new Origin();
        Dialer dialer = request -> reached.reach(request.target().toInetSocketAddress());
        Socks5Server server =
                builder.connector(Connector.always(Route.by(dialer))).start();
        RawClient client = new RawClient(server).tunnelTo(origin.address());
        return new Ends(server, client, origin.take(), origin);
    }

    /** An open tunnel, seen from outside. */
    public record Ends(Socks5Server server, RawClient client, Socket far, AutoCloseable behind)
            implements AutoCloseable {

        public Socket socket(Side side) {
            return side == Side.CLIENT ? client.socket() : far;
        }

        public Socket other(Side side) {
            return side == Side.CLIENT ? far : client.socket();
        }

        @Override
        public void close() throws IOException {
            client.close();
            far.close();
            server.close();
            try {
                behind.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
