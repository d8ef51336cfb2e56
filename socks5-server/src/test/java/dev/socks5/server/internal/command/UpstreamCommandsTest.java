package dev.socks5.server.internal.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRule;
import dev.socks5.server.AccessRules;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Connector;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Resolver;
import dev.socks5.server.Route;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.Upstream;
import dev.socks5.server.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP ASSOCIATE, BIND and look-ups through upstreams, which are servers like this one. */
@Timeout(60)
public class UpstreamCommandsTest {

    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";
    private static final String BIND = "05 02 00 01 7f 00 00 01 00 00";
    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private final List<Socks5Server> servers = new ArrayList<>();
    private final Recorder events = new Recorder();

    @AfterEach
    void closeAll() {
        servers.forEach(Socks5Server::close);
    }

    private Socks5Server start(Socks5ServerBuilder builder) throws IOException {
        Socks5Server server = builder.listen("127.0.0.1", 0).eventLoops(1).start();
        servers.add(server);
        return server;
    }

    /** A server that goes through these. */
    private Socks5Server behind(Socks5Server... upstreams) throws IOException {
        List<Upstream> hops = Stream.of(upstreams)
                .map(server -> new Upstream(Endpoint.of(server.localAddresses().get(0)), null))
                .toList();
        Route route = Route.through(hops.get(0), hops.subList(1, hops.size()).toArray(Upstream[]::new));
        return start(Socks5Server.builder()
                .connector(Connector.always(route))
                .listener(events)
                .resolver(name -> {
                    throw new UnknownHostException("not to be looked up here: " + name);
                }));
    }

    private Socks5Server chainOf(int length) throws IOException {
        Socks5Server[] upstreams = new Socks5Server[length];
        for (int i = 0; i < length; i++) {
            upstreams[i] = start(Socks5Server.builder().resolver(name -> List.of(InetAddress.getByName("127.0.0.1"))));
        }
        return behind(upstreams);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void datagramsPassThroughAChain(int length) throws Exception {
        byte[] large = new byte[60_000];
        new Random(length).nextBytes(large);
        try (UdpOrigin ipv4 = new UdpOrigin();
                UdpOrigin ipv6 = new UdpOrigin("::1");
                UdpClient client = new UdpClient(chainOf(length))) {
            for (UdpOrigin origin : List.of(ipv4, ipv6)) {
                for (byte[] payload : List.of(PING, new byte[0], large)) {
                    client.send(origin.address(), payload);
                    origin.expect(payload);
                    origin.answer(payload);
                    assertThat(client.receive(origin.address())).isEqualTo(payload);
                }
            }
            client.close();
            SessionEnd ending = events.ending();
            assertThat(ending.datagrams()).isEqualTo(new DatagramCounts(6, 6, 0, 0, 0, 0, 0));
            assertThat(ending.bytesDown()).isEqualTo(2L * (large.length + PING.length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void namesGoToTheLastUpstreamAsTheyAre(int length) throws Exception {
        try (UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(chainOf(length))) {
            client.send(
                    new Endpoint(new DomainName("origin.test"), origin.address().getPort()), PING);
            origin.expect(PING);
            origin.answer(PING);
            assertThat(client.receive(origin.address())).isEqualTo(PING);
        }
    }

    @Test
    void theRulesJudgeEachDestinationHereToo() throws Exception {
        Socks5Server upstream = start(Socks5Server.builder());
        Upstream hop = new Upstream(Endpoint.of(upstream.localAddresses().get(0)), null);
        Socks5Server server = start(Socks5Server.builder()
                .connector(Connector.always(Route.through(hop)))
                .listener(events)
                .accessRule(AccessRules.builder().deny("127.0.0.1:9").build()));
        try (UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(new InetSocketAddress("127.0.0.1", 9), PING);
            client.send(new InetSocketAddress("169.254.169.254", 80), PING);
            client.send(origin.address(), PING);
            origin.expect(PING);
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(1, 0, 0, 0, 0, 2, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whenAnUpstreamEndsSoDoesTheAssociation(int which) throws Exception {
        Socks5Server first = start(Socks5Server.builder());
        Socks5Server second = start(Socks5Server.builder());
        try (UdpClient client = new UdpClient(behind(first, second))) {
            List.of(first, second).get(which).close();
            client.control().expectDropped();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.BROKEN);
        }
    }

    @Test
    void anUpstreamThatRefusesIsPassedOn() throws Exception {
        AccessRule nothing = request -> Verdict.deny("on purpose");
        Socks5Server first = start(Socks5Server.builder());
        Socks5Server second = start(Socks5Server.builder().accessRule(nothing));
        for (String request : List.of(ASSOCIATE, BIND)) {
            try (RawClient client = new RawClient(behind(first, second))) {
                client.send(RawClient.GREETING)
                        .expect(RawClient.ANONYMOUS)
                        .send(request)
                        .expectFailure(0x02);
            }
            assertThat(events.until("requestFailed").toString()).contains("upstream 2 of 2");
        }
    }

    @Test
    void egressAddressesHoldForDatagrams() throws Exception {
        Route route = Route.direct().from(InetAddress.getByName("127.0.0.5"));
        Socks5Server server =
                start(Socks5Server.builder().connector(Connector.always(route)).listener(events));
        try (UdpOrigin ipv4 = new UdpOrigin();
                UdpOrigin ipv6 = new UdpOrigin("::1");
                UdpClient client = new UdpClient(server)) {
            client.send(ipv6.address(), PING); // There is no address of that family to leave from.
            client.send(ipv4.address(), PING);
            ipv4.expect(PING);
            assertThat(ipv4.relay().getAddress()).isEqualTo(InetAddress.getByName("127.0.0.5"));
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(1, 0, 0, 0, 0, 0, 1));
        }
    }

    @Test
    void bindListensOnTheEgressAddress() throws Exception {
        Route route = Route.direct().from(InetAddress.getByName("127.0.0.5"));
        Socks5Server server = start(Socks5Server.builder().connector(Connector.always(route)));
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(BIND);
            assertThat(client.readReply().getAddress()).isEqualTo(InetAddress.getByName("127.0.0.5"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void bindPassesThroughAChain(int length) throws Exception {
        try (RawClient client = new RawClient(chainOf(length))) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(BIND);
            InetSocketAddress bound = client.readReply();
            client.send("2e"); // ahead of the second reply
            try (Socket peer = new Socket()) {
                peer.connect(bound, RawClient.PATIENCE_MILLIS);
                peer.setSoTimeout(RawClient.PATIENCE_MILLIS);
                peer.getOutputStream().write('!');
                assertThat(client.readReply()).isEqualTo(peer.getLocalSocketAddress());
                assertThat(client.read(1)).containsExactly('!');
                assertThat(peer.getInputStream().read()).isEqualTo('.');
            }
            client.expectEnd();
        }
    }

    @Test
    void aBindThroughAnUpstreamGoesWithItsClient() throws Exception {
        Recorder seenByUpstream = new Recorder();
        Socks5Server upstream = start(Socks5Server.builder().listener(seenByUpstream));
        try (RawClient client = new RawClient(behind(upstream))) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(BIND);
            client.readReply();
        }
        assertThat(events.ending().reason()).isEqualTo(CloseReason.CLIENT_LEFT);
        assertThat(seenByUpstream.ending().reason()).isEqualTo(CloseReason.CLIENT_LEFT);
    }

    @Test
    void anAssociationThroughUpstreamsGoesWithItsClient() throws Exception {
        Recorder seenByFirst = new Recorder();
        Recorder seenBySecond = new Recorder();
        Socks5Server first = start(Socks5Server.builder().listener(seenByFirst));
        Socks5Server second = start(Socks5Server.builder().listener(seenBySecond));
        new UdpClient(behind(first, second)).close();
        assertThat(events.ending().reason()).isEqualTo(CloseReason.FINISHED);
        assertThat(seenByFirst.ending().reason()).isEqualTo(CloseReason.FINISHED); // the tunnel to the second,
        assertThat(seenByFirst.ending().reason()).isEqualTo(CloseReason.FINISHED); // and the association
        assertThat(seenBySecond.ending().reason()).isEqualTo(CloseReason.FINISHED);
    }

    @Test
    void lookUpsAreMadeByTheLastUpstream() throws Exception {
        Resolver known = new Resolver() {
            @Override
            public List<InetAddress> resolve(String name) throws IOException {
                return List.of(InetAddress.getByName("127.0.0.9"));
            }

            @Override
            public String nameOf(InetAddress address) {
                return "there.test";
            }
        };
        Socks5Server last = start(Socks5Server.builder().torResolve().resolver(known));
        Upstream hop = new Upstream(Endpoint.of(last.localAddresses().get(0)), null);
        Resolver nobody = name -> {
            throw new UnknownHostException("not to be looked up here: " + name);
        };
        Socks5Server server = start(Socks5Server.builder()
                .torResolve()
                .connector(Connector.always(Route.through(hop)))
                .resolver(nobody));
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send("05 f0 00 03 01 61 00 00")
                    .expect("05 00 00 01 7f 00 00 09 00 00")
                    .expectEnd();
        }
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send("05 f1 00 01 7f 00 00 01 00 00")
                    .expect("05 00 00 03 0a " + RawClient.hex("there.test".getBytes(US_ASCII)) + " 00 00")
                    .expectEnd();
        }
    }
}
