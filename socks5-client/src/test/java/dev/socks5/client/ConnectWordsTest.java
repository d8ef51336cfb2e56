package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.ConnectTimes.ProxyTimes;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the events of a client say of themselves in a log. */
class ConnectWordsTest {

    private static final Endpoint PROXY = Endpoint.of("127.0.0.1", 1080);

    private static Duration micros(long count) {
        return Duration.ofNanos(1000 * count);
    }

    private static ConnectFailure failure(Optional<Endpoint> proxy, Throwable cause) {
        return new ConnectFailure(ConnectPhase.DIAL, proxy, cause, Duration.ofNanos(9_999_999));
    }

    @Test
    void timesAreShortAndLoseNothingThatIsShort() {
        ProxyTimes first = new ProxyTimes(PROXY, micros(12_345), micros(208_999), micros(10_000));
        ProxyTimes last =
                new ProxyTimes(Endpoint.of("::1", 1081), Duration.ZERO, Duration.ofNanos(42_999), micros(9_999));
        assertThat(new ConnectTimes(micros(1), micros(491_000), List.of(first, last), micros(1_203_000)))
                .hasToString("look-up 0.001 ms, dial 491 ms, 127.0.0.1:1080: TLS 12 ms, negotiation 208 ms,"
                        + " request 10 ms, [::1]:1081: negotiation 0.042 ms, request 9.999 ms, total 1203 ms");
        assertThat(new ConnectTimes(Duration.ZERO, Duration.ZERO, List.of(), Duration.ZERO))
                .hasToString("dial 0.000 ms, total 0.000 ms");
    }

    @Test
    void aFailureNamesItsProxyOnce() {
        assertThat(failure(Optional.of(PROXY), new ConnectException("cannot reach the proxy " + PROXY + ": refused")))
                .hasToString("failed at DIAL after 9.999 ms:"
                        + " java.net.ConnectException: cannot reach the proxy 127.0.0.1:1080: refused");
        assertThat(failure(Optional.of(PROXY), new IOException("reset")))
                .hasToString("failed at DIAL of 127.0.0.1:1080 after 9.999 ms: java.io.IOException: reset");
        assertThat(failure(Optional.empty(), new IOException()))
                .hasToString("failed at DIAL after 9.999 ms: java.io.IOException");
    }

    @Test
    void aFailureIsSafeToLog() {
        assertThat(failure(Optional.empty(), new IllegalStateException("no entry s3cret")))
                .hasToString("failed at DIAL after 9.999 ms: java.lang.IllegalStateException");
        assertThat(failure(Optional.empty(), new IOException("who\u001b[2J\n?")))
                .hasToString("failed at DIAL after 9.999 ms: java.io.IOException: who\\x1b[2J\\x0a?");
    }
}
