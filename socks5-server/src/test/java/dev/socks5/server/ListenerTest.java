package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenerTest {

    @Test
    void aTunnelsLife() throws Exception {
        Recorder events = new Recorder();
        try (Origin origin = new Origin();
                Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .listener(events)
                        .start()) {
            try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
                client.send("2e 2e 2e");
                assertThat(origin.take().getInputStream().readNBytes(3)).hasSize(3);
                client.reset();
            }
            assertThat(events.until("closed"))
                    .containsExactly(
                            "accepted", "requested CONNECT", "connected " + origin.port(), "closed 3 0 BROKEN");
        }
    }

    @Test
    void aDeniedRequestNamesTheRule() throws Exception {
        Recorder events = new Recorder();
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .accessRule(AccessRules.builder().deny("127.0.0.0/8:81").build())
                        .listener(events)
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            client.send(RawClient.connect("127.0.0.1", 81)).expectFailure(0x02);
            assertThat(events.until("requestFailed")).last().isEqualTo("requestFailed 2 deny 127.0.0.0/8:81");
        }
    }

    @Test
    void aListenerThatThrowsChangesNothing() throws Exception {
        BlockingQueue<SessionInfo> closed = new LinkedBlockingQueue<>();
        Socks5ServerListener broken = new Socks5ServerListener() {
            @Override
            public void accepted(SessionInfo session) {
                throw new IllegalStateException("broken on purpose");
            }

            @Override
            public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
                throw new AssertionError("broken on purpose");
            }

            @Override
            public void closed(SessionInfo session, SessionEnd ending) {
                closed.add(session);
                throw new IllegalStateException("broken on purpose");
            }
        };
        try (Origin origin = new Origin();
                Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .maxConnections(1)
                        .listener(broken)
                        .start()) {
            for (int i = 0; i < 3; i++) { // One at a time: each has to give its place back.
                try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
                    client.send("2e");
                    assertThat(origin.take().getInputStream().read()).isEqualTo('.');
                    client.reset();
                }
                closed.take();
            }
        }
    }

    /** As code in languages that do not check exceptions can. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> void throwUnchecked(Exception e) throws E {
        throw (E) e;
    }

    @Test
    void checkedExceptionsFromPoliciesChangeNothingEither() throws Exception {
        BlockingQueue<SessionInfo> closed = new LinkedBlockingQueue<>();
        Socks5ServerListener broken = new Socks5ServerListener() {
            @Override
            public void accepted(SessionInfo session) {
                ListenerTest.<RuntimeException>throwUnchecked(new java.io.IOException("broken on purpose"));
            }

            @Override
            public void closed(SessionInfo session, SessionEnd ending) {
                closed.add(session);
                ListenerTest.<RuntimeException>throwUnchecked(new Exception("broken on purpose"));
            }
        };
        AccessRule brokenRule = new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                if (request.destination().port() == 1) {
                    ListenerTest.<RuntimeException>throwUnchecked(new Exception("broken on purpose"));
                }
                return Verdict.undecided();
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        };
        try (Origin origin = new Origin();
                Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .maxConnections(1)
                        .eventLoops(1)
                        .listener(broken)
                        .accessRule(brokenRule)
                        .start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    client.send(RawClient.connect("127.0.0.1", 1)).expectFailure(0x01);
                }
                closed.take();
            }
            try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
                client.send("2e");
                assertThat(origin.take().getInputStream().read()).isEqualTo('.');
            }
        }
    }

    @Test
    void sessionInfoIsSafeToLog() {
        SessionInfo info = new SessionInfo(
                7,
                ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000)),
                new User("evil\r\nuser"),
                Request.connect(new Endpoint(new dev.socks5.codec.DomainName("a\r\nb"), 80)));
        assertThat(info.toString()).doesNotContain("\r", "\n", "user").contains("#7", "a\\x0d\\x0ab:80");
    }
}
