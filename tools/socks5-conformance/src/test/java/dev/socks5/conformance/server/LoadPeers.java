package dev.socks5.conformance.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.peer.Refused;
import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.peer.Session;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The wrong peers of the groups "time", "abuse" and "garbage". */
final class LoadPeers {

    private LoadPeers() {}

    static List<WrongServer> all() {
        return Stream.of(times(), abuse(), process(), garbage())
                .flatMap(List::stream)
                .toList();
    }

    /** Peers whose time limits strike within the patience of tests. */
    static Map<String, Supplier<RightServer>> rightOnes() {
        return Map.of(
                "time/silent", LoadPeers::hurried,
                "time/half-a-greeting", LoadPeers::hurried,
                "time/no-request", LoadPeers::hurried,
                "time/half-a-request", LoadPeers::hurried,
                "time/drip", LoadPeers::hurried,
                "time/bind-given-up", LoadPeers::hurried);
    }

    private static RightServer hurried() {
        return new RightServer() {
            @Override
            protected Duration handshakeTimeout() {
                return Duration.ofSeconds(1);
            }

            @Override
            protected Duration bindTimeout() {
                return Duration.ofSeconds(1);
            }
        };
    }

    private static List<WrongServer> times() {
        String open = "but it was still open";
        String still = "the connection was still open";
        return List.of(
                new WrongServer("time/closed-after-refused-connect", open, LoadPeers::neverClosing),
                new WrongServer("time/closed-after-unknown-command", open, LoadPeers::neverClosing),
                new WrongServer("time/closed-after-unknown-address-type", open, LoadPeers::neverClosing),
                new WrongServer("time/unhurried", "within two seconds", LoadPeers::hurried),
                new WrongServer("time/resting-tunnel", "the tunnel was ended", () -> new RightServer() {
                    @Override
                    protected void relay(Session session, Socket destination) throws IOException {
                        session.socket().setSoTimeout(300);
                        super.relay(session, destination);
                    }
                }),
                // The usual peer's time limits are longer than the patience of tests.
                new WrongServer("time/silent", still, RightServer::new),
                new WrongServer("time/half-a-greeting", still, RightServer::new),
                new WrongServer("time/no-request", still, RightServer::new),
                new WrongServer("time/half-a-request", still, RightServer::new),
                new WrongServer("time/drip", still, () -> new RightServer() {
                    @Override
                    protected byte[] readGreeting(Session session) throws IOException {
                        session.socket().setSoTimeout(1000);
                        return super.readGreeting(session);
                    }
                }),
                new WrongServer("time/bind-given-up", "the BIND was still open", RightServer::new));
    }

    private static RightServer neverClosing() {
        return new RightServer() {
            @Override
            protected void refuse(Session session, int code) {
                try {
                    writeReply(session, code, NO_ADDRESS);
                } catch (IOException e) {
                    // The client has gone.
                }
                LockSupport.parkNanos(20_000_000_000L);
            }
        };
    }

    private static List<WrongServer> abuse() {
        String another = "the server does not serve another client";
        return List.of(
                new WrongServer("abuse/silent-connections", another, () -> limited(100)),
                new WrongServer("abuse/resets", another, () -> new RightServer() {
                    @Override
                    protected byte[] readGreeting(Session session) throws IOException {
                        try {
                            return super.readGreeting(session);
                        } catch (IOException e) {
                            close();
                            throw e;
                        }
                    }
                }),
                new WrongServer("abuse/reset-in-each-phase", another, () -> new RightServer() {
                    @Override
                    protected void failed(Socket from, Socket to) {
                        close();
                    }
                }),
                new WrongServer("abuse/failed-requests", "was neither answered nor ended", () -> new RightServer() {
                    private final AtomicInteger count = new AtomicInteger();

                    @Override
                    protected void refuse(Session session, int code) {
                        if (count.getAndIncrement() < 400) {
                            super.refuse(session, code);
                        } else {
                            LockSupport.parkNanos(20_000_000_000L);
                        }
                    }
                }),
                new WrongServer("abuse/impossible-names", another, () -> new RightServer() {
                    private boolean waited;

                    @Override
                    protected synchronized List<InetAddress> addresses(Endpoint destination) throws IOException {
                        if (destination.isName() && !waited) {
                            waited = true;
                            LockSupport.parkNanos(20_000_000_000L);
                        }
                        return super.addresses(destination);
                    }
                }),
                new WrongServer("abuse/half-open-tunnels", another, () -> limited(50)),
                new WrongServer("abuse/binds", "expected a reply that says success", LoadPeers::runningOut),
                new WrongServer("abuse/associations", "expected a reply that says success", LoadPeers::runningOut),
                new WrongServer(
                        "abuse/datagrams", "nothing was relayed any more", UdpMalformedPeers::endingOnMalformed));
    }

    private static RightServer limited(int most) {
        return new RightServer() {
            @Override
            protected int maxConnections() {
                return most;
            }
        };
    }

    /** A peer that has fifty sockets for BIND and UDP, and never takes one back. */
    private static RightServer runningOut() {
        return new RightServer() {
            private final AtomicInteger left = new AtomicInteger(50);

            private void take() throws IOException {
                if (left.getAndDecrement() <= 0) {
                    throw new Refused(0x01);
                }
            }

            @Override
            protected void firstReply(Session session, InetSocketAddress listener) throws IOException {
                take();
                super.firstReply(session, listener);
            }

            @Override
            protected void associated(Session session, InetSocketAddress relay) throws IOException {
                take();
                super.associated(session, relay);
            }
        };
    }

    private static List<WrongServer> process() {
        String most = "expected at most";
        return List.of(
                new WrongServer("abuse/memory", "the memory of the process grew", () -> new RightServer() {
                    private final Queue<ByteBuffer> kept = new ConcurrentLinkedQueue<>();

                    @Override
                    protected void serve(Session session) throws IOException {
                        kept.add(ByteBuffer.allocateDirect(120 * 1024));
                        super.serve(session);
                    }
                }),
                new WrongServer("abuse/descriptors", most, Leaking::new),
                new WrongServer("abuse/bind-descriptors", most, Leaking::new),
                new WrongServer("abuse/association-descriptors", most, Leaking::new));
    }

    /** A peer that keeps a descriptor for each connection until its own end. */
    private static final class Leaking extends RightServer {
        private final Queue<Closeable> kept = new ConcurrentLinkedQueue<>();

        @Override
        protected void serve(Session session) throws IOException {
            InputStream open = Files.newInputStream(Path.of("/proc/self/status"));
            kept.add(open);
            super.serve(session);
        }

        @Override
        public void close() {
            super.close();
            kept.forEach(RightServer::closeQuietly);
        }
    }

    private static List<WrongServer> garbage() {
        return ServerCases.all().stream()
                .filter(one -> one.group().equals("garbage"))
                .map(one -> new WrongServer(one.id(), "the server does not serve another client", LoadPeers::fragile))
                .toList();
    }

    /** A peer that ends when somebody does not speak its version. */
    private static RightServer fragile() {
        return new RightServer() {
            @Override
            protected void requireVersion(int version) throws IOException {
                if (version != 5) {
                    close();
                }
                super.requireVersion(version);
            }
        };
    }
}
