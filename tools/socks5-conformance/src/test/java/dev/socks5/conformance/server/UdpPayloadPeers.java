package dev.socks5.conformance.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.conformance.peer.RightServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The wrong peers of the group "udp", continued: what goes to destinations, and what comes back. */
final class UdpPayloadPeers {

    private static final String NAMES = "in the header of an answer, but it names";

    private UdpPayloadPeers() {}

    static List<WrongServer> all() {
        return Stream.of(forwarding(), answers()).flatMap(List::stream).toList();
    }

    private interface Change {
        byte @Nullable [] of(byte[] payload);
    }

    /** A peer that changes payloads on the way to their destination, or drops them: {@code null}. */
    private static Supplier<RightServer> changing(Change change) {
        return () -> new RightServer() {
            @Override
            protected void forward(Relay relay, Endpoint destination, byte[] payload) throws IOException {
                byte @Nullable [] changed = change.of(payload);
                if (changed != null) {
                    super.forward(relay, destination, changed);
                }
            }
        };
    }

    private static Supplier<RightServer> cutting(int most) {
        return changing(payload -> Arrays.copyOf(payload, Math.min(payload.length, most)));
    }

    private static List<WrongServer> forwarding() {
        return List.of(
                new WrongServer(
                        "udp/payload",
                        "expected a payload of 256 bytes at the destination",
                        changing(payload -> Arrays.copyOf(payload, payload.length + 1))),
                new WrongServer("udp/ipv6", UdpPeers.NOT_THERE, () -> new RightServer() {
                    @Override
                    protected void forward(Relay relay, Endpoint destination, byte[] payload) throws IOException {
                        if (!(destination.address() instanceof Ipv6Address)) {
                            super.forward(relay, destination, payload);
                        }
                    }
                }),
                new WrongServer("udp/name", "but none came", changing(payload -> null)),
                new WrongServer(
                        "udp/empty", UdpPeers.NOT_THERE, changing(payload -> payload.length == 0 ? null : payload)),
                new WrongServer(
                        "udp/one-byte", UdpPeers.NOT_THERE, changing(payload -> payload.length == 1 ? null : payload)),
                new WrongServer("udp/ethernet-size", "but 1400 bytes came", cutting(1400)),
                new WrongServer("udp/several-packets", "but 1500 bytes came", cutting(1500)),
                new WrongServer("udp/greatest", "but 16384 bytes came", cutting(16_384)),
                new WrongServer("udp/boundaries", "expected a payload of 2 bytes", () -> new RightServer() {
                    @Override
                    protected void forward(Relay relay, Endpoint destination, byte[] payload) throws IOException {
                        super.forward(relay, destination, payload);
                        super.forward(relay, destination, payload);
                    }
                }));
    }

    private interface Heading {
        byte[] bytes(InetSocketAddress from, byte[] payload) throws IOException;
    }

    /** A peer that writes other datagrams to the client. */
    private static Supplier<RightServer> heading(Heading heading) {
        return () -> new RightServer() {
            @Override
            protected void answer(Relay relay, InetSocketAddress from, byte[] payload) throws IOException {
                relay.toClient(heading.bytes(from, payload));
            }
        };
    }

    private static byte[] mapped(InetSocketAddress from, byte[] payload) {
        return ByteBuffer.allocate(22 + payload.length)
                .put(3, (byte) 4)
                .put(14, (byte) 0xFF)
                .put(15, (byte) 0xFF)
                .position(16)
                .put(from.getAddress().getAddress())
                .putShort((short) from.getPort())
                .put(payload)
                .array();
    }

    private static byte[] right(InetSocketAddress from, byte[] payload) {
        return ByteBuffer.allocate(10 + payload.length)
                .put(3, (byte) 1)
                .position(4)
                .put(from.getAddress().getAddress())
                .putShort((short) from.getPort())
                .put(payload)
                .array();
    }

    private static List<WrongServer> answers() {
        InetSocketAddress nobody = new InetSocketAddress("192.0.2.1", 1);
        return List.of(
                new WrongServer(
                        "udp/answer-header",
                        "expected RSV X'0000' in an answer, but it is X'0100'",
                        heading((from, payload) -> {
                            byte[] bytes = right(from, payload);
                            bytes[0] = 1;
                            return bytes;
                        })),
                new WrongServer(
                        "udp/answer-header",
                        "expected FRAG X'00' in an answer, but it is X'81'",
                        heading((from, payload) -> {
                            byte[] bytes = right(from, payload);
                            bytes[2] = (byte) 0x81;
                            return bytes;
                        })),
                new WrongServer("udp/answer-header", NAMES, heading((from, payload) -> right(nobody, payload))),
                new WrongServer("udp/answer-address-type", NAMES, heading(UdpPayloadPeers::mapped)),
                new WrongServer("udp/answer-source", "but it came from", () -> new RightServer() {
                    @Override
                    protected void answer(Relay relay, InetSocketAddress from, byte[] payload) throws IOException {
                        byte[] bytes = right(from, payload);
                        try (DatagramSocket other =
                                new DatagramSocket(0, relay.client().getAddress())) {
                            other.send(new DatagramPacket(bytes, bytes.length, relay.client()));
                        }
                    }
                }),
                new WrongServer("udp/answer-too-long", "of an answer that does not fit", heading((from, payload) -> {
                    byte[] bytes = right(from, payload);
                    return Arrays.copyOf(bytes, Math.min(bytes.length, 65_507));
                })),
                new WrongServer("udp/several-answers", "expected a datagram from the relay", () -> new RightServer() {
                    private boolean answered;

                    @Override
                    protected boolean isInvited(Relay relay, InetSocketAddress from) {
                        boolean first = !answered;
                        answered = true;
                        return first;
                    }
                }),
                new WrongServer("udp/several-destinations", NAMES, () -> new RightServer() {
                    private @Nullable InetSocketAddress first;

                    @Override
                    protected void answer(Relay relay, InetSocketAddress from, byte[] payload) throws IOException {
                        first = first == null ? from : first;
                        super.answer(relay, first, payload);
                    }
                }));
    }
}
