package dev.socks5.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.server.operation.OpenSession;
import dev.socks5.server.operation.Usage;
import dev.socks5.server.operation.UserUsage;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What sessions, users and the whole server have relayed: the same sums, and none that gets less. */
@Timeout(60)
class AccountingTest {

    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";
    private static final String NOBODY = "";
    private static final int ROUNDS = 6;
    private static final int IN_A_ROUND = 50_000;

    /** The last tunnel of each user is too much. */
    private static final int QUOTA = ROUNDS * IN_A_ROUND - IN_A_ROUND / 3;

    /** Adds up endings by user, and checks progress against what was told before. */
    private static final class Ledger implements Socks5ServerListener {
        private final Map<String, Usage> ended = new HashMap<>();
        private final Map<Long, Long> latest = new ConcurrentHashMap<>();
        private final BlockingQueue<Usage> progress = new LinkedBlockingQueue<>();
        private final Queue<CloseReason> reasons = new ConcurrentLinkedQueue<>();
        private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
        private final AtomicInteger open = new AtomicInteger();

        @Override
        public void accepted(SessionInfo session) {
            open.incrementAndGet();
        }

        @Override
        public void progressed(SessionInfo session, Usage soFar) {
            progress.add(soFar);
            check(session, soFar);
        }

        @Override
        public void closed(SessionInfo session, SessionEnd ending) {
            Usage whole = new Usage(ending.bytesUp(), ending.bytesDown(), ending.datagrams());
            check(session, whole);
            latest.put(session.id(), Long.MAX_VALUE); // Nothing may come behind it.
            String user = session.user() == null ? NOBODY : session.user().getName();
            reasons.add(ending.reason());
            synchronized (ended) {
                ended.merge(user, whole, AccountingTest::sum);
            }
            open.decrementAndGet();
        }

        private void check(SessionInfo session, Usage soFar) {
            long moved = soFar.bytesUp() + soFar.bytesDown();
            if (latest.merge(session.id(), moved, Math::max) != moved) {
                wrong.add(session + " has gone back to " + soFar);
            }
        }
    }

    private static Usage sum(Usage a, Usage b) {
        return new Usage(a.bytesUp() + b.bytesUp(), a.bytesDown() + b.bytesDown(), sum(a.datagrams(), b.datagrams()));
    }

    private static DatagramCounts sum(DatagramCounts a, DatagramCounts b) {
        return new DatagramCounts(
                a.up() + b.up(),
                a.down() + b.down(),
                a.fragments() + b.fragments(),
                a.malformed() + b.malformed(),
                a.foreign() + b.foreign(),
                a.refused() + b.refused(),
                a.lost() + b.lost());
    }

    private static Socks5ServerBuilder builder(Ledger ledger) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(2)
                .authenticator(PasswordAuthenticator.of(Map.of("al", "pw", "bo", "pw")))
                .method(AuthMethod.NO_AUTHENTICATION, client -> ServerNegotiation.noAuthentication())
                .listener(ledger);
    }

    private static RawClient in(Socks5Server server, String user) throws Exception {
        RawClient client = new RawClient(server);
        if (user.isEmpty()) {
            return client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
        }
        return client.send(RawClient.LOGIN_GREETING)
                .expect(RawClient.LOGIN_SELECTED)
                .send("01 02 " + RawClient.hex(user.getBytes(US_ASCII)) + " 02 70 77")
                .expect("01 00");
    }

    @Test
    void listenersAreToldWhatASessionHasRelayedSoFar() throws Exception {
        Ledger ledger = new Ledger();
        try (Origin origin = new Origin();
                Socks5Server server =
                        builder(ledger).progressEvery(Duration.ofMillis(1)).start();
                RawClient idle = in(server, "bo").send(RawClient.connect(origin.address()));
                RawClient client = in(server, "al").send(RawClient.connect(origin.address()))) {
            idle.expectSuccess();
            client.expectSuccess();
            client.send(new byte[3]);
            assertThat(progress(ledger)).isEqualTo(new Usage(3, 0, DatagramCounts.NONE));
            client.send(new byte[4]);
            assertThat(progress(ledger)).isEqualTo(new Usage(7, 0, DatagramCounts.NONE));
        }
        assertThat(ledger.progress).isEmpty();
        assertThat(ledger.wrong).isEmpty();
    }

    private static Usage progress(Ledger ledger) throws InterruptedException {
        Usage told = ledger.progress.poll(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        return told == null ? Usage.NONE : told;
    }

    /** On real threads and both loops: tunnels with and without early data, associations, refusals and a quota. */
    @Test
    void allSumsAreTheSame() throws Exception {
        Ledger ledger = new Ledger();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Origin> origins = List.of(new Origin(), new Origin(), new Origin());
        try (Socks5Server server = builder(ledger)
                .accessRule(AccessRules.builder().deny("*:81").build())
                .quotaPerUser(QUOTA, Duration.ofDays(1))
                .progressEvery(Duration.ofMillis(1))
                .start()) {
            List<Thread> clients = new ArrayList<>();
            for (String user : List.of("al", "bo", NOBODY)) {
                Origin origin = origins.get(clients.size());
                Thread thread = new Thread(() -> {
                    try {
                        for (int i = 0; i < ROUNDS; i++) {
                            round(server, origin, user, i);
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                });
                thread.start();
                clients.add(thread);
            }
            long before = 0;
            Map<String, Long> users = new HashMap<>();
            while (clients.stream().anyMatch(Thread::isAlive)) {
                long sessions = 0;
                for (OpenSession session : server.sessions()) {
                    sessions += session.usage().bytesUp() + session.usage().bytesDown();
                }
                for (UserUsage user : server.users()) {
                    long moved = user.usage().bytesUp() + user.usage().bytesDown();
                    assertThat(moved).isGreaterThanOrEqualTo(users.getOrDefault(String.valueOf(user.user()), 0L));
                    users.put(String.valueOf(user.user()), moved);
                }
                ServerStatistics statistics = server.statistics();
                long all = statistics.bytesUp() + statistics.bytesDown();
                assertThat(all).isGreaterThanOrEqualTo(before);
                assertThat(sessions).isLessThanOrEqualTo(all);
                before = all;
            }
            assertThat(failures).isEmpty();
            Remains.await(() -> ledger.reasons.stream()
                            .filter(CloseReason.QUOTA_USED::equals)
                            .count()
                    == 2);
            origins.forEach(Origin::close); // The other tunnels are open in one direction.
            Remains.await(() -> ledger.open.get() == 0);
            ServerStatistics statistics = server.statistics();
            Usage all = new Usage(statistics.bytesUp(), statistics.bytesDown(), statistics.datagrams());
            synchronized (ledger.ended) {
                assertThat(ledger.ended.values().stream().reduce(Usage.NONE, AccountingTest::sum))
                        .isEqualTo(all);
                assertThat(server.users())
                        .extracting(user -> user.user() == null ? NOBODY : user.user(), UserUsage::usage)
                        .containsExactlyInAnyOrderElementsOf(ledger.ended.entrySet().stream()
                                .map(each -> tuple(each.getKey(), each.getValue()))
                                .toList());
            }
            assertThat(server.users()).allMatch(user -> user.sessions() == 0);
            assertThat(ledger.wrong).isEmpty();
            assertThat(all.datagrams().up()).isEqualTo(9 * ROUNDS);
            assertThat(all.datagrams().refused()).isEqualTo(3 * ROUNDS);
            assertThat(all.datagrams().fragments()).isEqualTo(3 * ROUNDS);
        } finally {
            origins.forEach(Origin::close);
        }
    }

    private static void round(Socks5Server server, Origin origin, String user, int round) throws Exception {
        try (RawClient refused = in(server, user)) {
            refused.send(RawClient.connect("127.0.0.1", 81)).expectFailure(0x02);
        }
        try (UdpOrigin far = new UdpOrigin();
                UdpClient client = new UdpClient(in(server, user), ASSOCIATE)) {
            client.sendRaw(RawClient.bytes("00 00 01 01 7f 00 00 01 00 01 2e")); // a fragment
            client.send(new InetSocketAddress("127.0.0.1", 81), new byte[7]);
            for (int i = 0; i < 3; i++) {
                client.send(far.address(), new byte[100 * round + i]);
                far.take();
            }
            far.answer(new byte[5]);
            client.receive(far.address());
        }
        try (RawClient client = in(server, user)) {
            client.send(RawClient.connect(origin.address()) + "2e 2e").expectSuccess();
            client.send(new byte[IN_A_ROUND]);
            Socket behind = origin.take();
            if (user.isEmpty() || round < ROUNDS - 1) { // All is charged before the next round.
                assertThat(behind.getInputStream().readNBytes(IN_A_ROUND + 2)).hasSize(IN_A_ROUND + 2);
            }
        } catch (SocketException e) {
            assertThat(round).isEqualTo(ROUNDS - 1); // Reset, because the quota is used.
        }
    }
}
