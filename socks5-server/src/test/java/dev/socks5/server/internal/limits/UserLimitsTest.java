package dev.socks5.server.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.DatagramCounts;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.User;
import dev.socks5.server.internal.usage.Fate;
import dev.socks5.server.operation.Usage;
import dev.socks5.server.operation.UserUsage;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** So many connections of one user, and so many guesses of one client. */
@Timeout(60)
class UserLimitsTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("al", "pw", "bo", "pw")))
                .listener(events);
    }

    private static RawClient login(RawClient client, String user, String password) throws IOException {
        return client.send(RawClient.LOGIN_GREETING)
                .expect(RawClient.LOGIN_SELECTED)
                .send("01 02 " + RawClient.hex(user.getBytes(java.nio.charset.StandardCharsets.US_ASCII)) + " 02 "
                        + RawClient.hex(password.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    private static RawClient loggedIn(Socks5Server server, String user) throws IOException {
        return login(new RawClient(server), user, "pw").expect("01 00");
    }

    @Test
    void connectionsPerUser() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().maxPerUser(2).start();
                RawClient first = loggedIn(server, "al");
                RawClient second = loggedIn(server, "al")) {
            first.send(RawClient.connect(origin.address())).expectSuccess();
            events.until("connected");
            try (RawClient third = loggedIn(server, "al")) {
                third.send(RawClient.connect(origin.address())).expectFailure(0x02);
                assertThat(events.until("requestFailed"))
                        .last()
                        .isEqualTo("requestFailed 2 the user has too many connections");
            }
            assertThat(events.until("closed")).last().asString().endsWith("REQUEST_FAILED");
            try (RawClient other = loggedIn(server, "bo")) {
                other.send(RawClient.connect(origin.address())).expectSuccess();
                other.reset();
            }
            events.until("closed");
            first.reset(); // It was counted, the third was not: this makes room for one.
            events.until("closed");
            try (RawClient again = loggedIn(server, "al")) {
                again.send(RawClient.connect(origin.address())).expectSuccess();
                second.send(RawClient.connect(origin.address())).expectSuccess();
            }
        }
    }

    /** By a clock that stands still. */
    @Test
    void whatAUserOwesIsOwedByTheNextConnectionToo() {
        UserLimits userLimits = new UserLimits(() -> 2, () -> 1_000, () -> Quota.Grant.UNLIMITED, () -> 0);
        Account account = userLimits.enter("al").orElseThrow();
        Objects.requireNonNull(account.down()).charge(2_000);
        userLimits.leave(account);
        assertThat(userLimits.size()).isZero();
        assertThat(userLimits.idle()).isEqualTo(1);
        assertThat(userLimits.enter("al")).containsSame(account);
        assertThat(userLimits.enter("al")).containsSame(account);
        assertThat(userLimits.enter("al")).isEmpty();
        assertThat(userLimits.size()).isEqualTo(1);
        assertThat(userLimits.idle()).isZero();
        userLimits.leave(account);
        assertThat(userLimits.idle()).isZero();
        userLimits.leave(account);
        assertThat(userLimits.idle()).isEqualTo(1);
    }

    /** Those who have the old one keep it; those who open tunnels from then on share the new one. */
    @Test
    void anotherBandwidthIsAnotherBucket() {
        AtomicLong rate = new AtomicLong();
        UserLimits userLimits = new UserLimits(() -> 2, rate::get, () -> Quota.Grant.UNLIMITED, System::nanoTime);
        Account account = userLimits.enter("al").orElseThrow();
        assertThat(account.up()).isNull();
        rate.set(1_000);
        TokenBucket slow = account.up();
        assertThat(slow).isNotNull().isSameAs(account.up()).isNotSameAs(account.down());
        rate.set(2_000);
        assertThat(account.up()).isNotNull().isNotSameAs(slow);
        rate.set(0);
        assertThat(account.up()).isNull();
    }

    /** Whoever left first is forgotten first; what they have relayed stays in the sum. */
    @Test
    void onlySoManyUsersAreRemembered() {
        UserLimits userLimits = new UserLimits(() -> 1, () -> 0, () -> Quota.Grant.UNLIMITED, () -> 0);
        Account stays = userLimits.enter("stays").orElseThrow();
        for (int i = 0; i < UserLimits.MAX_IDLE + 2; i++) {
            Account account = userLimits.enter("user " + i).orElseThrow();
            account.relayed().up(10 + i);
            account.relayed().count(Fate.UP);
            userLimits.leave(account);
            if (i == 1) {
                userLimits.leave(userLimits.enter("user 0").orElseThrow()); // Now it has left later than the next.
            }
        }
        assertThat(userLimits.idle()).isEqualTo(UserLimits.MAX_IDLE);
        assertThat(userLimits.size()).isEqualTo(1);
        List<UserUsage> users = userLimits.users(3);
        assertThat(users).hasSize(UserLimits.MAX_IDLE + 2);
        Usage forgotten = new Usage(11 + 10, 0, new DatagramCounts(2, 0, 0, 0, 0, 0, 0));
        assertThat(users).first().isEqualTo(new UserUsage(null, 2, forgotten));
        assertThat(users).contains(new UserUsage("stays", 1, Usage.NONE));
        Usage last = new Usage(10 + UserLimits.MAX_IDLE + 1, 0, new DatagramCounts(1, 0, 0, 0, 0, 0, 0));
        assertThat(users).contains(new UserUsage("user " + (UserLimits.MAX_IDLE + 1), 0, last));
        assertThat(userLimits.enter("user 0").orElseThrow().relayed().usage()).isEqualTo(Usage.NONE);
        userLimits.leave(stays);
        assertThat(userLimits.users(0)).first().extracting(UserUsage::sessions).isEqualTo(0);
    }

    @Test
    void theConnectionsOfAUserShareWhatTheyHave() {
        UserLimits userLimits =
                new UserLimits(() -> Integer.MAX_VALUE, () -> 1_000, () -> Quota.Grant.UNLIMITED, System::nanoTime);
        assertThat(userLimits.enter("al").orElseThrow())
                .isSameAs(userLimits.enter("al").orElseThrow())
                .isNotSameAs(userLimits.enter("bo").orElseThrow());
    }

    @Test
    void guessesAtLogins() throws Exception {
        InetAddress elsewhere = InetAddress.getByName("127.0.0.2");
        try (Socks5Server server = builder().loginThrottle(3, LONG).start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = new RawClient(server)) {
                    login(client, "al", "no").expect("01 01").expectEnd();
                }
            }
            try (RawClient client = new RawClient(server)) {
                client.expectDropped();
                assertThat(events.until("rejected")).last().isEqualTo("rejected TOO_MANY_FAILED_LOGINS");
            }
            try (RawClient client = new RawClient(server, elsewhere)) {
                login(client, "al", "pw").expect("01 00");
            }
        }
    }

    @Test
    void guessesSideBySideAreNotMoreThanOneAfterTheOther() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
        PasswordAuthenticator counting = (login, from) -> {
            asked.incrementAndGet();
            return Optional.empty();
        };
        List<RawClient> clients = new ArrayList<>();
        try (Socks5Server server = builder()
                .authenticator(counting)
                .executor(work::add)
                .loginThrottle(3, LONG)
                .start()) {
            for (int i = 0; i < 10; i++) {
                clients.add(login(new RawClient(server), "al", "no"));
            }
            for (int i = 0; i < 10; i++) {
                work.take().run();
            }
            for (RawClient client : clients) {
                client.expect("01 01").expectEnd();
            }
            assertThat(asked).hasValue(3);
            List<String> told = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                told.addAll(events.until("loginFailed"));
            }
            told.removeIf(event -> !event.startsWith("loginFailed"));
            assertThat(told)
                    .filteredOn("loginFailed the client has guessed too often"::equals)
                    .hasSize(8);
            assertThat(told)
                    .filteredOn("loginFailed the user name or password is not good"::equals)
                    .hasSize(2);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aGuessThatIsRightAmongTooManyAtTheSameTimeIsNotTold() throws Exception {
        CountDownLatch tooMany = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        PasswordAuthenticator slow = (login, from) -> {
            if (!login.password().equals("pw")) {
                return Optional.empty();
            }
            asked.countDown();
            awaitQuietly(tooMany);
            return Optional.of(new User("al"));
        };
        try (Socks5Server server =
                        builder().authenticator(slow).loginThrottle(3, LONG).start();
                RawClient right = login(new RawClient(server), "al", "pw")) {
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 3; i++) {
                try (RawClient wrong = new RawClient(server)) {
                    login(wrong, "al", "no").expect("01 01").expectEnd();
                }
            }
            tooMany.countDown();
            right.expect("01 01").expectEnd();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void onlyANoOfTheAuthenticatorIsAGuess() throws Exception {
        PasswordAuthenticator broken = (login, from) -> {
            throw new IOException("on purpose");
        };
        try (Socks5Server server =
                builder().authenticator(broken).loginThrottle(1, LONG).start()) {
            try (RawClient client = new RawClient(server)) {
                client.send(RawClient.GREETING).expect("05 ff").expectEnd(); // It did not offer the method.
            }
            for (int i = 0; i < 2; i++) {
                try (RawClient client = new RawClient(server)) {
                    login(client, "al", "pw").expect("01 01").expectEnd();
                }
            }
        }
    }

    @Test
    void limitsArePositive() {
        Socks5ServerBuilder builder = builder();
        assertThatThrownBy(() -> builder.maxPerUser(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.loginThrottle(0, LONG)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.loginThrottle(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.bandwidthPerConnection(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.bandwidthPerUser(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
