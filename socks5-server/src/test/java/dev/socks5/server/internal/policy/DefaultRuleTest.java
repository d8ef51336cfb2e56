package dev.socks5.server.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRules;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.internal.net.SystemNetwork;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Safe unless told otherwise. */
@Timeout(60)
class DefaultRuleTest {

    private static DefaultRule rule(String listener) {
        ListenAddress listen = new ListenAddress(Endpoint.parse(listener).toInetSocketAddress(), List.of());
        return new DefaultRule(new SystemNetwork(), List.of(listen.address()), listen.reachedFromOutside());
    }

    private static boolean denied(String listener, String destination) {
        return denied(listener, Command.CONNECT, destination);
    }

    private static boolean denied(String listener, Command command, String destination) {
        Endpoint endpoint = Endpoint.parse(destination);
        return rule(listener)
                .judge(new AccessRequest(
                        ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000)),
                        null,
                        command,
                        endpoint,
                        endpoint))
                .denies();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0:80",
                "0.1.2.3:80",
                "224.0.0.1:80",
                "239.255.255.255:80",
                "255.255.255.255:80",
                "169.254.169.254:80",
                "100.100.100.200:80",
                "192.0.0.0:80",
                "192.0.0.9:80",
                "192.0.0.192:80",
                "192.0.0.255:80",
                "198.18.0.0:80",
                "198.19.255.255:80",
                "240.0.0.1:80",
                "254.255.255.255:80",
                "[64:ff9b::198.18.0.1]:80",
                "[2002:c612:1::1]:80",
                "[2001:db8::5efe:169.254.169.254]:80",
                "[2001:db8::200:5efe:224.0.0.1]:80",
                "[2001:db8::5efe:198.18.0.1]:80",
                "[::]:80",
                "[ff02::1]:80",
                "[fe80::1]:80",
                "[febf::1]:80",
                "[fd00:ec2::254]:80",
                "[fd20:ce::254]:80",
                "168.63.129.16:80"
            })
    void neverByDefault(String destination) {
        assertThat(denied("127.0.0.1:1080", destination)).isTrue();
        assertThat(denied("0.0.0.0:1080", destination)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:80",
                "127.255.255.255:80",
                "[::1]:80",
                "10.0.0.1:80",
                "172.16.0.1:80",
                "172.31.255.255:80",
                "192.168.1.1:80",
                "100.64.0.1:80",
                "[fc00::1]:80",
                "[fdff::1]:80",
                "[fec0::1]:80",
                "[::ffff:10.0.0.1]:80",
                "[64:ff9b:1::7f00:1]:80",
                "[::ffff:0:127.0.0.1]:80",
                "[2001::1]:80",
                "[2001:db8::5efe:10.0.0.1]:80",
                "[2001:db8::5efe:127.0.0.1]:80",
                "[2001:db8:1:2:200:5efe:192.168.0.1]:80"
            })
    void insideOnlyFromInside(String destination) {
        assertThat(denied("127.0.0.1:1080", destination)).isFalse();
        assertThat(denied("[::1]:1080", destination)).isFalse();
        assertThat(denied("0.0.0.0:1080", destination)).isTrue();
        assertThat(denied("192.0.2.1:1080", destination)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1:80",
                "172.32.0.1:80",
                "[2001:db8::1]:80",
                "8.8.8.8:53",
                "[64:ff9b::8.8.8.8]:80",
                "192.0.1.0:80",
                "191.255.255.255:80",
                "198.17.255.255:80",
                "198.20.0.0:80",
                "223.255.255.255:80",
                "[2001:db8::5efe:8.8.8.8]:80",
                "[2001:db8::200:5efe:8.8.8.8]:80"
            })
    void theRestIsAllowed(String destination) {
        assertThat(denied("127.0.0.1:1080", destination)).isFalse();
        assertThat(denied("0.0.0.0:1080", destination)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:1080, 127.0.0.1:1080, true",
        "127.0.0.1:1080, 127.0.0.1:1081, false",
        "127.0.0.1:1080, 127.0.0.2:1080, false",
        "[::1]:1080, [::1]:1080, true",
        "127.0.0.1:1080, [::ffff:127.0.0.1]:1080, true",
        "127.0.0.1:1080, [::127.0.0.1]:1080, true",
        "192.0.2.1:1080, [2001:db8::5efe:192.0.2.1]:1080, true",
        "192.0.2.1:1080, [2001:db8::5efe:192.0.2.1]:1081, false"
    })
    void theServerItself(String listener, String destination, boolean denied) {
        assertThat(denied(listener, destination)).isEqualTo(denied);
    }

    @Test
    void datagramsToItsPortAreForSomebodyElse() {
        assertThat(denied("127.0.0.1:1080", Command.UDP_ASSOCIATE, "127.0.0.1:1080"))
                .isFalse();
        assertThat(denied("127.0.0.1:1080", Command.BIND, "127.0.0.1:1080")).isTrue();
        assertThat(denied("0.0.0.0:1080", Command.UDP_ASSOCIATE, "127.0.0.1:1080"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:1080", "0.0.0.0:1080", "[::]:1080"})
    void aNameThatAnotherProxyLooksUpIsNoAddress(String listener) {
        assertThat(denied(listener, "localhost:1080")).isFalse();
    }

    @Test
    void theServerItselfOverTheWire() throws Exception {
        try (Socks5Server server = Socks5Server.builder().listen("127.0.0.1", 0).start()) {
            int port = server.localAddresses().get(0).getPort();
            for (String name : List.of("127.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1")) {
                try (RawClient client = new RawClient(server)) {
                    client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    client.send(RawClient.connect(name, port)).expectFailure(0x02);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0:1080, 127.0.0.3:1080", "[::]:1080, 127.0.0.3:1080", "[::]:1080, [::1]:1080"})
    void aWildcardListenerIsReachedByEveryLocalAddress(String listener, String destination) {
        Endpoint endpoint = Endpoint.parse(destination);
        assertThat(rule(listener).isThisServer(endpoint)).isTrue();
        assertThat(rule(listener).isThisServer(Endpoint.parse("192.0.2.1:1080")))
                .isFalse();
    }

    /** As it is where an upstream looks names up. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:1080", "0.0.0.0:1080", "[::]:1080"})
    void aNameIsNoAddressOfThisServer(String listener) {
        assertThat(denied(listener, "name.example:1080")).isFalse();
    }

    @Test
    void anAddressRuleLiftsTheDefaults() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = Socks5Server.builder()
                        .listen("0.0.0.0", 0)
                        .allowAnonymous()
                        .accessRule(AccessRules.builder().allow("127.0.0.0/8").build())
                        .start();
                RawClient client = new RawClient(server)) {
            client.tunnelTo(origin.address());
        }
    }

    @Test
    void listensOnLoopbackUnlessToldOtherwise() throws Exception {
        try (Socks5Server server = Socks5Server.builder().start()) {
            assertThat(server.localAddresses()).containsExactly(new InetSocketAddress("127.0.0.1", 1080));
        } catch (BindException e) {
            assertThat(e).hasMessageContaining("127.0.0.1:1080"); // Another one is running there.
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void withoutALoginBeyondLoopbackTakesAnExplicitWord(String host) {
        Socks5ServerBuilder builder =
                Socks5Server.builder().listen("127.0.0.1", 0).listen(host, 0);
        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(host)
                .hasMessageContaining("allowAnonymous");
    }

    @Test
    void beyondLoopbackWithALoginNeedsNoOtherWord() throws Exception {
        Socks5Server.builder()
                .listen("0.0.0.0", 0)
                .authenticator((login, client) -> Optional.empty())
                .start()
                .close();
    }
}
