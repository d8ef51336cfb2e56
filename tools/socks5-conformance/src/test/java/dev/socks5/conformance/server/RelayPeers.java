package dev.socks5.conformance.server;

import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.peer.Session;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The wrong peers of the groups relay, bind, udp, time, abuse and garbage. This class has those of relay. */
final class RelayPeers {

    private static final String LOST = "bytes are lost, repeated or moved";

    private RelayPeers() {}

    static List<WrongServer> all() {
        return Stream.of(bytes(), ends(), flows(), BindPeers.all(), UdpPeers.all(), LoadPeers.all())
                .flatMap(List::stream)
                .toList();
    }

    static Map<String, Supplier<RightServer>> rightOnes() {
        return LoadPeers.rightOnes();
    }

    /** Passes on the first bytes of a buffer. */
    @FunctionalInterface
    interface Passing {
        void pass(byte[] buffer, int count, Socket to) throws IOException;
    }

    /** A peer that passes bytes on in another way. */
    static Supplier<RightServer> passing(Supplier<Passing> way) {
        return () -> new RightServer() {
            private final Passing passing = way.get();

            @Override
            protected void pass(byte[] buffer, int count, Socket to) throws IOException {
                passing.pass(buffer, count, to);
            }
        };
    }

    /** Repeats the piece in which the second mebibyte of all begins. */
    static Passing repeating() {
        return new Passing() {
            private long all;

            @Override
            public synchronized void pass(byte[] buffer, int count, Socket to) throws IOException {
                boolean crosses = all < 1 << 20 && all + count >= 1 << 20;
                all += count;
                to.getOutputStream().write(buffer, 0, count);
                if (crosses) {
                    to.getOutputStream().write(buffer, 0, count);
                }
            }
        };
    }

    /** Passes on what a filter of single bytes leaves. */
    private static Passing filtering(IntPredicate stays) {
        return (buffer, count, to) -> {
            int left = 0;
            for (int i = 0; i < count; i++) {
                if (stays.test(buffer[i] & 0xFF)) {
                    buffer[left++] = buffer[i];
                }
            }
            to.getOutputStream().write(buffer, 0, left);
        };
    }

    /** What a peer does with the tunnel instead of relaying. */
    @FunctionalInterface
    interface Before {
        void run(Session session, Socket destination) throws IOException;
    }

    /** A peer that does something before it relays. */
    private static Supplier<RightServer> before(Before what) {
        return () -> new RightServer() {
            @Override
            protected void relay(Session session, Socket destination) throws IOException {
                what.run(session, destination);
                super.relay(session, destination);
            }
        };
    }

    private static List<WrongServer> bytes() {
        String missing = "expected what was sent into the tunnel";
        return List.of(
                new WrongServer(
                        "relay/to-destination",
                        "but byte 0 was X'00' and arrived as X'01'",
                        passing(() -> (buffer, count, to) -> {
                            buffer[0] ^= 1;
                            to.getOutputStream().write(buffer, 0, count);
                        })),
                new WrongServer("relay/to-client", missing, passing(() -> filtering(b -> b != '\r'))),
                new WrongServer("relay/interactive", missing, passing(() -> (buffer, count, to) -> {
                    if (count > 1) {
                        to.getOutputStream().write(buffer, 0, count);
                    }
                })),
                new WrongServer("relay/small-writes", missing, passing(() -> filtering(b -> b != 100))),
                new WrongServer(
                        "relay/origin-speaks-first",
                        missing,
                        before((session, destination) -> session.in().read())),
                new WrongServer(
                        "relay/data-with-request",
                        missing,
                        before((session, destination) ->
                                session.in().skip(session.in().available()))),
                new WrongServer("relay/large-to-destination", LOST, passing(RelayPeers::repeating)),
                new WrongServer("relay/large-to-client", LOST, passing(RelayPeers::repeating)),
                new WrongServer("relay/both-at-once", "nothing moves any more", () -> new RightServer() {
                    @Override
                    protected void relay(Session session, Socket destination) throws IOException {
                        carry(session.in(), session.socket(), destination);
                        carry(destination.getInputStream(), destination, session.socket());
                    }
                }),
                new WrongServer("relay/looks-like-socks", missing, passing(() -> (buffer, count, to) -> {
                    if (buffer[0] != 5) {
                        to.getOutputStream().write(buffer, 0, count);
                    }
                })),
                new WrongServer(
                        "relay/idle",
                        "the tunnel was ended",
                        before((session, destination) -> session.socket().setSoTimeout(500))));
    }

    /** A peer that ends tunnels in other ways. */
    private static class Ending extends RightServer {
        @Override
        protected void ended(Socket from, Socket to) throws IOException {}

        @Override
        protected void failed(Socket from, Socket to) {}
    }

    /** A peer that closes both sides as soon as one direction has ended. */
    static RightServer closingBoth() {
        return new RightServer() {
            @Override
            protected void ended(Socket from, Socket to) {
                closeQuietly(from);
                closeQuietly(to);
            }
        };
    }

    /** A peer that keeps the last piece until there is another one, and loses it at the end. */
    private static RightServer losingTheLast() {
        return new RightServer() {
            private final Map<Socket, byte[]> last = new ConcurrentHashMap<>();

            @Override
            protected void pass(byte[] buffer, int count, Socket to) throws IOException {
                byte[] before = last.put(to, Arrays.copyOf(buffer, count));
                if (before != null) {
                    to.getOutputStream().write(before);
                }
            }
        };
    }

    private static RightServer swallowing() {
        return new Ending() {
            @Override
            protected void pass(byte[] buffer, int count, Socket to) {
                try {
                    super.pass(buffer, count, to);
                } catch (IOException e) {
                    // Goes on, although nobody is there.
                }
            }
        };
    }

    private static List<WrongServer> ends() {
        return List.of(
                new WrongServer("relay/half-close-by-client", "the connection was", RelayPeers::closingBoth),
                new WrongServer("relay/half-close-by-destination", "the connection was", RelayPeers::closingBoth),
                new WrongServer("relay/large-after-half-close", LOST, () -> new RightServer() {
                    private final Passing repeating = repeating();

                    @Override
                    protected void pass(byte[] buffer, int count, Socket to) throws IOException {
                        repeating.pass(buffer, count, to);
                    }
                }),
                new WrongServer(
                        "relay/no-end-invented", "before the destination sends or ends", () -> new RightServer() {
                            @Override
                            protected void ended(Socket from, Socket to) throws IOException {
                                from.shutdownOutput();
                                to.shutdownOutput();
                            }
                        }),
                new WrongServer("relay/last-bytes-to-destination", "but it ended after", RelayPeers::losingTheLast),
                new WrongServer("relay/last-bytes-to-client", "but it ended after", RelayPeers::losingTheLast),
                new WrongServer("relay/client-closes", "at the origin after the client had closed", Ending::new),
                new WrongServer(
                        "relay/destination-closes", "at the proxy after the destination had closed", Ending::new),
                new WrongServer("relay/client-resets", "at the origin after the client had reset", Ending::new),
                new WrongServer(
                        "relay/destination-resets", "at the proxy after the destination had reset", Ending::new),
                new WrongServer(
                        "relay/client-gone-while-destination-sends", "could go on sending", RelayPeers::swallowing),
                new WrongServer(
                        "relay/destination-gone-while-client-sends", "could go on sending", RelayPeers::swallowing));
    }

    /** Sends each piece by the next tunnel through which something goes. */
    private static Passing mixing() {
        AtomicReference<byte[]> kept = new AtomicReference<>();
        return (buffer, count, to) -> {
            byte[] mine = Arrays.copyOf(buffer, count);
            byte[] other = kept.getAndSet(mine);
            to.getOutputStream().write(other == null ? mine : other);
        };
    }

    /** Passes on what goes the way of the first piece of all, and nothing that goes another way. */
    private static Passing firstWayAlone() {
        AtomicReference<Socket> first = new AtomicReference<>();
        return (buffer, count, to) -> {
            first.compareAndSet(null, to);
            if (to.equals(first.get())) {
                to.getOutputStream().write(buffer, 0, count);
            }
        };
    }

    /** Takes everything and keeps it, outside the heap. */
    private static Passing keeping() {
        Queue<ByteBuffer> kept = new ConcurrentLinkedQueue<>();
        return (buffer, count, to) -> kept.add(ByteBuffer.allocateDirect(count).put(buffer, 0, count));
    }

    private static List<WrongServer> flows() {
        String took = "the server took 64 MiB";
        return List.of(
                new WrongServer("relay/many-tunnels", LOST, passing(RelayPeers::mixing)),
                new WrongServer("relay/slow-reader", LOST, passing(RelayPeers::repeating)),
                new WrongServer("relay/slow-destination", LOST, passing(RelayPeers::repeating)),
                new WrongServer(
                        "relay/other-direction-flows", "nothing moves any more", passing(RelayPeers::firstWayAlone)),
                new WrongServer(
                        "relay/other-tunnel-flows", "nothing moves any more", passing(RelayPeers::firstWayAlone)),
                new WrongServer("relay/back-pressure-from-destination", took, passing(() -> (buffer, count, to) -> {})),
                new WrongServer("relay/back-pressure-from-client", took, passing(() -> (buffer, count, to) -> {})),
                new WrongServer(
                        "relay/back-pressure-memory", "the memory of the process grew", passing(RelayPeers::keeping)));
    }
}
