package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.transport.SocketHook;
import dev.socks5.testing.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A hook sees each socket to the outside once, before it is of any use, and no other. */
@Timeout(60)
class SocketHookTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};
    private static final String BIND_FROM_LOOPBACK = "05 02 00 01 7f 00 00 01 00 00";
    private static final String BIND_FROM_ANYBODY = "05 02 00 01 00 00 00 00 00 00";

    private final Recorder events = new Recorder();
    private final Queue<NetworkChannel> channels = new ConcurrentLinkedQueue<>();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    /** Writes down what it sees, and fails where a socket is not as new. */
    private void see(NetworkChannel channel, InetAddress target) throws IOException {
        channels.add(channel);
        String kind = Stream.of(SocketChannel.class, ServerSocketChannel.class, DatagramChannel.class)
                .filter(type -> type.isInstance(channel))
                .map(Class::getSimpleName)
                .findAny()
                .orElseThrow();
        boolean asNew = channel.isOpen() && channel.getLocalAddress() == null;
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
        seen.add(kind + " " + target.getHostAddress() + (asNew ? "" : " too late"));
    }

    private Socks5ServerBuilder builder(SocketHook hook) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .accessRule(request -> Verdict.allow(""))
                .eventLoops(1)
                .maxConnections(1)
                .listener(events)
                .socketHook(hook);
    }

    private Socks5Server through(Upstream upstream) throws IOException {
        return builder(this::see)
                .connector(Connector.always(Route.through(upstream)))
                .start();
    }

    private static Socks5Server upstream() throws IOException {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).start();
    }

    private static RawClient greeted(Socks5Server server) throws IOException {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    @Test
    void theSocketOfATunnel() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder(this::see).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            origin.take();
            assertThat(seen).containsExactly("SocketChannel 127.0.0.1");
            assertThat(((SocketChannel) channels.remove()).getRemoteAddress()).isEqualTo(origin.address());
            client.send("2e");
        }
    }

    /** An address to leave from is given to it afterwards: some options have no effect on a socket that has one. */
    @Test
    void theSocketOfATunnelFromAnAddress() throws Exception {
        InetAddress local = InetAddress.getByName("127.0.0.5");
        try (Origin origin = new Origin();
                Socks5Server server = builder(this::see)
                        .connector(Connector.always(Route.direct().from(local)))
                        .start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            assertThat(origin.take().getInetAddress()).isEqualTo(local);
            assertThat(seen).containsExactly("SocketChannel 127.0.0.1");
            client.send("2e");
        }
    }

    @Test
    void theSocketsOfAnAssociationOneForEachFamily() throws Exception {
        try (UdpOrigin v4 = new UdpOrigin();
                UdpOrigin other = new UdpOrigin();
                UdpOrigin v6 = new UdpOrigin("::1");
                Socks5Server server = builder(this::see).start();
                UdpClient client = new UdpClient(server)) {
            for (UdpOrigin origin : List.of(v4, other, v6, v4)) {
                client.send(origin.address(), PING);
                origin.expect(PING);
            }
            assertThat(seen).containsExactly("DatagramChannel 127.0.0.1", "DatagramChannel 0:0:0:0:0:0:0:1");
            assertThat(channels.remove().getLocalAddress())
                    .extracting(address -> ((InetSocketAddress) address).getPort())
                    .isEqualTo(v4.relay().getPort());
        }
    }

    @Test
    void theSocketsOfABind() throws Exception {
        try (Socks5Server server = builder(this::see).start();
                RawClient client = greeted(server).send(BIND_FROM_LOOPBACK)) {
            InetSocketAddress bound = client.readReply();
            try (Socket peer = new Socket(bound.getAddress(), bound.getPort())) {
                assertThat(client.readReply()).isEqualTo(peer.getLocalSocketAddress());
            }
            assertThat(seen).containsExactly("DatagramChannel 127.0.0.1", "ServerSocketChannel 127.0.0.1");
            assertThat(channels.remove().isOpen()).isFalse();
        }
    }

    @Test
    void theSocketOfABindForAnybody() throws Exception {
        try (Socks5Server server = builder(this::see).start();
                RawClient client = greeted(server).send(BIND_FROM_ANYBODY)) {
            assertThat(client.readReply()).isEqualTo(channels.remove().getLocalAddress());
            assertThat(seen).containsExactly("ServerSocketChannel 0.0.0.0");
        }
    }

    @Test
    void theSocketsToAnUpstreamAndItsRelay() throws Exception {
        try (UdpOrigin origin = new UdpOrigin();
                Socks5Server upstream = upstream();
                Socks5Server server = through(
                        new Upstream(Endpoint.of(upstream.localAddresses().get(0)), null));
                UdpClient client = new UdpClient(server)) {
            client.send(origin.address(), PING);
            origin.expect(PING);
            assertThat(seen).containsExactly("SocketChannel 127.0.0.1", "DatagramChannel 127.0.0.1");
        }
    }

    @Test
    void noSocketOfAPath(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("upstream.sock");
        try (Origin origin = new Origin();
                Socks5Server upstream =
                        Socks5Server.builder().eventLoops(1).listenUnix(path).start();
                Socks5Server server = through(Upstream.atPath(path));
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            client.send("2e");
            assertThat(origin.take().getInputStream().read()).isEqualTo('.');
            assertThat(upstream.statistics().tunnels()).isEqualTo(1);
            assertThat(seen).isEmpty();
        }
    }

    static Stream<IOException> refusals() {
        return Stream.of(
                new IOException("not protected"),
                new ConnectException("says nothing of the destination"),
                new SocketException("nor does this"));
    }

    /** The client is told of a failure; listeners are told that it is the hook's, whatever was to be done. */
    private void expectToBeTold(String reason) throws InterruptedException {
        assertThat(events.until("requestFailed")).endsWith("requestFailed 1 " + reason);
    }

    /** A refusal is that of this host, and must not look like one of the destination. */
    @ParameterizedTest
    @MethodSource("refusals")
    void aSocketThatIsRefusedIsClosedAndNothingIsWarnedOf(IOException refusal) throws Exception {
        Warnings warnings = new Warnings();
        SocketHook hook = (channel, target) -> {
            channels.add(channel);
            throw refusal;
        };
        try (Origin origin = new Origin();
                Socks5Server server = builder(hook).start()) {
            String reason = "the socket hook has refused: " + refusal.getMessage();
            String connect = RawClient.connect(origin.address());
            for (String request : List.of(connect, BIND_FROM_LOOPBACK, BIND_FROM_ANYBODY)) {
                try (RawClient client = greeted(server)) {
                    client.send(request).expectFailure(0x01);
                }
                expectToBeTold(reason);
                events.until("closed"); // There is room for one connection.
            }
            assertThat(channels).hasSize(3).noneMatch(NetworkChannel::isOpen);
            assertThat(origin.untouched()).isTrue();
        }
        warnings.assertNone();
    }

    @ParameterizedTest
    @EnumSource
    void aHookThatFailsIsWarnedOfAndDoesNoMore(FaultTest.Fault fault) throws Exception {
        Warnings warnings = new Warnings();
        SocketHook hook = (channel, target) -> {
            channels.add(channel);
            fault.strike();
        };
        try (Origin origin = new Origin();
                Socks5Server server = builder(hook).start()) {
            try (RawClient client = greeted(server)) {
                client.send(RawClient.connect(origin.address())).expectFailure(0x01);
            }
            assertThat(events.until("closed"))
                    .anyMatch(event -> event.startsWith("requestFailed 1 the socket hook has failed: "));
            assertThat(channels).hasSize(1).noneMatch(NetworkChannel::isOpen);
            assertThat(origin.untouched()).isTrue();
        }
        assertThat(warnings.seen()).hasSize(1).first().asString().contains("the hook failed");
    }

    /** What a hook must not do. */
    enum Misuse {
        BOUND("bound or connected the socket") {
            @Override
            void of(NetworkChannel channel) throws IOException {
                channel.bind(new InetSocketAddress("127.0.0.1", 0));
            }
        },
        CLOSED("closed the socket") {
            @Override
            void of(NetworkChannel channel) throws IOException {
                channel.close();
            }
        },
        BLOCKING("made the socket blocking") {
            @Override
            void of(NetworkChannel channel) throws IOException {
                ((SelectableChannel) channel).configureBlocking(true);
            }
        };

        private final String told;

        Misuse(String told) {
            this.told = told;
        }

        abstract void of(NetworkChannel channel) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void aHookThatDoesMoreThanItMayIsNamed(Misuse misuse) throws Exception {
        Warnings warnings = new Warnings();
        SocketHook hook = (channel, target) -> {
            see(channel, target);
            misuse.of(channel);
        };
        try (Origin origin = new Origin();
                Socks5Server server = builder(hook).start()) {
            String connect = RawClient.connect(origin.address());
            for (String request : List.of(connect, BIND_FROM_LOOPBACK, BIND_FROM_ANYBODY)) {
                try (RawClient client = greeted(server)) {
                    client.send(request).expectFailure(0x01);
                }
                expectToBeTold("the socket hook has " + misuse.told);
                events.until("closed"); // There is room for one connection.
            }
            assertThat(channels).hasSize(3).noneMatch(NetworkChannel::isOpen);
            assertThat(origin.untouched()).isTrue();
        }
        assertThat(warnings.seen()).hasSize(3).allMatch(warning -> warning.contains("hook has " + misuse.told));
    }

    /** An answer of the network tells more than a refusal on this host. */
    @Test
    void anAnswerOfAnotherAddressIsWhatTheClientGets() throws Exception {
        SocketHook hook = (channel, target) -> {
            if (target.getHostAddress().equals("127.0.0.2")) {
                throw new IOException("not this way");
            }
        };
        Resolver resolver = name -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1"));
        try (Socks5Server server = builder(hook).resolver(resolver).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("two.example", Ports.free())).expectFailure(0x05);
            assertThat(events.until("requestFailed")).endsWith("requestFailed 5 connect failed");
        }
    }

    /** At the upstream's socket, too; and whoever looks for it finds it in the log. */
    @Test
    void aRefusalOnTheWayToAnUpstreamIsToldAndLogged() throws Exception {
        Logger logger = Logger.getLogger("dev.socks5.server");
        Queue<String> logged = new ConcurrentLinkedQueue<>();
        Handler log = new StreamHandler() {
            @Override
            public synchronized void publish(LogRecord entry) {
                logged.add(entry.getLevel() + " " + new SimpleFormatter().formatMessage(entry));
            }
        };
        SocketHook hook = (channel, target) -> {
            throw new IOException("not protected");
        };
        logger.addHandler(log);
        logger.setLevel(Level.FINE);
        try (Socks5Server server = builder(hook)
                        .connector(Connector.always(Route.through(new Upstream(Endpoint.of("127.0.0.1", 9), null))))
                        .start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("two.example", 80)).expectFailure(0x01);
            expectToBeTold("upstream 127.0.0.1:9: the socket hook has refused: not protected");
        } finally {
            logger.setLevel(null);
            logger.removeHandler(log);
        }
        assertThat(logged)
                .contains("FINE a socket was not used: the socket hook has refused: not protected (target 127.0.0.1)");
    }

    @Test
    void ofSeveralAddressesTheNextIsTriedAtOnce() throws Exception {
        int port = Ports.free();
        SocketHook hook = (channel, target) -> {
            see(channel, target);
            if (target.getHostAddress().equals("127.0.0.2")) {
                throw new IOException("not this way");
            }
        };
        Resolver resolver = name -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1"));
        try (Origin refused = new Origin("127.0.0.2", port);
                Origin origin = new Origin("127.0.0.1", port);
                Socks5Server server = builder(hook).resolver(resolver).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("two.example", port)).expectSuccess();
            origin.take();
            assertThat(refused.untouched()).isTrue();
            assertThat(seen).containsExactly("SocketChannel 127.0.0.2", "SocketChannel 127.0.0.1");
            assertThat(channels.remove().isOpen()).isFalse();
        }
    }

    @Test
    void datagramsAreDroppedAsLongAsTheirSocketIsRefused() throws Exception {
        SocketHook hook = (channel, target) -> {
            see(channel, target);
            if (seen.size() == 1) {
                throw new IOException("not yet");
            }
        };
        try (UdpOrigin origin = new UdpOrigin();
                Socks5Server server = builder(hook).start();
                UdpClient client = new UdpClient(server)) {
            client.send(origin.address(), new byte[] {1}).send(origin.address(), new byte[] {2});
            origin.expect(new byte[] {2});
            assertThat(channels).hasSize(2);
            assertThat(channels.remove().isOpen()).isFalse();
        }
    }

    @Test
    void anAssociationFailsIfTheSocketToTheUpstreamsRelayIsRefused() throws Exception {
        SocketHook hook = (channel, target) -> {
            see(channel, target);
            if (channel instanceof DatagramChannel) {
                throw new IOException("no datagrams");
            }
        };
        try (Socks5Server upstream = upstream();
                Socks5Server server = builder(hook)
                        .connector(Connector.always(Route.through(new Upstream(
                                Endpoint.of(upstream.localAddresses().get(0)), null))))
                        .start();
                RawClient client = greeted(server)) {
            client.send("05 03 00 01 00 00 00 00 00 00").expectFailure(0x01);
            expectToBeTold("the socket hook has refused: no datagrams");
            assertThat(seen).containsExactly("SocketChannel 127.0.0.1", "DatagramChannel 127.0.0.1");
            assertThat(channels).noneMatch(NetworkChannel::isOpen);
        }
    }
}
