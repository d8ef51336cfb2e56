package dev.socks5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRules;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.RequestPattern;
import dev.socks5.server.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Text of rules: what is read prints itself, and a rule means what it says, first and alone. */
class RulesFuzzTest {

    private static final ClientAddress CLIENT =
            ClientAddress.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711));

    private static final List<AccessRequest> REQUESTS = List.of(
            request(null, Command.CONNECT, "example.com", null),
            request("alice", Command.CONNECT, "example.com", "192.0.2.1"),
            request("alice", Command.CONNECT, "10.1.2.3", "10.1.2.3"),
            request("John Doe", Command.BIND, "2001:db8::1", "2001:db8::1"),
            request(null, Command.UDP_ASSOCIATE, "0.0.0.0", null),
            request("guest", Command.of(0x42), "localhost", "127.0.0.1"));

    private static AccessRequest request(String user, Command command, String host, String resolved) {
        return new AccessRequest(
                CLIENT,
                user == null ? null : () -> user,
                command,
                Endpoint.of(host, 443),
                resolved == null ? null : Endpoint.of(resolved, 443));
    }

    @FuzzTest
    void rule(byte[] data) {
        String text = Input.of(data, 0).text();
        if (text.chars().noneMatch(Character::isISOControl)) {
            RequestPattern ofUser = RequestPattern.any().user(text);
            assertThat(RequestPattern.parse(ofUser.toString())).isEqualTo(ofUser);
        }
        RequestPattern pattern;
        try {
            pattern = RequestPattern.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        String printed = pattern.toString();
        assertThat(RequestPattern.parse(printed)).isEqualTo(pattern).hasToString(printed);
        assertThat(RequestPattern.parse("  " + printed + " ")).isEqualTo(pattern);
        AccessRules denies = AccessRules.builder().deny(pattern).build();
        AccessRules both = AccessRules.builder().deny(pattern).allow(text).build();
        AccessRules allows = AccessRules.builder().allow(pattern).build();
        assertThat(denies).hasToString("[deny " + printed + "]");
        for (AccessRequest request : REQUESTS) {
            boolean ofUsers = printed.startsWith("user=") || printed.contains(" user=");
            assertThat(ofUsers
                            && request.user() == null
                            && denies.judge(request).denies())
                    .isFalse();
            meansWhatItSays(request, denies.judge(request), both.judge(request), allows.judge(request));
        }
    }

    private static void meansWhatItSays(AccessRequest request, Verdict denies, Verdict both, Verdict allows) {
        Verdict.Decision deny = Verdict.Decision.DENY;
        Verdict.Decision allow = Verdict.Decision.ALLOW;
        assertThat(denies.decision()).isNotEqualTo(allow);
        assertThat(both.decision()).isNotEqualTo(allow); // the deny comes first
        boolean matches = denies.decision() == deny;
        assertThat(matches && allows.decision() == deny).isFalse();
        assertThat(matches && both.decision() != deny).isFalse();
        if (request.resolved() == null) {
            assertThat(allows.decision()).isNotEqualTo(allow); // no address yet that it could be about
        } else {
            assertThat(matches || allows.decision() == deny).isTrue();
        }
    }
}
