package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRulesTest {

    private static Verdict.Decision judge(AccessRules rules, String destination, @Nullable String resolved) {
        return rules.judge(new AccessRequest(
                        ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000)),
                        null,
                        Command.CONNECT,
                        Endpoint.parse(destination),
                        resolved == null ? null : Endpoint.parse(resolved)))
                .decision();
    }

    private static Verdict.Decision alice(
            AccessRules rules, Command command, String destination, @Nullable String resolved) {
        return rules.judge(new AccessRequest(
                        ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000)),
                        new User("alice"),
                        command,
                        Endpoint.parse(destination),
                        resolved == null ? null : Endpoint.parse(resolved)))
                .decision();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5:443, DENY", // the first that matches
        "10.0.0.6:443, ALLOW",
        "10.0.0.6:80, DENY", // no rule allows it
        "192.0.2.1:443, DENY"
    })
    void theFirstThatMatchesDecides(String address, Verdict.Decision decision) {
        AccessRules rules =
                AccessRules.builder().deny("10.0.0.5").allow("10.0.0.0/8:443").build();
        assertThat(judge(rules, address, address)).isEqualTo(decision);
    }

    /** Anybody can have an address with that inside. */
    @Test
    void whatIsInsideAnIsatapAddressCanRefuseItAndNotAllowIt() {
        String inside = "[2001:db8::5efe:10.0.0.1]:80";
        AccessRules deny = AccessRules.builder().deny("10.0.0.0/8").build();
        assertThat(judge(deny, inside, inside)).isEqualTo(Verdict.Decision.DENY);
        assertThat(judge(deny, "a.example:80", inside)).isEqualTo(Verdict.Decision.DENY);
        assertThat(judge(deny, "[2001:db8::5efe:192.0.2.1]:80", "[2001:db8::5efe:192.0.2.1]:80"))
                .isEqualTo(Verdict.Decision.UNDECIDED);
        AccessRules allow = AccessRules.builder().allow("10.0.0.0/8").build();
        assertThat(judge(allow, inside, inside)).isEqualTo(Verdict.Decision.DENY);
    }

    @Test
    void withoutAnAllowTheDefaultsDecideOnTheRest() {
        AccessRules rules = AccessRules.builder().deny("10.0.0.0/8").build();
        assertThat(judge(rules, "192.0.2.1:80", "192.0.2.1:80")).isEqualTo(Verdict.Decision.UNDECIDED);
    }

    @Test
    void aNameIsDeniedBeforeItIsLookedUp() {
        AccessRules rules = AccessRules.builder().deny("*.evil.example").build();
        assertThat(judge(rules, "www.evil.example:80", null)).isEqualTo(Verdict.Decision.DENY);
        assertThat(judge(rules, "evil.example:80", null)).isEqualTo(Verdict.Decision.UNDECIDED);
    }

    @Test
    void aNameThatNoRuleAllowsIsDeniedBeforeItIsLookedUp() {
        AccessRules rules = AccessRules.builder().allow("good.example").build();
        assertThat(judge(rules, "bad.example:80", null)).isEqualTo(Verdict.Decision.DENY);
        assertThat(judge(rules, "good.example:80", null)).isEqualTo(Verdict.Decision.UNDECIDED);
    }

    @Test
    void anAddressRuleBeforeANameRuleHasToWaitForTheAddress() {
        AccessRules rules =
                AccessRules.builder().allow("10.0.0.0/8").deny("*.example").build();
        assertThat(judge(rules, "a.example:80", null)).isEqualTo(Verdict.Decision.UNDECIDED);
        assertThat(judge(rules, "a.example:80", "10.1.1.1:80")).isEqualTo(Verdict.Decision.ALLOW);
        assertThat(judge(rules, "a.example:80", "192.0.2.1:80")).isEqualTo(Verdict.Decision.DENY);
    }

    @Test
    void whatIsDeniedWhateverTheAddressIsDeniedBeforeItIsLookedUp() {
        AccessRules rules =
                AccessRules.builder().deny("10.0.0.0/8").deny("*.evil.example").build();
        assertThat(judge(rules, "www.evil.example:80", null)).isEqualTo(Verdict.Decision.DENY);
        assertThat(judge(rules, "good.example:80", null)).isEqualTo(Verdict.Decision.UNDECIDED);
        AccessRules list =
                AccessRules.builder().deny("10.0.0.0/8").allow("good.example").build();
        assertThat(judge(list, "bad.example:80", null)).isEqualTo(Verdict.Decision.DENY);
        assertThat(judge(list, "good.example:80", null)).isEqualTo(Verdict.Decision.UNDECIDED);
        assertThat(judge(list, "good.example:80", "10.1.1.1:80")).isEqualTo(Verdict.Decision.DENY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "user=alice",
                "command=connect",
                "client=127.0.0.0/8",
                "*.example.com",
                "*:80",
                "* 10.0.0.0/8",
                "a.example.com 10.0.0.0/8 user=alice"
            })
    void anAllowThatDoesNotNameTheAddressLeavesItToTheDefaults(String rule) {
        AccessRules rules = AccessRules.builder().allow(rule).build();
        assertThat(alice(rules, Command.CONNECT, "a.example.com:80", "169.254.169.254:80"))
                .isEqualTo(Verdict.Decision.UNDECIDED);
    }

    @Test
    void anAllowThatNamesTheAddressLiftsTheDefaultsForWhomItIsMeant() {
        AccessRules rules =
                AccessRules.builder().allow("169.254.0.0/16 user=alice").build();
        assertThat(alice(rules, Command.CONNECT, "169.254.169.254:80", "169.254.169.254:80"))
                .isEqualTo(Verdict.Decision.ALLOW);
        assertThat(judge(rules, "169.254.169.254:80", "169.254.169.254:80")).isEqualTo(Verdict.Decision.DENY);
    }

    @ParameterizedTest
    @CsvSource({
        "deny command=udp-associate, DENY",
        "deny *, DENY",
        "deny user=alice, DENY",
        "deny user=bob, UNDECIDED",
        "deny 0.0.0.0/0, UNDECIDED",
        "allow 10.0.0.0/8:53, UNDECIDED",
        "allow *.example.com, UNDECIDED",
        "allow command=udp-associate, UNDECIDED",
        "allow command=connect, DENY",
        "allow 10.0.0.0/8 user=bob, DENY"
    })
    void anAssociationIsJudgedByWhatIsKnownOfIt(String rule, Verdict.Decision decision) {
        AccessRules.Builder builder = AccessRules.builder();
        String match = rule.substring(rule.indexOf(' ') + 1);
        AccessRules rules = (rule.startsWith("deny") ? builder.deny(match) : builder.allow(match)).build();
        assertThat(alice(rules, Command.UDP_ASSOCIATE, "0.0.0.0:0", null)).isEqualTo(decision);
    }

    @Test
    void aNameOnItsWayToAnotherProxyIsNoAddress() {
        AccessRules denied =
                AccessRules.builder().deny("0.0.0.0/0").deny("::/0").build();
        assertThat(judge(denied, "a.example:80", "a.example:80")).isEqualTo(Verdict.Decision.UNDECIDED);
        AccessRules allowed =
                AccessRules.builder().allow("0.0.0.0/0").allow("::/0").build();
        assertThat(judge(allowed, "a.example:80", "a.example:80")).isEqualTo(Verdict.Decision.DENY);
    }

    @Test
    void anAllowOfNamesLeavesTheAddressToTheDefaults() {
        AccessRules rules = AccessRules.builder().allow("*.example.com").build();
        assertThat(judge(rules, "a.example.com:80", "169.254.169.254:80")).isEqualTo(Verdict.Decision.UNDECIDED);
    }

    @Test
    void theReasonNamesTheRule() {
        AccessRules rules =
                AccessRules.builder().deny("10.0.0.0/8:22 command=connect").build();
        Endpoint destination = Endpoint.parse("10.0.0.1:22");
        Verdict verdict = rules.judge(new AccessRequest(
                ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000)),
                null,
                Command.CONNECT,
                destination,
                destination));
        assertThat(verdict).isEqualTo(Verdict.deny("deny 10.0.0.0/8:22 command=connect"));
        assertThat(rules).hasToString("[deny 10.0.0.0/8:22 command=connect]");
    }

    @Test
    void whatIsNoPatternIsRefused() {
        AccessRules.Builder builder = AccessRules.builder();
        assertThatThrownBy(() -> builder.allow("127.1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.deny("10.0.0.0/33")).isInstanceOf(IllegalArgumentException.class);
    }
}
