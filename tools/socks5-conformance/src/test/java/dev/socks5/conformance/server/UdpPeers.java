package dev.socks5.conformance.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.peer.RightAssociation;
import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.peer.Session;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The wrong peers of the group "udp". */
final class UdpPeers {

    static final String NOT_THERE = "expected the payload at the destination, but no datagram came";

    private UdpPeers() {}

    static List<WrongServer> all() {
        return Stream.of(associations(), UdpPayloadPeers.all(), sources(), UdpMalformedPeers.all())
                .flatMap(List::stream)
                .toList();
    }

    private static List<WrongServer> associations() {
        return List.of(
                new WrongServer("udp/reply-port", "it is 0", () -> replying("127.0.0.1", 0)),
                new WrongServer("udp/reply-address", "the reply names 0.0.0.0", () -> replying("0.0.0.0", 7)),
                new WrongServer("udp/zeros", NOT_THERE, () -> hearing((relay, from) -> relay.expectedPort() != 0)),
                new WrongServer(
                        "udp/address-and-port", NOT_THERE, () -> hearing((relay, from) -> relay.expectedPort() == 0)),
                new WrongServer("udp/port-alone", NOT_THERE, () -> hearing((relay, from) -> relay.expectedPort() == 0)),
                new WrongServer(
                        "udp/other-port-than-given",
                        NOT_THERE,
                        () -> hearing((relay, from) ->
                                relay.client() == null || relay.client().equals(from))),
                new WrongServer("udp/stays", "was ended", () -> new RightServer() {
                    @Override
                    protected void untilClientLeaves(Session session, Relay relay) throws IOException {
                        session.socket().setSoTimeout(500);
                        super.untilClientLeaves(session, relay);
                    }
                }),
                new WrongServer("udp/ends-with-tcp", "datagrams were relayed for", Forgetful::new),
                new WrongServer("udp/ends-with-reset", "datagrams were relayed for", Forgetful::new),
                new WrongServer("udp/half-close", "its datagrams were not relayed", () -> new RightServer() {
                    @Override
                    protected void untilClientLeaves(Session session, Relay relay) throws IOException {
                        try {
                            super.untilClientLeaves(session, relay);
                        } catch (EOFException e) {
                            relay.close();
                            LockSupport.parkNanos(20_000_000_000L);
                        }
                    }
                }),
                new WrongServer("udp/two-associations", "expected a datagram from the relay", () -> new RightServer() {
                    private final Set<Relay> all = ConcurrentHashMap.newKeySet();

                    @Override
                    protected void takeFromClient(Relay relay, InetSocketAddress from, byte[] bytes)
                            throws IOException {
                        all.add(relay);
                        super.takeFromClient(relay, from, bytes);
                    }

                    @Override
                    protected void answer(Relay relay, InetSocketAddress from, byte[] payload) throws IOException {
                        for (Relay other : all) {
                            if (!other.equals(relay)) {
                                super.answer(other, from, payload);
                            }
                        }
                    }
                }));
    }

    private static RightServer replying(String address, int port) {
        return new RightServer() {
            @Override
            protected void associated(Session session, InetSocketAddress relay) throws IOException {
                super.associated(session, new InetSocketAddress(address, port));
            }
        };
    }

    private interface Hearing {
        boolean hears(RightAssociation.Relay relay, InetSocketAddress from);
    }

    private static RightServer hearing(Hearing hearing) {
        return new RightServer() {
            @Override
            protected boolean isClient(Relay relay, InetSocketAddress from) {
                return hearing.hears(relay, from);
            }
        };
    }

    /** A peer that forgets to end associations before its own end. */
    private static final class Forgetful extends RightServer {
        private final Queue<Relay> forgotten = new ConcurrentLinkedQueue<>();

        @Override
        protected void ended(Relay relay) {
            forgotten.add(relay);
        }

        @Override
        public void close() {
            super.close();
            forgotten.forEach(Relay::close);
        }
    }

    private static List<WrongServer> sources() {
        String strange = "from a client with another IP address";
        return List.of(
                new WrongServer("udp/other-address", strange, () -> hearing((relay, from) -> true)),
                new WrongServer("udp/other-address-first", strange, () -> hearing((relay, from) -> true)),
                new WrongServer("udp/other-address-later", strange, () -> hearing((relay, from) -> true)),
                new WrongServer("udp/other-port", NOT_THERE, () -> new RightServer() {
                    private boolean moved;

                    @Override
                    protected boolean isClient(Relay relay, InetSocketAddress from) {
                        if (relay.client() == null || relay.client().equals(from)) {
                            return true;
                        }
                        boolean moves = !moved;
                        moved = true;
                        return moves;
                    }
                }),
                new WrongServer(
                        "udp/uninvited", "from a host to which the client has not sent", () -> new RightServer() {
                            @Override
                            protected boolean isInvited(Relay relay, InetSocketAddress from) {
                                return true;
                            }
                        }),
                new WrongServer("udp/closed-port", NOT_THERE, () -> new RightServer() {
                    @Override
                    protected void forward(Relay relay, Endpoint destination, byte[] payload) throws IOException {
                        super.forward(relay, destination, payload);
                        try (DatagramSocket there = new DatagramSocket(destination.toInetSocketAddress())) {
                            // Nobody else listens there.
                            relay.close();
                        }
                    }
                }),
                new WrongServer("udp/port-zero", NOT_THERE, UdpMalformedPeers::endingOnFailure));
    }
}
