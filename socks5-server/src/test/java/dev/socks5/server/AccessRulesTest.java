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

class AccessRulesTest {

    private static Verdict.Decision judge(AccessRules rules, String destination, @Nullable String resolved) {
        return rules.judge(new AccessRequest(
                        new InetSocketAddress("127.0.0.1", 40_000),
                        null,
                        Command.CONNECT,
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
    void anAllowOfNamesLeavesTheAddressToTheDefaults() {
        AccessRules rules = AccessRules.builder().allow("*.example.com").build();
        assertThat(judge(rules, "a.example.com:80", "169.254.169.254:80")).isEqualTo(Verdict.Decision.UNDECIDED);
    }

    @Test
    void theReasonNamesTheRule() {
        AccessRules rules = AccessRules.builder().deny("10.0.0.0/8:22").build();
        Endpoint destination = Endpoint.parse("10.0.0.1:22");
        Verdict verdict = rules.judge(new AccessRequest(
                new InetSocketAddress("127.0.0.1", 40_000), null, Command.CONNECT, destination, destination));
        assertThat(verdict).isEqualTo(Verdict.deny("deny 10.0.0.0/8:22"));
        assertThat(rules).hasToString("[deny 10.0.0.0/8:22]");
    }

    @Test
    void whatIsNoPatternIsRefused() {
        AccessRules.Builder builder = AccessRules.builder();
        assertThatThrownBy(() -> builder.allow("127.1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.deny("10.0.0.0/33")).isInstanceOf(IllegalArgumentException.class);
    }
}
