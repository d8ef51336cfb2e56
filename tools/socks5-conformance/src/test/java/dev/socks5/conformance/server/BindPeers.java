package dev.socks5.conformance.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.conformance.peer.Refused;
import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.peer.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The wrong peers of the group "bind". */
final class BindPeers {

    private static final InetSocketAddress NOBODY = new InetSocketAddress("192.0.2.1", 1);

    private BindPeers() {}

    static List<WrongServer> all() {
        return List.of(
                new WrongServer("bind/first-reply", "it is 0", BindPeers::portZero),
                new WrongServer("bind/first-reply", "nobody can connect to", () -> new RightServer() {
                    @Override
                    protected void firstReply(Session session, InetSocketAddress listener) throws IOException {
                        // Taken, so that nobody else comes to listen there.
                        Socket taken = new Socket();
                        session.alsoClose(taken);
                        taken.bind(new InetSocketAddress(listener.getAddress(), 0));
                        super.firstReply(session, (InetSocketAddress) taken.getLocalSocketAddress());
                    }
                }),
                new WrongServer("bind/first-reply-address", "the first reply names 0.0.0.0", () -> new RightServer() {
                    @Override
                    protected void firstReply(Session session, InetSocketAddress listener) throws IOException {
                        super.firstReply(session, new InetSocketAddress("0.0.0.0", listener.getPort()));
                    }
                }),
                new WrongServer("bind/no-early-second-reply", "before somebody has connected", () -> new RightServer() {
                    @Override
                    protected void firstReply(Session session, InetSocketAddress listener) throws IOException {
                        super.firstReply(session, listener);
                        secondReply(session, listener);
                    }
                }),
                new WrongServer("bind/second-reply", "expected a reply, but nothing came", () -> new RightServer() {
                    @Override
                    protected void secondReply(Session session, InetSocketAddress peer) {}
                }),
                new WrongServer("bind/second-reply-names-peer", "it names 192.0.2.1:1", BindPeers::namingNobody),
                new WrongServer("bind/data", "what was sent into the tunnel", RelayPeers.passing(() ->
                        (buffer, count, to) -> {})),
                new WrongServer("bind/peer-speaks-first", "what was sent into the tunnel", () -> new RightServer() {
                    @Override
                    protected boolean isExpected(Socket peer, Request request) throws IOException {
                        return peer.getInputStream().readNBytes(256).length == 256;
                    }
                }),
                new WrongServer("bind/early-data", "what was sent into the tunnel", () -> new RightServer() {
                    @Override
                    protected void secondReply(Session session, InetSocketAddress peer) throws IOException {
                        session.in().skip(session.in().available());
                        super.secondReply(session, peer);
                    }
                }),
                new WrongServer(
                        "bind/large", "bytes are lost, repeated or moved", RelayPeers.passing(RelayPeers::repeating)),
                new WrongServer("bind/half-close", "the connection was", RelayPeers::closingBoth),
                new WrongServer("bind/only-one", "from a second host", AcceptingAll::new),
                new WrongServer("bind/two-at-once", "listen on the same address and port", SharingAListener::new),
                new WrongServer("bind/stranger", "which has not connected", BindPeers::namingNobody),
                new WrongServer("bind/peer-gone", "was not ended", () -> new RightServer() {
                    @Override
                    protected void ended(Socket from, Socket to) {}

                    @Override
                    protected void failed(Socket from, Socket to) {}
                }),
                new WrongServer(
                        "bind/client-leaves", "still takes connections, and keeps them", () -> new RightServer() {
                            private final Queue<Socket> kept = new ConcurrentLinkedQueue<>();

                            @Override
                            protected Socket acceptExpected(Session session, ServerSocket listener, Request request)
                                    throws IOException {
                                while (true) {
                                    kept.add(listener.accept());
                                }
                            }
                        }),
                new WrongServer("bind/any-peer", "expected a reply, but nothing came", () -> new RightServer() {
                    @Override
                    protected void bind(Session session, Request request) throws IOException {
                        if (request.destination().equals(Endpoint.UNSPECIFIED)) {
                            session.read();
                        }
                    }
                }),
                new WrongServer("bind/name", "it is 0", BindPeers::portZero),
                new WrongServer("bind/ipv6", "expected a reply that says success", () -> new RightServer() {
                    @Override
                    protected void secondReply(Session session, InetSocketAddress peer) throws IOException {
                        throw new Refused(0x08);
                    }
                }));
    }

    private static RightServer portZero() {
        return new RightServer() {
            @Override
            protected void firstReply(Session session, InetSocketAddress listener) throws IOException {
                super.firstReply(session, new InetSocketAddress(listener.getAddress(), 0));
            }
        };
    }

    private static RightServer namingNobody() {
        return new RightServer() {
            @Override
            protected void secondReply(Session session, InetSocketAddress peer) throws IOException {
                super.secondReply(session, NOBODY);
            }
        };
    }

    /** A listener that stays when a BIND has its peer. */
    private static final class Staying extends ServerSocket {
        Staying() throws IOException {
            super(0, 8, InetAddress.getLoopbackAddress());
        }

        @Override
        public void close() {}

        void end() throws IOException {
            super.close();
        }
    }

    /** A peer whose listeners stay until its own end. */
    private static class KeepingListeners extends RightServer {
        final Queue<Staying> kept = new ConcurrentLinkedQueue<>();

        @Override
        protected ServerSocket listen(Session session, Request request) throws IOException {
            Staying listener = new Staying();
            kept.add(listener);
            return listener;
        }

        @Override
        public void close() {
            super.close();
            for (Staying listener : kept) {
                closeQuietly(listener::end);
            }
        }
    }

    private static final class SharingAListener extends KeepingListeners {
        @Override
        protected synchronized ServerSocket listen(Session session, Request request) throws IOException {
            return kept.isEmpty() ? super.listen(session, request) : kept.element();
        }
    }

    /** A peer that lets a second host write to the client. */
    private static final class AcceptingAll extends KeepingListeners {
        @Override
        protected void relay(Session session, Socket destination) throws IOException {
            Thread second = new Thread(() -> {
                try {
                    kept.element().setSoTimeout(5000);
                    Socket other = kept.element().accept();
                    carry(other.getInputStream(), other, session.socket());
                } catch (IOException e) {
                    // Nobody has come.
                }
            });
            second.setDaemon(true);
            second.start();
            super.relay(session, destination);
        }
    }
}
