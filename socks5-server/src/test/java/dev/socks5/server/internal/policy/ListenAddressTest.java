package dev.socks5.server.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose word is taken, and who counts as coming from outside. */
class ListenAddressTest {

    private static ListenAddress listen(String address, String... balancers) {
        return new ListenAddress(
                Endpoint.parse(address).toInetSocketAddress(),
                List.of(balancers).stream().map(EndpointPattern::parse).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1:5, true",
        "192.0.2.1, 192.0.2.2:5, false",
        "192.0.2.0/30, 192.0.2.3:65535, true",
        "192.0.2.0/30, 192.0.2.4:5, false",
        "::ffff:192.0.2.0/120, 192.0.2.3:5, true",
        "2001:db8::/64, [2001:db8::1]:5, true",
        "2001:db8::/64, [2001:db8:1::1]:5, false",
        "2001:db8::/64, 192.0.2.1:5, false",
        "64:ff9b::/96, [64:ff9b::c000:201]:5, true",
        "2002:c000:201::/48, [2002:c000:201::1]:5, true",
        // Other hosts, however much their addresses have to do with the balancer's.
        "192.0.2.1, [2002:c000:201::1]:5, false",
        "192.0.2.1, [64:ff9b::c000:201]:5, false",
        "192.0.2.1, [::c000:201]:5, false",
        "0.0.0.0/0, [2002:c000:201::1]:5, false"
    })
    void onlyBalancersAreTrusted(String balancer, String peer, boolean trusted) {
        assertThat(listen("127.0.0.1:1080", balancer)
                        .trusts(ClientAddress.of(Endpoint.parse(peer).toInetSocketAddress())))
                .isEqualTo(trusted);
    }

    @Test
    void oneOfSeveralWillDo() {
        ListenAddress listen = listen("127.0.0.1:1080", "192.0.2.1", "[2001:db8::1]");
        assertThat(listen.trusts(ClientAddress.of(new InetSocketAddress("192.0.2.1", 1))))
                .isTrue();
        assertThat(listen.trusts(ClientAddress.of(new InetSocketAddress("2001:db8::1", 1))))
                .isTrue();
        assertThat(listen.trusts(ClientAddress.of(new InetSocketAddress("192.0.2.2", 1))))
                .isFalse();
        assertThat(listen("127.0.0.1:1080").trusts(ClientAddress.of(new InetSocketAddress("192.0.2.1", 1))))
                .isFalse();
    }

    @Test
    void behindABalancerClientsMayComeFromOutside() {
        assertThat(listen("127.0.0.1:1080").reachedFromOutside()).isFalse();
        assertThat(listen("[::1]:1080").reachedFromOutside()).isFalse();
        assertThat(listen("0.0.0.0:1080").reachedFromOutside()).isTrue();
        assertThat(listen("127.0.0.1:1080", "127.0.0.1").reachedFromOutside()).isTrue();
    }

    @Test
    void behindABalancerTheServerWantsALoginOrAnExplicitWord() throws Exception {
        Socks5ServerBuilder builder = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .listenBehindBalancer(new InetSocketAddress("127.0.0.1", 0), EndpointPattern.parse("127.0.0.1"));
        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("balancer")
                .hasMessageContaining("allowAnonymous");
        builder.allowAnonymous().start().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "lb.example.com", "*.example.com"})
    void aBalancerIsGivenByItsAddress(String pattern) {
        Socks5ServerBuilder builder = Socks5Server.builder();
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", 0);
        assertThatThrownBy(() -> builder.listenBehindBalancer(address, EndpointPattern.parse(pattern)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(pattern);
    }

    @Test
    void atLeastOneBalancerIsNeeded() {
        Socks5ServerBuilder builder = Socks5Server.builder();
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", 0);
        assertThatThrownBy(() -> builder.listenBehindBalancer(address)).isInstanceOf(IllegalArgumentException.class);
    }
}
