package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.EndpointPattern;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules, several proxies, and what failures do to their order. {@link ProxySelectorTest} has the rest. */
@Timeout(60)
class Socks5ProxySelectorTest {

    private static final URI ANYWHERE = URI.create("socket://example.com:443");
    private final IOException failure = new IOException();

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // The clock may overflow.
    private final Socks5ProxySelectorBuilder builder =
            Socks5ProxySelector.builder().clock(nanos::get);

    private static Socks5Client client(String host) {
        return Socks5Client.builder().proxy(host, 1080).build();
    }

    private static InetSocketAddress address(String host) {
        return InetSocketAddress.createUnresolved(host, 1080);
    }

    private static List<String> hosts(List<Proxy> proxies) {
        return proxies.stream()
                .map(proxy -> proxy.address() instanceof InetSocketAddress a ? a.getHostString() : "direct")
                .toList();
    }

    private void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    private Socks5ProxySelector abc() {
        return builder.otherwise(client("a"), client("b"), client("c")).build();
    }

    @Test
    void theFirstRuleThatMatchesHolds() {
        Socks5ProxySelector selector = builder.direct(NoProxy.parse("localhost,10.0.0.0/8"))
                .through(EndpointPattern.anyOf("*.corp.example"), client("corp"), client("corp2"))
                .direct(EndpointPattern.anyOf("*.example"))
                .through(EndpointPattern.anyOf("*:22"), client("ssh"))
                .otherwise(client("a"), client("b"))
                .build();
        assertThat(hosts(selector.select(URI.create("http://localhost")))).containsExactly("direct");
        assertThat(hosts(selector.select(URI.create("http://10.1.2.3")))).containsExactly("direct");
        assertThat(hosts(selector.select(URI.create("http://www.corp.example"))))
                .containsExactly("corp", "corp2");
        assertThat(hosts(selector.select(URI.create("http://www.example")))).containsExactly("direct");
        assertThat(hosts(selector.select(URI.create("socket://host.test:22")))).containsExactly("ssh");
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("a", "b");
        assertThat(selector.select(ANYWHERE)).allMatch(proxy -> proxy.type() == Proxy.Type.SOCKS);
    }

    @Test
    void directMayBeWhatIsLeft() {
        Socks5ProxySelector selector = builder.through(EndpointPattern.anyOf("*.corp.example"), client("corp"))
                .otherwiseDirect()
                .build();
        assertThat(selector.select(ANYWHERE)).containsExactly(Proxy.NO_PROXY);
        assertThat(hosts(selector.select(URI.create("http://www.corp.example"))))
                .containsExactly("corp");
    }

    @Test
    void whatIsLeftHasToBeSaid() {
        assertThatIllegalStateException()
                .isThrownBy(() -> builder.direct(NoProxy.parse("*")).build());
    }

    @Test
    void aProxyThatFailedGoesBehindTheOthersForATime() {
        Socks5ProxySelector selector = builder.backOff(Duration.ofSeconds(30))
                .otherwise(client("a"), client("b"), client("c"))
                .build();
        selector.connectFailed(ANYWHERE, address("a"), failure);
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("b", "c", "a");
        advance(Duration.ofSeconds(30).minusNanos(1));
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("b", "c", "a");
        advance(Duration.ofNanos(1));
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("a", "b", "c");
    }

    @Test
    void aMinuteIfNothingWasSet() {
        Socks5ProxySelector selector = abc();
        selector.connectFailed(ANYWHERE, address("a"), failure);
        advance(Duration.ofSeconds(59));
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("b", "c", "a");
        advance(Duration.ofSeconds(1));
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("a", "b", "c");
    }

    @Test
    void ofThoseThatFailedTheOneThatHasHadMostTimeIsFirst() {
        Socks5ProxySelector selector = abc();
        for (String host : List.of("b", "c", "a")) {
            selector.connectFailed(ANYWHERE, address(host), failure);
            advance(Duration.ofSeconds(1));
        }
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("b", "c", "a");
        selector.connectFailed(ANYWHERE, address("b"), failure);
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("c", "a", "b");
    }

    @Test
    void theOnlyProxyStays() {
        Socks5ProxySelector selector = builder.otherwise(client("a")).build();
        selector.connectFailed(ANYWHERE, address("a"), failure);
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("a");
    }

    @Test
    void aFailureCountsInEveryRule() {
        Socks5ProxySelector selector = builder.through(EndpointPattern.anyOf("*:22"), client("b"), client("c"))
                .otherwise(client("a"), client("b"))
                .build();
        selector.connectFailed(ANYWHERE, address("b"), failure);
        assertThat(hosts(selector.select(URI.create("socket://host.test:22")))).containsExactly("c", "b");
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("a", "b");
    }

    @Test
    void aFailureOfAnotherProxyIsPassedOver() {
        Socks5ProxySelector selector = abc();
        selector.connectFailed(ANYWHERE, address("other"), failure);
        selector.connectFailed(ANYWHERE, InetSocketAddress.createUnresolved("a", 1081), failure);
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("a", "b", "c");
    }

    @Test
    void aFailureBehindTheProxyIsPassedOver() {
        Socks5ProxySelector selector = abc();
        selector.connectFailed(ANYWHERE, address("a"), new SocketException("SOCKS: Connection refused"));
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("a", "b", "c");
        selector.connectFailed(ANYWHERE, address("a"), new ConnectException("Connection refused"));
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("b", "c", "a");
    }

    @Test
    void theSameProxyTwiceIsThereOnce() {
        Socks5ProxySelector selector =
                builder.otherwise(client("a"), client("a"), client("b")).build();
        assertThat(hosts(selector.select(ANYWHERE))).containsExactly("a", "b");
    }

    @Test
    void whatTheJdkCannotDoIsRefused() {
        Socks5Client chain = client("a").through(client("b"));
        Socks5Client tls = Socks5Client.builder()
                .proxy("a", 1080)
                .proxySocketFactory(SocketFactory.getDefault())
                .build();
        for (Socks5Client client : List.of(chain, tls)) {
            assertThatThrownBy(() -> builder.otherwise(client)).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> builder.through(destination -> true, client("a"), client))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void aBackOffHasARange() {
        for (Duration duration : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(366))) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.backOff(duration));
        }
    }

    @Test
    void textNamesTheProxies() {
        assertThat(builder.direct(destination -> false)
                        .otherwise(client("proxy.example"), client("::1"))
                        .build()
                        .toString())
                .startsWith("Socks5ProxySelector[direct, [proxy.example")
                .contains(":1080");
    }
}
