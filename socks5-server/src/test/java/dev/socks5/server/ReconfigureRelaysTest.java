package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.transport.DatagramTransport;
import dev.socks5.server.transport.DialRequest;
import dev.socks5.server.transport.Dialer;
import dev.socks5.server.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Settings that are replaced under open associations, and while a BIND waits for its peer. */
@Timeout(60)
class ReconfigureRelaysTest {

    private static final byte[] PING = {1};
    private static final byte[] PONG = {2};
    private static final String NAME = "a.test";
    private static final String BOUND = "05 00 00 01 7f 00 00 09 00 50";
    private static final String BIND_ANY = "05 02 00 01 00 00 00 00 00 00";
    private static final String BIND_LOOPBACK = "05 02 00 01 7f 00 00 01 00 00";

    private final Recorder events = new Recorder();
    private final Socks5ServerBuilder builder =
            Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).listener(events);

    private static AccessRules denying(Object pattern) {
        return AccessRules.builder().deny(pattern.toString()).build();
    }

    private static void exchange(UdpClient client, UdpOrigin behind) throws IOException {
        client.send(behind.address(), PING);
        behind.expect(PING);
        behind.answer(PONG);
        assertThat(client.receive(behind.address())).isEqualTo(PONG);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Neither what the client sends nor what comes back; what is allowed still loses nothing. */
    @Test
    void destinationsOfAnAssociationAreJudgedAnew() throws Exception {
        try (Socks5Server server = builder.start();
                UdpClient client = new UdpClient(server);
                UdpOrigin denied = new UdpOrigin();
                UdpOrigin allowed = new UdpOrigin()) {
            exchange(client, denied);
            exchange(client, allowed);
            server.reconfigure(builder.accessRule(denying(Endpoint.of(denied.address()))));
            denied.answer(PONG);
            allowed.answer(PONG);
            assertThat(client.receive(allowed.address())).isEqualTo(PONG);
            client.send(denied.address(), PING);
            exchange(client, allowed);
            UdpClient.expectNothing(denied.socket());
            server.reconfigure(builder.accessRule(denying("b.test")));
            exchange(client, denied);
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(4, 5, 0, 0, 1, 1, 0));
        }
    }

    /** Where a name is looked up there is no way to the old address until that is done. */
    @Test
    void namesOfAnAssociationAreLookedUpByTheNewResolver() throws Exception {
        try (UdpOrigin before = new UdpOrigin();
                UdpOrigin after = new UdpOrigin("127.0.0.2");
                Socks5Server server = builder.resolver(name -> List.of(InetAddress.getByName("127.0.0.1")))
                        .start();
                UdpClient client = new UdpClient(server)) {
            Endpoint destination = Endpoint.of(NAME, before.address().getPort());
            client.send(destination, PING);
            before.expect(PING);
            CountDownLatch looksUp = new CountDownLatch(1);
            CountDownLatch found = new CountDownLatch(1);
            server.reconfigure(builder.resolver(name -> {
                looksUp.countDown();
                await(found);
                return List.of(InetAddress.getByName("127.0.0.9"));
            }));
            before.answer(PONG); // Has it looked up, and is refused.
            await(looksUp);
            server.reconfigure(builder.resolver(name -> List.of(InetAddress.getByName("127.0.0.1")))
                    .accessRule(denying(before.address().getAddress().getHostAddress())));
            found.countDown();
            client.send(destination, PING);
            client.send(after.address(), PING);
            after.expect(PING);
            UdpClient.expectNothing(before.socket());
            server.reconfigure(builder.accessRule(denying("b.test")));
            client.send(destination, PONG);
            before.expect(PONG);
            client.close();
            DatagramCounts counts = events.ending().datagrams();
            assertThat(counts.up()).isEqualTo(3);
            assertThat(counts.refused()).isEqualTo(1);
        }
    }

    @Test
    void aDiallersDatagramsAreJudgedAnew() throws Exception {
        BlockingQueue<Endpoint> sent = new ArrayBlockingQueue<>(10);
        BlockingQueue<DatagramTransport.Receiver> receivers = new ArrayBlockingQueue<>(1);
        Dialer dialer = new Dialer() {
            @Override
            public Transport dial(DialRequest request) throws IOException {
                throw new IOException("datagrams alone");
            }

            @Override
            public DatagramTransport associate(AccessRequest request, DatagramTransport.Receiver answers) {
                receivers.add(answers);
                return new DatagramTransport() {
                    @Override
                    public boolean send(Endpoint to, ByteBuffer payload) {
                        return sent.add(to);
                    }

                    @Override
                    public void close() {}
                };
            }
        };
        Endpoint denied = Endpoint.of("127.0.0.9", 7);
        Endpoint allowed = Endpoint.of("127.0.0.8", 7);
        try (Socks5Server server =
                        builder.connector(Connector.always(Route.by(dialer))).start();
                UdpClient client = new UdpClient(server)) {
            client.send(denied, PING).send(allowed, PING);
            assertThat(sent.take()).isEqualTo(denied);
            assertThat(sent.take()).isEqualTo(allowed);
            server.reconfigure(builder.accessRule(denying(denied)));
            DatagramTransport.Receiver answers = receivers.remove();
            answers.received(denied, ByteBuffer.wrap(PONG));
            answers.received(allowed, ByteBuffer.wrap(PING));
            assertThat(client.receive(allowed)).isEqualTo(PING);
        }
    }

    private static Socket connect(InetSocketAddress bound) throws IOException {
        Socket peer = new Socket(bound.getAddress(), bound.getPort());
        peer.setSoTimeout(RawClient.PATIENCE_MILLIS);
        return peer;
    }

    private static void expectDropped(Socket peer) throws IOException {
        try (RawClient dropped = new RawClient(peer)) {
            dropped.expectDropped();
        }
    }

    @Test
    void thePeerOfABindIsJudgedByTheRulesThatHoldWhenItComes() throws Exception {
        AccessRule anybody = AccessRules.builder().allow("0.0.0.0/0").build();
        AccessRule others =
                AccessRules.builder().deny("127.0.0.1").allow("0.0.0.0/0").build();
        for (String request : List.of(BIND_ANY, BIND_LOOPBACK)) {
            try (Socks5Server server = builder.accessRule(anybody).start();
                    RawClient client = new RawClient(server)) {
                client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(request);
                InetSocketAddress bound = client.readReply();
                server.reconfigure(builder.accessRule(others));
                expectDropped(connect(bound));
                server.reconfigure(builder.accessRule(anybody));
                try (Socket peer = connect(bound)) {
                    client.expectSuccess();
                    client.send(PING);
                    assertThat(peer.getInputStream().read()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void aPeerWhoseJudgementStraddlesTheChangeIsJudgedAgain() throws Exception {
        CountDownLatch judging = new CountDownLatch(1);
        CountDownLatch judged = new CountDownLatch(1);
        builder.accessRule(request -> {
            if (!request.destination().equals(Endpoint.UNSPECIFIED)) {
                judging.countDown();
                await(judged);
            }
            return Verdict.allow("by the old rules");
        });
        try (Socks5Server server = builder.start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(BIND_ANY);
            try (Socket peer = connect(client.readReply())) {
                await(judging);
                server.reconfigure(builder.accessRule(denying("127.0.0.0/8")));
                judged.countDown();
                expectDropped(peer);
            }
        }
    }

    private static Connector through(RawUpstream upstream) {
        return Connector.always(Route.through(upstream.upstream()));
    }

    /** What follows the second reply at once waits for the judgement, and is not lost. */
    @Test
    void thePeerOfABindThroughAnUpstreamIsJudgedByTheRulesThatHoldWhenItComes() throws Exception {
        for (boolean blocking : List.of(false, true)) {
            try (RawUpstream upstream = new RawUpstream();
                    Socks5Server server = builder.connector(through(upstream))
                            .accessRule(denying("b.test"))
                            .start();
                    RawClient refused = new RawClient(server);
                    RawClient taken = new RawClient(server)) {
                Socket peerOfRefused = bind(refused, upstream);
                server.reconfigure(builder.accessRule(denying("127.0.0.0/8")));
                upstream.send(BOUND);
                refused.expectFailure(0x02);
                assertThat(peerOfRefused.getInputStream().read()).isEqualTo(-1);
                Socket peerOfTaken = bindAgain(server, taken, upstream);
                server.reconfigure(builder.accessRule(blocking ? request -> Verdict.undecided() : denying("c.test")));
                upstream.send(BOUND + "07");
                taken.expectSuccess();
                taken.expect("07").send(PING);
                assertThat(peerOfTaken.getInputStream().read()).isEqualTo(1);
            }
        }
    }

    private static Socket bind(RawClient client, RawUpstream upstream) throws Exception {
        client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(BIND_LOOPBACK);
        upstream.acceptRequest(BIND_LOOPBACK).send(BOUND);
        client.expectSuccess();
        return upstream.socket();
    }

    private Socket bindAgain(Socks5Server server, RawClient client, RawUpstream upstream) throws Exception {
        server.reconfigure(builder.accessRule(denying("b.test")));
        return bind(client, upstream);
    }

    @Test
    void aBindThroughAnUpstreamThatIsBeingJudgedGoesWithItsClient() throws Exception {
        CountDownLatch judging = new CountDownLatch(1);
        CountDownLatch judged = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = builder.connector(through(upstream)).start();
                RawClient client = new RawClient(server)) {
            Socket peer = bind(client, upstream);
            server.reconfigure(builder.accessRule(request -> {
                judging.countDown();
                await(judged);
                return Verdict.undecided();
            }));
            upstream.send(BOUND);
            await(judging);
            client.close();
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
            judged.countDown();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.CLIENT_LEFT);
        }
    }

    /** The upstream still has a way there. */
    @Test
    void answersThroughAnUpstreamAreJudgedAnew() throws Exception {
        try (Socks5Server upstream = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .eventLoops(1)
                        .start();
                Socks5Server server = builder.connector(Connector.always(Route.through(new Upstream(
                                Endpoint.of(upstream.localAddresses().get(0)), null))))
                        .start();
                UdpClient client = new UdpClient(server);
                UdpOrigin denied = new UdpOrigin();
                UdpOrigin allowed = new UdpOrigin()) {
            exchange(client, denied);
            exchange(client, allowed);
            server.reconfigure(builder.accessRule(denying(Endpoint.of(denied.address()))));
            denied.answer(PONG);
            allowed.answer(PONG);
            assertThat(client.receive(allowed.address())).isEqualTo(PONG);
            server.reconfigure(builder.accessRule(denying("b.test")));
            exchange(client, denied);
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(3, 4, 0, 0, 1, 0, 0));
        }
    }
}
