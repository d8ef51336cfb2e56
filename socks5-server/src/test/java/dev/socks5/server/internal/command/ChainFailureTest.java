package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.Connector;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Resolver;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the client and the log are told when an upstream does not do what it should; it never goes direct instead. */
@Timeout(60)
class ChainFailureTest {

    private final Recorder events = new Recorder();

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    private Socks5ServerBuilder through(Upstream first, Upstream... next) {
        return builder().connector(Connector.always(Route.through(first, next))).listener(events);
    }

    private static RawClient request(Socks5Server server, InetSocketAddress destination) throws IOException {
        return new RawClient(server)
                .send(RawClient.GREETING)
                .expect(RawClient.ANONYMOUS)
                .send(RawClient.connect(destination));
    }

    private static Upstream at(Socks5Server server) {
        return at(server.localAddresses().get(0));
    }

    private static Upstream at(InetSocketAddress address) {
        return new Upstream(Endpoint.of(address), null);
    }

    private void assertFails(Socks5Server front, int code, String reason) throws Exception {
        try (Origin origin = new Origin();
                RawClient client = request(front, origin.address())) {
            client.expectFailure(code);
            assertThat(origin.untouched()).isTrue();
            List<String> seen = events.until("requestFailed");
            assertThat(seen.get(seen.size() - 1))
                    .startsWith("requestFailed " + code + " ")
                    .contains(reason);
        }
    }

    @Test
    void aWrongLogin() throws Exception {
        try (Socks5Server first = builder().start();
                Socks5Server second = builder()
                        .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                        .start();
                Socks5Server front = through(
                                at(first), new Upstream(at(second).endpoint(), PasswordRequest.of("alice", "wr0ng")))
                        .start()) {
            assertFails(front, 0x01, "upstream 2 of 2, " + at(second).endpoint() + ": the proxy did not accept");
            try (RawClient client = request(front, Origin.nobody())) {
                client.expectFailure(0x01);
            }
            assertThat(events.until("requestFailed").toString()).doesNotContain("alice", "wr0ng");
        }
    }

    @Test
    void aLoginThatIsMissing() throws Exception {
        try (Socks5Server hop = builder()
                        .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                        .start();
                Socks5Server front = through(at(hop)).start()) {
            assertFails(front, 0x01, "upstream " + at(hop).endpoint() + ": the proxy accepts none of the methods");
        }
    }

    @Test
    void theFirstIsDown() throws Exception {
        Upstream down = at(Origin.nobody());
        try (Socks5Server front = through(down).start()) {
            assertFails(front, 0x01, "upstream " + down.endpoint() + ": cannot be reached: connection refused (0x05)");
        }
    }

    @Test
    void aFurtherOneIsDown() throws Exception {
        Upstream down = at(Origin.nobody());
        try (Socks5Server first = builder().start();
                Socks5Server second = builder().start();
                Socks5Server front = through(at(first), at(second), down).start()) {
            // Not 05: that would be about the destination.
            assertFails(front, 0x01, "upstream 2 of 3, " + at(second).endpoint() + ": the proxy rejected CONNECT");
        }
    }

    @Test
    void itsNameIsUnknown() throws Exception {
        Upstream unknown = new Upstream(Endpoint.of("hop.example", 1080), null);
        Resolver knowsNothing = name -> {
            throw new UnknownHostException(name);
        };
        try (Socks5Server front = through(unknown).resolver(knowsNothing).start()) {
            assertFails(front, 0x01, "upstream hop.example:1080: its address cannot be found");
        }
    }

    @Test
    void theResolverFails() throws Exception {
        Upstream unknown = new Upstream(Endpoint.of("hop.example", 1080), null);
        Resolver broken = name -> {
            throw new IllegalStateException("broken on purpose");
        };
        try (Socks5Server front = through(unknown).resolver(broken).start()) {
            assertFails(front, 0x01, "upstream hop.example:1080: its address cannot be found");
        }
    }

    /** What it says, all at once and then the end, and what the client is told. */
    @ParameterizedTest
    @CsvSource({
        "'', 1",
        "05, 1",
        "48 54 54 50 2f 31 2e 31, 1",
        "04 00, 1",
        "05 ff, 1",
        "05 01, 1",
        "05 02, 1",
        "05 00 05, 1",
        "05 00 05 00, 1",
        "05 00 05 05, 5",
        "05 00 05 f0, 1",
        "05 00 05 00 00 01 00, 1",
        "05 00 05 00 00 02 00 00 00 00 00 00, 1",
        "05 00 04 00 00 01 00 00 00 00 00 00, 1",
        "05 00 05 00 00 03 ff 61, 1"
    })
    void answersThatAreNoneOrCutShort(String answers, int code) throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(upstream.upstream()).start();
                RawClient client = request(front, Origin.nobody())) {
            upstream.accept().expect(RawClient.GREETING).send(answers);
            upstream.socket().shutdownOutput();
            client.expectFailure(code);
            assertThat(events.until("requestFailed").toString())
                    .contains("upstream " + upstream.upstream().endpoint());
            upstream.socket().getInputStream().readAllBytes();
        }
    }

    @Test
    void aFurtherOneThatIsNoSocksServer() throws Exception {
        try (Socks5Server hop = builder().start();
                RawUpstream web = new RawUpstream();
                Socks5Server front = through(at(hop), web.upstream()).start();
                RawClient client = request(front, Origin.nobody())) {
            web.accept().send("53 53 48 2d 32 2e 30 0d 0a");
            client.expectFailure(0x01);
            assertThat(events.until("requestFailed").toString())
                    .contains("upstream 2 of 2, " + web.upstream().endpoint());
        }
    }

    @Test
    void aReset() throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(upstream.upstream()).start();
                RawClient client = request(front, Origin.nobody())) {
            upstream.accept().reset();
            client.expectFailure(0x01);
        }
    }

    @Test
    void aResetInTheMiddleOfAFailureReply() throws Exception {
        InetSocketAddress destination = Origin.nobody();
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(upstream.upstream()).start();
                RawClient client = request(front, destination)) {
            upstream.acceptRequest(RawClient.connect(destination)).send("05 05").reset();
            client.expectFailure(0x05);
        }
    }
}
