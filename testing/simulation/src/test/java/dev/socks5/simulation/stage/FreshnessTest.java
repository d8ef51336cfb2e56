package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How long what is known holds: of a destination of datagrams, and of a client that has failed to log in. */
class FreshnessTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    /** Counts how often it is asked, and says no while it is told to. */
    private static final class Rule implements AccessRule {
        private int asked;
        private boolean denies;

        @Override
        public Verdict judge(AccessRequest request) {
            if (request.resolved() == null || request.resolved().equals(Endpoint.UNSPECIFIED)) {
                return Verdict.undecided();
            }
            asked++;
            return denies ? Verdict.deny("for now") : Verdict.undecided();
        }

        @Override
        public boolean mayBlock() {
            return false;
        }
    }

    /** One that is allowed is judged anew after a minute, one that is refused after five seconds. */
    @ParameterizedTest
    @CsvSource({"IPV4, false, 60", "IPV4, true, 5", "IPV6, false, 60", "IPV6, true, 5", "IPV4_TWO_LOOPS, true, 5"})
    void aDestinationIsJudgedAgainOnceItsTimeIsOver(Setting setting, boolean denied, long seconds) {
        Rule rule = new Rule();
        try (Stage stage = new Stage(setting).serve(server -> server.accessRule(rule))) {
            Datagrams origin = stage.datagrams(stage.far(1));
            Association client = Association.open(stage);
            rule.denies = denied;
            client.says(origin.address(), PING);
            stage.passes(Stage.LATENCY * 2);
            long judged = stage.world.elapsed() - Stage.LATENCY;
            rule.denies = !denied;
            assertThat(rule.asked).isOne();
            // The last millisecond before, and the first after: on the way it takes one.
            stage.passes(judged + Duration.ofSeconds(seconds).toNanos() - 2 * Stage.LATENCY - stage.world.elapsed());
            client.says(origin.address(), PING);
            stage.passes(2 * Stage.LATENCY);
            assertThat(rule.asked).as("before").isOne();
            client.says(origin.address(), PING);
            stage.passes(3 * Stage.LATENCY);
            assertThat(rule.asked).as("after").isEqualTo(2);
            assertThat(stage.server().statistics().datagrams().refused()).isEqualTo(denied ? 2 : 1);
            assertThat(origin.unheard()).isEqualTo(denied ? 1 : 2);
        }
    }

    /** The old answer holds meanwhile: nothing waits for the look-up of what is known. */
    @ParameterizedTest
    @EnumSource
    void aNameIsLookedUpAgainAfterAMinute(Setting setting) {
        List<InetAddress> found = new ArrayList<>(List.of(setting.far(1, 0).getAddress()));
        int[] lookUps = {0};
        try (Stage stage = new Stage(setting)) {
            stage.serve(server -> server.executor(stage.executor()).resolver(name -> {
                lookUps[0]++;
                return List.copyOf(found);
            }));
            Datagrams first = stage.datagrams(setting.far(1, 53));
            Datagrams second = stage.datagrams(setting.far(2, 53));
            Association client = Association.open(stage);
            byte[] datagram = Datagrams.datagram(new Endpoint(new DomainName("dns.test"), 53), PING);
            client.socket().says(client.relay(), datagram);
            stage.passes(Stage.LATENCY * 2);
            stage.doWork();
            first.hears(PING);
            found.set(0, setting.far(2, 0).getAddress());
            stage.passes(Duration.ofSeconds(59));
            client.socket().says(client.relay(), datagram);
            first.hears(PING);
            assertThat(stage.work).as("look-ups within the minute").isEmpty();
            stage.passes(Duration.ofSeconds(1));
            client.socket().says(client.relay(), datagram);
            first.hears(PING);
            client.socket().says(client.relay(), datagram);
            first.hears(PING);
            assertThat(stage.work).as("one look-up of a name at a time").hasSize(1);
            stage.doWork();
            stage.passes(Stage.LATENCY);
            client.socket().says(client.relay(), datagram);
            second.hears(PING);
            assertThat(lookUps).containsExactly(2);
        }
    }

    /** From the last failure on, by everything of its network; and nobody else is kept out. */
    @ParameterizedTest
    @EnumSource
    void whoFailsToLogInTooOftenIsKeptOutForAWhile(Setting setting) {
        Duration window = Duration.ofMinutes(10);
        try (Stage stage = new Stage(setting)) {
            stage.serveUsers(server -> server.authenticator(PasswordAuthenticator.of(Map.of("al", "pw")))
                    .loginThrottle(3, window));
            for (int i = 0; i < 3; i++) {
                stage.passes(Duration.ofMinutes(3));
                stage.client()
                        .says(Stage.LOGIN_GREETING)
                        .hears(Stage.LOGIN_SELECTED)
                        .says("01 01 75 01 78")
                        .hears("01 01")
                        .closes();
            }
            long failed = stage.events.at("loginFailed", 3);
            stage.client().dropped();
            stage.passes(failed + window.toNanos() - 2 * Stage.LATENCY - stage.world.elapsed());
            stage.client().dropped(); // It arrives a millisecond too early.
            assertThat(stage.events.all().stream().filter("rejected TOO_MANY_FAILED_LOGINS"::equals))
                    .hasSize(2);
            Program stranger = stage.client(setting.far(77, 0).getAddress());
            stranger.says(Stage.LOGIN_GREETING).hears(Stage.LOGIN_SELECTED);
            stage.loggedIn("al");
        }
    }
}
