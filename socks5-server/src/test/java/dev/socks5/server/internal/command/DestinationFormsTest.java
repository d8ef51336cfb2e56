package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Resolver;
import dev.socks5.server.Route;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.Verdict;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A destination has one form, however the client writes it and whatever it asks for: rules and connectors see it,
 * upstreams are told it, and it is what is contacted.
 */
@Timeout(60)
class DestinationFormsTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};
    private static final byte[] PONG = {'p', 'o', 'n', 'g'};

    /** What is written, what it means, and the address that is contacted. */
    enum Form {
        IPV4("01 7f 00 00 01", "127.0.0.1", "127.0.0.1"),
        IPV6("04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", "::1", "::1"),
        IPV4_MAPPED("04 00 00 00 00 00 00 00 00 00 00 ff ff 7f 00 00 01", "127.0.0.1", "127.0.0.1"),
        NAME(named("Origin.TEST."), "origin.test", "127.0.0.1"),
        NAME_FOUND_AS_IPV6(named("v6.test"), "v6.test", "::1"),
        NAME_FOUND_AS_MAPPED(named("Mapped.test"), "mapped.test", "127.0.0.1"),
        IPV4_AS_NAME(named("127.0.0.1"), "127.0.0.1", "127.0.0.1"),
        IPV6_AS_NAME(named("0:0:0:0:0:0:0:1"), "::1", "::1"),
        MAPPED_AS_NAME(named("::ffff:127.0.0.1"), "127.0.0.1", "127.0.0.1"),
        MAPPED_IN_HEX_AS_NAME(named("::FFFF:7f00:1"), "127.0.0.1", "127.0.0.1"),
        MAPPED_IN_BRACKETS_AS_NAME(named("[::ffff:127.0.0.1]"), "127.0.0.1", "127.0.0.1");

        private final String written;
        private final String canonical;
        private final String address;

        Form(String written, String canonical, String address) {
            this.written = written;
            this.canonical = canonical;
            this.address = address;
        }

        private static String named(String name) {
            byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
            return "03 %02x %s".formatted(octets.length, RawClient.hex(octets));
        }

        private boolean isName() {
            return Endpoint.of(canonical, 1).address() instanceof DomainName;
        }

        private String request(int command, int port) {
            return "05 %02x 00 %s %s".formatted(command, written, RawClient.port(port));
        }

        private byte[] datagram(int port, byte[] payload) {
            byte[] header = RawClient.bytes("00 00 00 " + written + RawClient.port(port));
            return ByteBuffer.allocate(header.length + payload.length)
                    .put(header)
                    .put(payload)
                    .array();
        }

        /** As a request or header has it that the server writes itself. */
        private String canonicalHex(int port) {
            UdpHeader header = UdpHeader.of(Endpoint.of(canonical, port));
            ByteBuffer octets = ByteBuffer.allocate(header.encodedLength());
            header.encode(octets);
            return RawClient.hex(octets.array()).substring("00 00 00 ".length());
        }
    }

    private final BlockingQueue<AccessRequest> judged = new LinkedBlockingQueue<>();
    private final BlockingQueue<AccessRequest> routed = new LinkedBlockingQueue<>();
    private final Queue<InetAddress> namesSought = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<SocketAddress> connected = new LinkedBlockingQueue<>();

    private Socks5Server start(Route route) throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .torResolve()
                .resolver(new Answers())
                .accessRule(request -> {
                    judged.add(request);
                    return Verdict.undecided();
                })
                .connector(request -> {
                    routed.add(request);
                    return route;
                })
                .listener(new Socks5ServerListener() {
                    @Override
                    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
                        connected.add(peer);
                    }
                })
                .start();
    }

    private final class Answers implements Resolver {
        @Override
        public List<InetAddress> resolve(String name) throws IOException {
            return switch (name) {
                case "origin.test" -> List.of(InetAddress.getByName("127.0.0.1"));
                case "v6.test" -> List.of(InetAddress.getByName("::1"));
                // Not by getByAddress(byte[]), which would make an Inet4Address of it.
                case "mapped.test" ->
                    List.of(Inet6Address.getByAddress("", RawClient.bytes("00000000000000000000ffff7f000001"), -1));
                default -> throw new UnknownHostException(name);
            };
        }

        @Override
        public String nameOf(InetAddress address) {
            namesSought.add(address);
            return "found.test";
        }
    }

    private static RawClient greeted(Socks5Server server) throws IOException {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    /**
     * Rules: a name by itself and with its address; an address with itself. The connector: the canonical form alone.
     */
    private void assertSeen(Form form, Command command, int port, Endpoint... resolved) {
        Endpoint canonical = Endpoint.of(form.canonical, port);
        List<AccessRequest> requests = new ArrayList<>(judged);
        assertThat(requests).extracting(AccessRequest::command).containsOnly(command);
        assertThat(requests).extracting(AccessRequest::destination).containsOnly(canonical);
        List<Endpoint> expected = new ArrayList<>(List.of(resolved));
        assertThat(requests.stream().map(AccessRequest::resolved).filter(Objects::nonNull))
                .containsExactlyElementsOf(expected);
        assertThat(requests.size() - expected.size()).isEqualTo(form.isName() ? 1 : 0);
    }

    private void assertRouted(Form form, Command command, int port) {
        assertThat(routed).hasSize(1);
        AccessRequest request = routed.remove();
        assertThat(request.command()).isEqualTo(command);
        assertThat(request.destination()).isEqualTo(Endpoint.of(form.canonical, port));
        assertThat(request.resolved()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void connect(Form form) throws Exception {
        try (Origin origin = new Origin(form.address);
                Socks5Server server = start(Route.direct());
                RawClient client = greeted(server)) {
            client.send(form.request(1, origin.port())).expectSuccess();
            origin.take();
            assertSeen(form, Command.CONNECT, origin.port(), Endpoint.of(form.address, origin.port()));
            assertRouted(form, Command.CONNECT, origin.port());
            assertThat(connected.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(new InetSocketAddress(form.address, origin.port()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bind(Form form) throws Exception {
        try (Socks5Server server = start(Route.direct());
                RawClient client = greeted(server)) {
            InetSocketAddress bound = client.send(form.request(2, 7)).readReply();
            assertSeen(form, Command.BIND, 7, Endpoint.of(form.address, 7));
            assertRouted(form, Command.BIND, 7);
            assertThat(bound.getAddress()).isEqualTo(InetAddress.getByName(form.address));
            try (Socket peer = new Socket()) {
                peer.bind(new InetSocketAddress(form.address, 0));
                peer.connect(bound);
                assertThat(client.readReply()).isEqualTo(peer.getLocalSocketAddress());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void datagrams(Form form) throws Exception {
        try (UdpOrigin origin = new UdpOrigin(form.address);
                Socks5Server server = start(Route.direct());
                UdpClient client = new UdpClient(server)) {
            assertThat(judged.remove().destination()).isEqualTo(Endpoint.UNSPECIFIED); // The association by itself.
            assertThat(routed.remove().destination()).isEqualTo(Endpoint.UNSPECIFIED);
            int port = origin.address().getPort();
            client.sendRaw(form.datagram(port, PING));
            origin.expect(PING);
            origin.answer(PONG);
            assertThat(client.receive(new InetSocketAddress(form.address, port)))
                    .isEqualTo(PONG);
            assertSeen(form, Command.UDP_ASSOCIATE, port, Endpoint.of(form.address, port));
            assertThat(routed).isEmpty(); // An association has one route for all its datagrams.
        }
    }

    @ParameterizedTest
    @EnumSource
    void resolve(Form form) throws Exception {
        try (Socks5Server server = start(Route.direct());
                RawClient client = greeted(server)) {
            assertThat(client.send(form.request(0xF0, 0)).readReply())
                    .isEqualTo(new InetSocketAddress(form.address, 0));
            assertSeen(form, Command.RESOLVE, 0, Endpoint.of(form.address, 0));
            assertRouted(form, Command.RESOLVE, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void resolvePtr(Form form) throws Exception {
        try (Socks5Server server = start(Route.direct());
                RawClient client = greeted(server)) {
            client.send(form.request(0xF1, 0));
            if (form.isName()) {
                client.expectFailure(0x08);
                assertThat(judged).isEmpty();
                return;
            }
            client.expect(
                    "05 00 00 03 0a " + RawClient.hex("found.test".getBytes(StandardCharsets.US_ASCII)) + " 00 00");
            assertSeen(form, Command.RESOLVE_PTR, 0, Endpoint.of(form.address, 0));
            assertRouted(form, Command.RESOLVE_PTR, 0);
            assertThat(namesSought).containsExactly(InetAddress.getByName(form.address));
        }
    }

    /** Nothing is looked up: a name is contacted as the name that it is. */
    @ParameterizedTest
    @EnumSource
    void throughAnUpstream(Form form) throws Exception {
        for (int command : List.of(0x01, 0x02, 0xF0, 0xF1)) {
            if (command == 0xF1 && form.isName()) {
                continue;
            }
            judged.clear();
            try (RawUpstream upstream = new RawUpstream();
                    Socks5Server server = start(Route.through(upstream.upstream()));
                    RawClient client = greeted(server)) {
                client.send(form.request(command, 7));
                upstream.acceptRequest("05 %02x 00 %s".formatted(command, form.canonicalHex(7)));
                assertSeen(form, Command.of(command), 7, Endpoint.of(form.canonical, 7));
                assertRouted(form, Command.of(command), 7);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void datagramsThroughAnUpstream(Form form) throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                UdpOrigin relay = new UdpOrigin();
                Socks5Server server = start(Route.through(upstream.upstream()));
                RawClient control = greeted(server)) {
            control.send("05 03 00 01 00 00 00 00 00 00");
            upstream.acceptRequest("05 03 00 01 00 00 00 00 00 00")
                    .send("05 00 00 01 7f 00 00 01 "
                            + RawClient.port(relay.address().getPort()));
            InetSocketAddress own = control.readReply();
            judged.clear();
            byte[] datagram = form.datagram(7, PING);
            try (DatagramSocket socket = UdpClient.socket("127.0.0.1")) {
                socket.send(new DatagramPacket(datagram, datagram.length, own));
                relay.expect(RawClient.bytes("00 00 00 " + form.canonicalHex(7) + RawClient.hex(PING)));
            }
            assertSeen(form, Command.UDP_ASSOCIATE, 7, Endpoint.of(form.canonical, 7));
        }
    }
}
