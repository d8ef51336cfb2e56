package dev.socks5.client.internal.dial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidatesTest {

    private static final Destination DESTINATION = Destination.of(Endpoint.of("example.com", 80));
    private static final List<Dialer> DIALERS = List.of(
            new Dialer(DialerTest.route("192.0.2.1", Duration.ofSeconds(10))),
            new Dialer(DialerTest.route("192.0.2.2", Duration.ofSeconds(30))));

    private final Standing standing = new Standing(Proxies.Order.IN_ORDER, DIALERS.size(), () -> 0);

    private Candidates within(Duration limit) {
        return new Candidates(standing, DIALERS, DESTINATION, false, Deadline.after(limit));
    }

    @Test
    void eachHasItsOwnTimeIfThereIsEnoughForAll() {
        Candidates candidates = within(Duration.ofSeconds(40));
        assertThat(candidates.advance()).isTrue();
        assertThat(candidates.limit()).isEqualTo(Duration.ofSeconds(10));
        candidates.failed(new ConnectException());
        assertThat(candidates.advance()).isTrue();
        assertThat(candidates.limit()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void eachHasItsShareIfThereIsLess() {
        Candidates candidates = within(Duration.ofSeconds(20));
        candidates.advance();
        assertThat(candidates.limit()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5));
        candidates.failed(new ConnectException());
        candidates.advance();
        assertThat(candidates.limit()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
    }

    @Test
    void triesTheFirstEvenIfTimeIsUpAndNoOther() {
        Candidates candidates = within(Duration.ofNanos(1));
        assertThat(candidates.advance()).isTrue();
        assertThat(candidates.limit()).isEqualTo(Duration.ofMillis(1));
        IOException failure = new ConnectException("refused");
        candidates.failed(failure);
        assertThat(candidates.advance()).isFalse();
        assertThat(candidates.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("none of 2 proxies can be used in time: 192.0.2.1:1080: refused")
                .hasSuppressedException(failure);
    }

    @Test
    void aLocalFailureIsNoProxys() {
        Candidates candidates = within(Duration.ofSeconds(40));
        candidates.advance();
        candidates.failed(new BindException("Address already in use"));
        assertThat(standing.next(List.of()).index()).isZero();
    }

    @Test
    void aFailureWithoutAMessageIsNamedByItsClass() {
        Candidates candidates = within(Duration.ofSeconds(40));
        while (candidates.advance()) {
            candidates.failed(new IOException());
        }
        assertThat(candidates.failure())
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("none of 2 proxies can be used: 192.0.2.1:1080: IOException; 192.0.2.2:1080: IOException");
    }
}
