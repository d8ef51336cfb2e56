package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.Connector;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Route;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Through other servers to the destination. */
@Timeout(60)
class ChainTest {

    private static final String NAME = "origin.example";

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final BlockingQueue<Endpoint> asked = new LinkedBlockingQueue<>();

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private <T extends AutoCloseable> T closedLater(T resource) {
        open.push(resource);
        return resource;
    }

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    /** A server that wants a login, writes down what it is asked for, and knows one name. */
    private Upstream hop(String user, String password) throws IOException {
        Socks5ServerListener listener = new Socks5ServerListener() {
            @Override
            public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
                asked.add(Objects.requireNonNull(session.request()).destination());
            }
        };
        Socks5Server server = closedLater(builder()
                .authenticator(PasswordAuthenticator.of(Map.of(user, password)))
                .resolver(name -> name.equals(NAME) ? List.of(InetAddress.getByName("127.0.0.1")) : List.of())
                .listener(listener)
                .start());
        return new Upstream(Endpoint.of(server.localAddresses().get(0)), PasswordRequest.of(user, password));
    }

    private Socks5Server front(Route route) throws IOException {
        return closedLater(builder()
                .connector(Connector.always(route))
                .resolver(name -> {
                    throw new AssertionError("looked up here: " + name);
                })
                .start());
    }

    private RawClient greeted(Socks5Server server) throws IOException {
        return closedLater(new RawClient(server)).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void aChainOfAnyLengthWithALoginAtEachHopByName(int length) throws Exception {
        List<Upstream> hops = new ArrayList<>();
        for (int i = 1; i <= length; i++) {
            hops.add(hop("user" + i, "secret" + i));
        }
        Origin origin = closedLater(new Origin());
        Socks5Server front =
                front(Route.through(hops.get(0), hops.subList(1, length).toArray(Upstream[]::new)));
        RawClient client = greeted(front);
        client.send(RawClient.connect(NAME, origin.port())).expectSuccess();

        Socket behind = origin.take();
        client.send("01 02 03");
        assertThat(behind.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        behind.getOutputStream().write(new byte[] {4, 5});
        client.expect("04 05");
        client.socket().shutdownOutput();
        assertThat(behind.getInputStream().read()).isEqualTo(-1);

        List<Endpoint> expected = new ArrayList<>();
        hops.stream().skip(1).map(Upstream::endpoint).forEach(expected::add);
        expected.add(Endpoint.of(NAME, origin.port())); // The name has come as far as the last, unresolved.
        List<Endpoint> seen = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            seen.add(Objects.requireNonNull(asked.poll(10, TimeUnit.SECONDS)));
        }
        assertThat(seen).containsExactlyElementsOf(expected);
    }

    @Test
    void addressesGoThroughAsTheyAre() throws Exception {
        Origin origin = closedLater(new Origin());
        RawClient client = greeted(front(Route.through(hop("a", "b"))));
        client.send(RawClient.connect(origin.address())).expectSuccess();
        origin.take();
        assertThat(asked.poll(10, TimeUnit.SECONDS)).isEqualTo(Endpoint.of(origin.address()));
    }

    @Test
    void whatTheClientSendsAheadAndAMegabyteArriveInOrder() throws Exception {
        Origin origin = closedLater(new Origin());
        RawClient client = closedLater(new RawClient(front(Route.through(hop("a", "b"), hop("c", "d")))));
        client.send(RawClient.GREETING + RawClient.connect(NAME, origin.port()) + "01 02 03");
        client.expect(RawClient.ANONYMOUS).expectSuccess();
        Socket behind = origin.take();
        client.send(new byte[1 << 20]);
        assertThat(behind.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        assertThat(behind.getInputStream().readNBytes(1 << 20)).containsOnly(0);
    }

    /** Of each kind of address: what is read of a reply at once depends on its length. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "01 c0 00 02 01 9c 40",
                "04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 9c 40",
                "03 01 61 9c 40",
                "03 00 9c 40",
                "03 0b 65 78 61 6d 70 6c 65 2e 63 6f 6d 9c 40"
            })
    void anOriginThatSpeaksFirstRightBehindTheReplyIsHeard(String bound) throws Exception {
        RawUpstream upstream = closedLater(new RawUpstream());
        RawClient client = greeted(front(Route.through(upstream.upstream())));
        client.send(RawClient.connect(NAME, 80));
        upstream.acceptRequest(RawClient.connect(NAME, 80)).send("05 00 00 " + bound + "68 65 6c 6c 6f");
        client.expectSuccess();
        client.expect("68 65 6c 6c 6f");
        upstream.send("21");
        client.expect("21");
    }

    @Test
    void repliesMayComeOctetByOctet() throws Exception {
        RawUpstream upstream = closedLater(new RawUpstream());
        RawClient client = greeted(front(Route.through(upstream.upstream("a", "b"))));
        client.send(RawClient.connect(NAME, 80));
        upstream.accept().expect(RawUpstream.GREETING_WITH_LOGIN).send("05");
        upstream.send("02").expect("01 01 61 01 62").send("01");
        upstream.send("00").expect(RawClient.connect(NAME, 80));
        for (byte octet : RawClient.bytes("05 00 00 01 c0 00 02 01 9c 40 68 69")) {
            upstream.send(RawClient.hex(new byte[] {octet}));
        }
        client.expect("05 00 00 01 c0 00 02 01 9c 40 68 69");
    }

    @Test
    void aLoginThatIsNotAskedForIsNotSent() throws Exception {
        RawUpstream upstream = closedLater(new RawUpstream());
        RawClient client = greeted(front(Route.through(upstream.upstream("a", "b"))));
        client.send(RawClient.connect(NAME, 80));
        upstream.accept().expect(RawUpstream.GREETING_WITH_LOGIN).send("05 00").expect(RawClient.connect(NAME, 80));
    }

    @Test
    void theUpstreamsOwnNameIsLookedUpEachTimeAndNotOnALoop() throws Exception {
        Upstream hop = hop("a", "b");
        BlockingQueue<String> lookedUp = new LinkedBlockingQueue<>();
        Upstream named = new Upstream(Endpoint.of("hop.example", hop.endpoint().port()), hop.login());
        Origin origin = closedLater(new Origin());
        Socks5Server front = closedLater(builder()
                .connector(Connector.always(Route.through(named)))
                .resolver(name -> {
                    lookedUp.add(name + (Thread.currentThread().getName().startsWith("socks5-loop") ? " loop" : ""));
                    return List.of(InetAddress.getByName("127.0.0.1"));
                })
                .start());
        for (int i = 0; i < 2; i++) {
            greeted(front).send(RawClient.connect(NAME, origin.port())).expectSuccess();
            greeted(front).send(RawClient.connect(origin.address())).expectSuccess();
        }
        assertThat(lookedUp).hasSize(4).containsOnly("hop.example");
    }
}
