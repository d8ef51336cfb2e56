package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several proxies that stand in for each other, in every way of connecting. */
@Timeout(60)
class SeveralProxiesTest {

    private static final Endpoint DESTINATION = Failures.DESTINATION;

    private final AtomicLong clock = new AtomicLong();
    private Member a;
    private Member b;
    private Member c;

    @BeforeEach
    void open() throws IOException {
        a = new Member(Member.SERVES);
        b = new Member(Member.SERVES);
        c = new Member(Member.SERVES);
    }

    @AfterEach
    void close() {
        List.of(a, b, c).forEach(Member::close);
    }

    private Socks5Client inOrder(Socks5Client first, Socks5Client... next) {
        return Socks5Client.several(Proxies.Order.IN_ORDER, clock::get, first, next);
    }

    private Socks5Client inOrder() {
        return inOrder(a.client(), b.client(), c.client());
    }

    private List<Integer> met() {
        return List.of(a.met(), b.met(), c.met());
    }

    private static void connect(Way way, Socks5Client client) throws Exception {
        way.open(client, DESTINATION).close();
    }

    private static Throwable failure(Way way, Socks5Client client) {
        return Objects.requireNonNull(catchThrowable(() -> connect(way, client)));
    }

    @ParameterizedTest
    @EnumSource
    void passesOverAProxyThatHasFailed(Way way) throws Exception {
        Socks5Client client = inOrder();
        connect(way, client);
        assertThat(met()).containsExactly(1, 0, 0);
        a.now(Member.HANGS_UP);
        connect(way, client);
        connect(way, client);
        assertThat(met()).containsExactly(2, 2, 0);
        a.now(Member.SERVES);
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        connect(way, client);
        assertThat(met()).containsExactly(3, 2, 0);
    }
}
