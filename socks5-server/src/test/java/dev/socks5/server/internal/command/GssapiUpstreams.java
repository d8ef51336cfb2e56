package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.server.Connector;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Remains;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.UdpClient;
import dev.socks5.server.Upstream;
import dev.socks5.server.User;
import dev.socks5.testing.FakeContext;
import dev.socks5.testing.GssapiPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An upstream, and one behind it, that log this server in by GSSAPI (RFC 1961). The test plays them. */
abstract class GssapiUpstreams {

    static final String NAME = "origin.example";
    static final String REQUEST = RawClient.connect(NAME, 80);
    static final String SUCCESS = "05 00 00 01 c0 00 02 01 9c 40";
    static final String HELLO = "68 65 6c 6c 6f";
    static final Endpoint DESTINATION = Endpoint.of("192.0.2.80", 53);
    static final byte[] PING = {'p', 'i', 'n', 'g'};
    static final byte[] PONG = {'p', 'o', 'n', 'g', '!'};

    /** Plays the upstreams while a client waits. */
    @FunctionalInterface
    interface Play {
        void run() throws Exception;
    }

    final Recorder events = new Recorder();
    final Queue<FakeContext> contexts = new ConcurrentLinkedQueue<>();
    RawUpstream upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = new RawUpstream();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    static List<ProtectionLevel> levels() {
        return List.of(ProtectionLevel.NONE, ProtectionLevel.INTEGRITY, ProtectionLevel.CONFIDENTIALITY);
    }

    ClientNegotiation.Factory gssapi(String user, ProtectionLevel level) {
        return (proxy, command, destination) -> {
            FakeContext context = FakeContext.initiator(user);
            contexts.add(context);
            return ClientNegotiation.gssapi(context, level, false);
        };
    }

    Upstream protecting(ProtectionLevel level) {
        return upstream.upstream().withMethod(gssapi("alice", level));
    }

    static Upstream inner() {
        return new Upstream(Endpoint.of("inner.example", 1080), null);
    }

    static ServerNegotiation acceptor() {
        return ServerNegotiation.gssapi(
                FakeContext.acceptor(),
                ProtectionLevel.INTEGRITY,
                ProtectionLevel.CONFIDENTIALITY,
                false,
                name -> Optional.of(new User(name)));
    }

    Socks5ServerBuilder builder(Route route) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .connector(Connector.always(route))
                .listener(events);
    }

    Socks5Server through(Upstream first, Upstream... next) throws IOException {
        return builder(Route.through(first, next)).start();
    }

    static RawClient request(Socks5Server server, String request) throws IOException {
        return new RawClient(server)
                .send(RawClient.GREETING)
                .expect(RawClient.ANONYMOUS)
                .send(request);
    }

    GssapiPeer accept() throws Exception {
        return GssapiPeer.of(upstream.accept().socket());
    }

    void assertFails(RawClient client, String reason) throws Exception {
        client.expectFailure(0x01);
        assertThat(events.until("requestFailed").toString())
                .contains("requestFailed 1 upstream ")
                .contains(reason);
        assertContextsEnd();
    }

    void assertContextsEnd() throws InterruptedException {
        assertThat(contexts).isNotEmpty();
        Remains.await(() -> contexts.stream().allMatch(FakeContext::isClosed));
    }

    UdpClient associate(Socks5Server server, Play upstreams) throws Exception {
        RawClient control = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
        Thread answering = new Thread(() -> {
            try {
                upstreams.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        answering.start();
        UdpClient client = new UdpClient(control, "05 03 00 01 00 00 00 00 00 00");
        answering.join();
        return client;
    }

    static byte[] unwrapped(GssapiPeer peer, byte[] datagram) throws IOException {
        return GssapiPeer.array(peer.protection().unwrapDatagram(ByteBuffer.wrap(datagram)));
    }

    static byte[] wrapped(GssapiPeer peer, byte[] datagram) throws IOException {
        return GssapiPeer.array(peer.protection().wrapDatagram(ByteBuffer.wrap(datagram)));
    }
}
