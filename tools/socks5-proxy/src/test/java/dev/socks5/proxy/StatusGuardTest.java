package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.AccessRules;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.Verdict;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests would reach the status; that they are refused end to end is tested by {@link StatusServerTest}. */
class StatusGuardTest {

    private static final AccessRule ALL = request -> Verdict.allow("test");

    private static Verdict judge(String status, Command command, @Nullable Endpoint resolved) {
        InetSocketAddress address = Endpoint.parse(status).toInetSocketAddress();
        return new StatusGuard(() -> address, ALL)
                .judge(new AccessRequest(
                        ClientAddress.of(new InetSocketAddress("127.0.0.1", 4000)),
                        null,
                        command,
                        Endpoint.parse("status.example:9090"),
                        resolved));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9090, 127.0.0.1:9090, true",
        "127.0.0.1:9090, 0.0.0.0:9090, true",
        "127.0.0.1:9090, [::]:9090, true",
        "127.0.0.1:9090, [64:ff9b::7f00:1]:9090, true",
        "127.0.0.1:9090, [2001:db8::5efe:7f00:1]:9090, true",
        "127.0.0.1:9090, 127.0.0.1:9091, false",
        "127.0.0.1:9090, 127.0.0.2:9090, false",
        "127.0.0.1:9090, name.example:9090, false",
        "[::1]:9090, [::1]:9090, true",
        "0.0.0.0:9090, 127.0.0.2:9090, true",
        "0.0.0.0:9090, [::1]:9090, true",
        "0.0.0.0:9090, 192.0.2.1:9090, false",
        "[::]:9090, 127.0.0.1:9090, true",
    })
    void refusesWhatReachesIt(String status, String destination, boolean refused) {
        assertThat(judge(status, Command.CONNECT, Endpoint.parse(destination)).denies())
                .isEqualTo(refused);
    }

    @Test
    void leavesOtherThingsToTheRules() {
        Endpoint there = Endpoint.parse("127.0.0.1:9090");
        assertThat(judge("127.0.0.1:9090", Command.UDP_ASSOCIATE, there)).isEqualTo(Verdict.allow("test"));
        assertThat(judge("127.0.0.1:9090", Command.CONNECT, null)).isEqualTo(Verdict.allow("test"));
        InetSocketAddress address = there.toInetSocketAddress();
        assertThat(new StatusGuard(() -> address, ALL).mayBlock()).isTrue();
        assertThat(new StatusGuard(() -> address, AccessRules.builder().build()).mayBlock())
                .isFalse();
    }
}
