package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.Balancer;
import dev.socks5.server.Balancer.Clients;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Socks5Server;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behind a balancer: what counts for whom, and how long it may take. */
@Timeout(120)
class BalancerLimitsTest {

    @Test
    void connectionsAreCountedForTheTrueClient() throws Exception {
        Clients events = new Clients();
        try (Socks5Server server =
                Balancer.behind("127.0.0.1").maxPerClient(1).listener(events).start()) {
            try (RawClient first = new RawClient(server)) {
                first.send(Balancer.line(Balancer.ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
                assertThat(events.next()).isEqualTo("accepted " + Balancer.ALICE);
                for (String again : List.of("192.0.2.1:40001", "[::ffff:192.0.2.1]:40002")) {
                    try (RawClient second = new RawClient(server)) {
                        second.send(Balancer.block(again) + RawClient.GREETING).expectDropped();
                        assertThat(events.next())
                                .isEqualTo(
                                        "rejected " + again.replaceAll("\\[::ffff:|]", "") + " TOO_MANY_FROM_CLIENT");
                    }
                }
                try (RawClient other = new RawClient(server)) {
                    other.send(Balancer.line(Balancer.BOB) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    assertThat(events.next()).isEqualTo("accepted " + Balancer.BOB);
                }
                assertThat(events.next()).isEqualTo("closed " + Balancer.BOB + " CLIENT_LEFT");
            }
            assertThat(events.next()).isEqualTo("closed " + Balancer.ALICE + " CLIENT_LEFT");
            try (RawClient again = new RawClient(server)) {
                again.send(Balancer.line(Balancer.ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
            }
            // Those that were refused do not count any more, nor does anything else.
            assertThat(server.shutdown(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void whoGuessesAtLoginsIsTheTrueClient() throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = Balancer.behind("127.0.0.1")
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                .loginThrottle(1, Duration.ofHours(1))
                .listener(events)
                .start()) {
            try (RawClient guess = new RawClient(server)) {
                guess.send(Balancer.line(Balancer.ALICE) + RawClient.LOGIN_GREETING + "01 01 61 01 62");
                guess.expect(RawClient.LOGIN_SELECTED).expect("01 01").expectEnd();
            }
            assertThat(events.next()).isEqualTo("accepted " + Balancer.ALICE);
            assertThat(events.next()).isEqualTo("closed " + Balancer.ALICE + " NOT_AUTHENTICATED");
            try (RawClient again = new RawClient(server)) {
                again.send(Balancer.block(Balancer.ALICE)).expectDropped();
            }
            assertThat(events.next()).isEqualTo("rejected " + Balancer.ALICE + " TOO_MANY_FAILED_LOGINS");
            try (RawClient other = new RawClient(server)) {
                other.send(Balancer.line(Balancer.BOB) + RawClient.LOGIN_GREETING)
                        .expect(RawClient.LOGIN_SELECTED);
            }
            assertThat(events.next()).isEqualTo("accepted " + Balancer.BOB);
        }
    }

    @Test
    void theTotalIsCountedFromAcceptanceOn() throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = Balancer.behind("127.0.0.1")
                .maxConnections(1)
                .maxPerClient(1)
                .listener(events)
                .start()) {
            for (String part : List.of("", "50 52")) {
                try (RawClient silent = new RawClient(server).send(part);
                        RawClient next = new RawClient(server)) {
                    next.expectDropped();
                    assertThat(events.next()).isEqualTo("rejected " + Balancer.from(next) + " TOO_MANY_CONNECTIONS");
                    silent.socket().shutdownOutput();
                    assertThat(events.next()).isEqualTo("accepted " + Balancer.from(silent));
                    assertThat(events.next()).isEqualTo("closed " + Balancer.from(silent) + " CLIENT_LEFT");
                }
            }
            try (RawClient client = new RawClient(server)) {
                client.send(Balancer.line(Balancer.ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
            }
            assertThat(server.shutdown(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void waitingForTheHeaderIsPartOfTheHandshake() throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = Balancer.behind("127.0.0.1")
                        .maxUnauthenticated(1)
                        .eventLoops(1) // They are taken over in their order.
                        .listener(events)
                        .start();
                RawClient silent = new RawClient(server);
                RawClient next = new RawClient(server)) {
            silent.expectDropped();
            assertThat(events.next()).isEqualTo("accepted " + Balancer.from(silent));
            assertThat(events.next()).isEqualTo("closed " + Balancer.from(silent) + " EVICTED");
            next.send(Balancer.line(Balancer.ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
        }
    }

    @Test
    void theEndOfTheServerIsTheEndOfTheWait() throws Exception {
        Clients events = new Clients();
        Socks5Server server = Balancer.behind("127.0.0.1")
                .maxUnauthenticated(1)
                .eventLoops(1) // They are taken over in their order.
                .listener(events)
                .start();
        try (RawClient evicted = new RawClient(server);
                RawClient silent = new RawClient(server)) {
            evicted.expectDropped(); // So the other has been taken over.
            assertThat(events.next() + ", " + events.next()).endsWith("EVICTED");
            assertThat(server.shutdown(Duration.ofMillis(1))).isFalse();
            silent.expectDropped();
            assertThat(events.next()).isEqualTo("accepted " + Balancer.from(silent));
            assertThat(events.next()).isEqualTo("closed " + Balancer.from(silent) + " SHUTDOWN");
        } finally {
            server.close();
        }
    }
}
