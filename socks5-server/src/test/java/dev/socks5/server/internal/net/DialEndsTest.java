package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Connector;
import dev.socks5.server.Deaf;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Remains;
import dev.socks5.server.Resolver;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.TunnelKind;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is being dialled, or asked of an upstream, when the time is up: nothing of it is left. */
@Timeout(60)
class DialEndsTest {

    private static final Duration SHORT = Duration.ofMillis(400);

    /** It neither accepts nor refuses, and is there until the end: what dials it has to give up by itself. */
    private static Deaf deaf;

    private final Recorder events = new Recorder();

    @BeforeAll
    static void start() throws Exception {
        deaf = new Deaf("127.0.0.1");
        // What the JDK opens once, it opens here.
        TunnelKind.DIRECT.open(Socks5Server.builder().listen("127.0.0.1", 0)).close();
    }

    @AfterAll
    static void stop() throws IOException {
        deaf.close();
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .torResolve()
                .connectTimeout(SHORT)
                .listener(events);
    }

    private void assertFails(Socks5Server server, String request, int code) throws Exception {
        Remains remains = new Remains(server);
        try (RawClient client = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            client.send(request).expectFailure(code);
        }
        assertThat(events.ending().reason()).isEqualTo(CloseReason.REQUEST_FAILED);
        remains.awaitNone();
    }

    @Test
    void aDestinationThatDoesNotAnswer() throws Exception {
        try (Socks5Server server = builder().start()) {
            assertFails(server, RawClient.connect(deaf.address()), 0x04);
        }
    }

    /** The attempts go on side by side, from 250 ms on; the first is ended by the second. */
    @Test
    void anAttemptThatAnotherHasOvertaken() throws Exception {
        Resolver both = name -> List.of(deaf.address().getAddress(), InetAddress.getByName("::1"));
        try (Socks5Server server = builder()
                        .connectTimeout(Duration.ofSeconds(20))
                        .resolver(both)
                        .start();
                Origin origin = new Origin("::1", deaf.address().getPort())) {
            Remains remains = new Remains(server);
            try (RawClient client =
                    new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
                client.send(RawClient.connect("both.test", origin.port())).expectSuccess();
                origin.take().close();
                client.expectEnd();
            }
            assertThat(events.ending().reason()).isEqualTo(CloseReason.FINISHED);
            remains.awaitNone();
        }
    }

    /** The next attempt would have begun 250 ms later. */
    @Test
    void anAttemptThatIsNotNeededAnyMore() throws Exception {
        Resolver both = name -> List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1"));
        try (Socks5Server server = builder().resolver(both).start();
                Origin origin = new Origin()) {
            Remains remains = new Remains(server);
            try (RawClient client =
                    new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
                client.send(RawClient.connect("both.test", origin.port())).expectSuccess();
                origin.take().close();
                client.expectEnd();
            }
            remains.awaitNone();
        }
    }

    @ParameterizedTest
    @CsvSource({"01, 04", "02, 04", "03, 01", "f0, 04"})
    void anUpstreamThatCannotBeReached(String command, int code) throws Exception {
        Upstream upstream = new Upstream(Endpoint.of(deaf.address()), null);
        try (Socks5Server server =
                builder().connector(Connector.always(Route.through(upstream))).start()) {
            assertFails(server, "05 " + command + " 00 01 7f 00 00 01 00 50", code);
        }
    }

    @ParameterizedTest
    @CsvSource({"01, 04", "02, 04", "03, 01", "f0, 04"})
    void anUpstreamThatSaysNothing(String command, int code) throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = builder()
                        .connector(Connector.always(Route.through(upstream.upstream())))
                        .start()) {
            Remains remains = new Remains(server);
            try (RawClient client =
                    new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
                client.send("05 " + command + " 00 01 7f 00 00 01 00 50");
                upstream.accept().expect(RawClient.GREETING);
                client.expectFailure(code);
                upstream.expectEnd();
                upstream.end();
            }
            assertThat(events.ending().reason()).isEqualTo(CloseReason.REQUEST_FAILED);
            remains.awaitNone();
        }
    }

    /** The upstream listens, and nobody comes within the time for a BIND. */
    @Test
    void aBindThroughAnUpstream() throws Exception {
        String request = "05 02 00 01 7f 00 00 01 00 00";
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = builder()
                        .connectTimeout(Duration.ofSeconds(20))
                        .bindTimeout(SHORT)
                        .connector(Connector.always(Route.through(upstream.upstream())))
                        .start()) {
            Remains remains = new Remains(server);
            try (RawClient client =
                    new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
                client.send(request);
                upstream.acceptRequest(request).send("05 00 00 01 7f 00 00 01 00 09");
                assertThat(client.readReply()).isEqualTo(new InetSocketAddress("127.0.0.1", 9));
                client.expectFailure(0x04);
                upstream.expectEnd();
                upstream.end();
            }
            assertThat(events.ending().reason()).isEqualTo(CloseReason.REQUEST_FAILED);
            remains.awaitNone();
        }
    }
}
