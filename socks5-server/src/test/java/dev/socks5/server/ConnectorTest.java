package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The route of each request, and the rules on what goes through an upstream. */
@Timeout(60)
class ConnectorTest {

    private static final String NAME = "origin.example";

    private final BlockingQueue<AccessRequest> judged = new LinkedBlockingQueue<>();

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    private static RawClient greeted(Socks5Server server) throws IOException {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    private static RawClient loggedIn(Socks5Server server, String userHex) throws IOException {
        return new RawClient(server)
                .send(RawClient.LOGIN_GREETING)
                .expect(RawClient.LOGIN_SELECTED)
                .send("01 01 " + userHex + " 01 78")
                .expect("01 00");
    }

    @Test
    void eachUserHasItsOwnRoute() throws Exception {
        BlockingQueue<AccessRequest> asked = new LinkedBlockingQueue<>();
        try (Origin origin = new Origin();
                RawUpstream ofA = new RawUpstream();
                Socks5Server server = builder()
                        .authenticator(PasswordAuthenticator.of(Map.of("a", "x", "b", "x")))
                        .connector(request -> {
                            asked.add(request);
                            String user = Objects.requireNonNull(request.user()).getName();
                            return user.equals("a") ? Route.through(ofA.upstream()) : Route.direct();
                        })
                        .start();
                RawClient a = loggedIn(server, "61");
                RawClient b = loggedIn(server, "62")) {
            b.send(RawClient.connect(origin.address())).expectSuccess();
            origin.take();
            assertThat(ofA.untouched()).isTrue();
            a.send(RawClient.connect(NAME.toUpperCase(Locale.ROOT), 80));
            ofA.acceptRequest(RawClient.connect(NAME, 80)).send("05 00 00 01 00 00 00 00 00 00");
            a.expectSuccess();

            AccessRequest ofB = Objects.requireNonNull(asked.poll(10, TimeUnit.SECONDS));
            assertThat(ofB.client())
                    .isEqualTo(ClientAddress.of((InetSocketAddress) b.socket().getLocalSocketAddress()));
            assertThat(ofB.command()).isEqualTo(Command.CONNECT);
            assertThat(ofB.destination()).isEqualTo(Endpoint.of(origin.address()));
            assertThat(ofB.resolved()).isNull();
            assertThat(Objects.requireNonNull(asked.poll(10, TimeUnit.SECONDS)).destination())
                    .isEqualTo(Endpoint.of(NAME, 80));
        }
    }

    @Test
    void oneThatThrowsFailsTheRequestAndNothingElse() throws Exception {
        assertFails(request -> {
            throw new IllegalStateException("broken on purpose");
        });
        assertFails(request -> {
            throw new StackOverflowError("broken on purpose");
        });
        assertFails(request -> sneaky(new IOException("broken on purpose")));
        assertFails(ConnectorTest::nothing);
    }

    /** As languages that check no exceptions do. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T sneaky(Throwable e) throws E {
        throw (E) e;
    }

    @SuppressWarnings("NullAway") // A user's code need not know of nullness.
    private static Route nothing(AccessRequest request) {
        @Nullable Route none = null;
        return none;
    }

    private static void assertFails(Connector connector) throws Exception {
        Recorder events = new Recorder();
        try (Origin origin = new Origin();
                Socks5Server server =
                        builder().connector(connector).listener(events).start();
                RawClient client = greeted(server);
                RawClient byName = greeted(server)) {
            client.send(RawClient.connect(origin.address())).expectFailure(0x01);
            byName.send(RawClient.connect("localhost", origin.port())).expectFailure(0x01);
            assertThat(origin.untouched()).isTrue();
        }
    }

    @Test
    void oneThatMayBlockIsNotCalledOnALoopAndOneThatNeverDoesNeedsNoOtherThread() throws Exception {
        BlockingQueue<String> threads = new LinkedBlockingQueue<>();
        try (Origin origin = new Origin();
                Socks5Server server = builder()
                        .connector(request -> {
                            threads.add(Thread.currentThread().getName());
                            return Route.direct();
                        })
                        .start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            assertThat(threads.poll(10, TimeUnit.SECONDS)).doesNotStartWith("socks5-loop");
            client.send("2e");
        }
        try (Origin origin = new Origin();
                Socks5Server server = builder()
                        .connector(Connector.always(Route.direct()))
                        .executor(task -> {
                            throw new RejectedExecutionException("none on purpose");
                        })
                        .start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            client.send("2e");
        }
    }

    @Test
    void whatIsRefusedAnywayIsNotAskedAbout() throws Exception {
        BlockingQueue<AccessRequest> asked = new LinkedBlockingQueue<>();
        try (Socks5Server server = builder()
                        .accessRule(AccessRules.builder().deny(NAME).build())
                        .connector(request -> {
                            asked.add(request);
                            return Route.direct();
                        })
                        .start();
                RawClient byName = greeted(server);
                RawClient byAddress = greeted(server)) {
            byName.send(RawClient.connect(NAME, 80)).expectFailure(0x02);
            byAddress
                    .send(RawClient.connect(new InetSocketAddress("169.254.169.254", 80)))
                    .expectFailure(0x02);
            assertThat(asked).isEmpty();
        }
    }

    private Socks5Server through(RawUpstream upstream, AccessRule rule) throws IOException {
        return builder()
                .accessRule(request -> {
                    judged.add(request);
                    return rule.judge(request);
                })
                .connector(Connector.always(Route.through(upstream.upstream())))
                .resolver(name -> {
                    throw new AssertionError("looked up here: " + name);
                })
                .start();
    }

    @Test
    void throughAnUpstreamANameIsJudgedTwiceAsItself() throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = through(upstream, request -> Verdict.undecided());
                RawClient client = greeted(server)) {
            client.send(RawClient.connect(NAME, 80));
            upstream.acceptRequest(RawClient.connect(NAME, 80));
            assertThat(judged).extracting(AccessRequest::resolved).containsExactly(null, Endpoint.of(NAME, 80));
            assertThat(judged).extracting(AccessRequest::destination).containsOnly(Endpoint.of(NAME, 80));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow 10.0.0.0/8", "deny origin.example", "deny *:80", "allow *.other.example"})
    void rulesThatRefuseANameThroughAnUpstream(String rule) throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = through(upstream, rules(rule));
                RawClient client = greeted(server)) {
            client.send(RawClient.connect(NAME, 80)).expectFailure(0x02);
            assertThat(upstream.untouched()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow *.example", "allow *:80", "deny 0.0.0.0/0"})
    void rulesThatLetANameThrough(String rule) throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = through(upstream, rules(rule));
                RawClient client = greeted(server)) {
            client.send(RawClient.connect(NAME, 80));
            upstream.acceptRequest(RawClient.connect(NAME, 80));
        }
    }

    private static AccessRule rules(String rule) {
        List<String> words = List.of(rule.split(" "));
        return words.get(0).equals("allow")
                ? AccessRules.builder().allow(words.get(1)).build()
                : AccessRules.builder().deny(words.get(1)).build();
    }

    @Test
    void addressesAreJudgedAsEver() throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = through(upstream, request -> Verdict.undecided());
                RawClient client = greeted(server);
                RawClient disguised = greeted(server)) {
            client.send(RawClient.connect(new InetSocketAddress("169.254.169.254", 80)))
                    .expectFailure(0x02);
            disguised.send(RawClient.connect("169.254.169.254", 80)).expectFailure(0x02);
            assertThat(upstream.untouched()).isTrue();
        }
    }
}
