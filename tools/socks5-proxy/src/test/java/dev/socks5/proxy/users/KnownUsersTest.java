package dev.socks5.proxy.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.proxy.users.Password.Hash;
import dev.socks5.proxy.users.Password.Plain;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.User;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hashes are texts here, with the cost where bcrypt has it, and their password behind that. */
@Timeout(60)
class KnownUsersTest {

    private static final Password ALICE = new Hash("$2y$05$secret");
    private static final Password BOB = new Hash("$2y$08$hidden");
    private static final Password CAROL = new Plain("plain");

    private final List<Integer> spent = new ArrayList<>();

    private final HashCheck hashes = new HashCheck() {
        @Override
        public boolean matches(byte[] password, String hash) {
            spend(Bcrypt.cost(hash));
            return hash.substring(7).equals(new String(password, UTF_8));
        }

        @Override
        public void spend(int cost) {
            spent.add(cost);
        }
    };

    private static final Map<String, Password> ALL = Map.of("alice", ALICE, "bob", BOB, "cärol", CAROL);
    private static final ClientAddress CLIENT = ClientAddress.of(new InetSocketAddress("127.0.0.1", 1));

    private KnownUsers users = KnownUsers.of(ALL, hashes, new HashWork(Duration.ofSeconds(30)));

    private Optional<? extends Principal> login(String name, String password) throws Exception {
        return users.authenticate(PasswordRequest.of(name, password), CLIENT);
    }

    private int work() {
        int work = spent.stream().mapToInt(cost -> 1 << cost).sum();
        spent.clear();
        return work;
    }

    @ParameterizedTest
    @CsvSource({"alice, secret", "bob, hidden", "cärol, plain"})
    void whoKnowsThePasswordIsLetIn(String name, String password) throws Exception {
        assertThat(login(name, password).orElseThrow().getName()).isEqualTo(name);
        assertThat(login(name, password.toUpperCase(Locale.ROOT))).isEmpty();
        assertThat(login(name, "")).isEmpty();
        assertThat(login(name + "x", password)).isEmpty();
    }

    /** Whoever has read the file knows the hash. */
    @Test
    void aHashIsNoPassword() throws Exception {
        assertThat(login("alice", "$2y$05$secret")).isEmpty();
    }

    /** Else the time would tell who is known, and whose password is hashed. */
    @ParameterizedTest
    @CsvSource({"alice, wrong", "bob, wrong", "cärol, wrong", "nobody, wrong", "alice, hidden"})
    void aLoginThatFailsIsTheSameWorkForAll(String name, String password) throws Exception {
        assertThat(login(name, password)).isEmpty();
        assertThat(work()).isEqualTo(1 << 8);
    }

    @Test
    void withoutHashesThereIsNoWorkAndNobodyWaits() throws Exception {
        users = users.replacedBy(Map.of("cärol", CAROL));
        assertThat(users.mayBlock()).isFalse();
        assertThat(login("cärol", "plain")).isPresent();
        assertThat(login("nobody", "wrong")).isEmpty();
        assertThat(work()).isZero();
    }

    @Test
    void aHashIsWorkOnceForAGoodPasswordAndEachTimeForAWrongOne() throws Exception {
        assertThat(users.mayBlock()).isTrue();
        assertThat(login("alice", "secret")).isPresent();
        assertThat(work()).isEqualTo(1 << 5);
        assertThat(login("alice", "secret")).isPresent();
        assertThat(work()).isZero();
        for (int i = 0; i < 2; i++) {
            assertThat(login("alice", "wrong")).isEmpty();
            assertThat(work()).isEqualTo(1 << 8);
        }
        assertThat(login("alice", "secret")).isPresent();
        assertThat(login("bob", "secret")).as("another's").isEmpty();
    }

    /** After a change, not everybody's hash is to be checked again at once. */
    @Test
    void whoStaysTheSameStaysRemembered() throws Exception {
        login("alice", "secret");
        login("bob", "hidden");
        work();
        users = users.replacedBy(Map.of("alice", ALICE, "bob", new Hash("$2y$08$changed")));
        assertThat(login("alice", "secret")).isPresent();
        assertThat(work()).isZero();
        assertThat(login("bob", "hidden")).isEmpty();
        assertThat(login("bob", "changed")).isPresent();
        assertThat(login("cärol", "plain")).isEmpty();
    }

    @Test
    void whoIsThereWithTheSamePasswordIsAdmitted() throws Exception {
        Principal alice = login("alice", "secret").orElseThrow();
        Principal bob = login("bob", "hidden").orElseThrow();
        Principal carol = login("cärol", "plain").orElseThrow();
        assertThat(List.of(alice, bob, carol)).allMatch(users::admits);
        users = users.replacedBy(Map.of("alice", ALICE, "cärol", new Plain("changed")));
        assertThat(users.admits(alice)).isTrue();
        assertThat(users.admits(bob)).as("gone").isFalse();
        assertThat(users.admits(carol)).as("another password").isFalse();
        assertThat(users.admits(new User("alice"))).as("by whatever login").isFalse();
    }

    @Test
    void theNameIsAllThatShows() throws Exception {
        Principal alice = login("alice", "secret").orElseThrow();
        assertThat(alice.toString()).isEqualTo("alice");
        assertThat(alice).isEqualTo(login("alice", "secret").orElseThrow()).hasSameHashCodeAs(alice);
        assertThat(alice).isNotEqualTo(login("bob", "hidden").orElseThrow());
    }

    /** Who has not been checked has not guessed. What is wrong for certain is a guess, however busy others are. */
    @Test
    void whoseTurnDoesNotComeIsNotSaidToBeWrong() throws Exception {
        login("bob", "hidden");
        HashWork busy = new HashWork(Duration.ZERO, 1);
        users = KnownUsers.of(ALL, hashes, busy);
        assertThat(login("bob", "hidden")).as("nobody else is checked").isPresent();
        work();
        busy.inTurn(CLIENT, () -> {
            assertThatThrownBy(() -> login("alice", "secret")).isInstanceOf(BusyException.class);
            assertThatThrownBy(() -> login("alice", "wrong")).isInstanceOf(BusyException.class);
            assertThat(login("bob", "hidden")).as("remembered").isPresent();
            assertThat(login("bob", "wrong")).as("remembered otherwise").isEmpty();
            assertThat(login("cärol", "plain")).isPresent();
            assertThat(login("cärol", "wrong")).isEmpty();
            assertThat(login("nobody", "wrong")).isEmpty();
            return true;
        });
        assertThat(work()).isZero();
        assertThat(login("alice", "secret")).isPresent();
    }

    /** As bytes: this is no text in UTF-8. */
    @Test
    void bytesThatAreNoTextAreNobody() throws Exception {
        String odd = new String(new byte[] {(byte) 0xFF, 0}, ISO_8859_1);
        assertThat(users.authenticate(new PasswordRequest(odd, odd), CLIENT)).isEmpty();
        assertThat(users.authenticate(new PasswordRequest("alice", odd), CLIENT))
                .isEmpty();
    }
}
