package dev.socks5.client.internal.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.mockito.Mockito.mock;

import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.NoAcceptableMethodException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

    /** A look-up of the system, say, holds up one longer than it may. */
    @Test
    void eachHasItsOwnTimeWhateverTheOneBeforeHasTaken() {
        Deadline over = new Deadline(Duration.ofSeconds(40), System.nanoTime() - 1);
        Candidates candidates = new Candidates(standing, DIALERS, DESTINATION, false, over);
        candidates.advance();
        candidates.failed(new SocketTimeoutException());
        assertThat(candidates.advance()).isTrue();
        assertThat(candidates.limit()).isEqualTo(Duration.ofSeconds(30));
        candidates.failed(new ConnectException("refused"));
        assertThat(candidates.failure()).isExactlyInstanceOf(ConnectException.class);
    }

    static List<Arguments> failures() throws UnknownHostException, NoRouteToHostException {
        IOException local = new LocalException("Too many open files");
        IOException route = new NoRouteToHostException();
        IOException zone = catchThrowableOfType(
                NoRouteToHostException.class, () -> Destination.of(scoped(), 80).sendable());
        return List.of(
                arguments(new BindException("Address already in use"), true),
                arguments(local, true),
                arguments(race(1).unreachable(local), true),
                arguments(failed(local, local), true),
                arguments(failed(local, new ConnectException()), false),
                arguments(zone, true),
                arguments(race(1).unreachable(route), false),
                arguments(failed(route, route), false),
                arguments(new SocketTimeoutException(), false));
    }

    private static InetAddress scoped() throws UnknownHostException {
        return Inet6Address.getByAddress(null, InetAddress.getByName("fe80::1").getAddress(), 1);
    }

    private static AddressRace race(int addresses) {
        return new AddressRace(
                "proxy",
                false,
                Stream.of(1, 2)
                        .limit(addresses)
                        .map(port -> new InetSocketAddress("127.0.0.1", port))
                        .toList());
    }

    private static IOException failed(IOException one, IOException other) {
        AddressRace race = race(2);
        race.failed(race.next(0), one);
        race.failed(race.next(0), other);
        return race.unreachable(other);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureOfThisHostIsNoProxys(IOException failure, boolean isNoProxys) {
        Candidates candidates = within(Duration.ofSeconds(40));
        candidates.advance();
        candidates.failed(failure);
        assertThat(candidates.advance()).isTrue();
        assertThat(standing.next(List.of()).index()).isEqualTo(isNoProxys ? 0 : 1);
    }

    @Test
    void aProxyThatHasHadNoTimeToAnswerIsNotPassedOver() {
        Candidates candidates = within(Duration.ofSeconds(4));
        candidates.advance();
        candidates.failed(new SocketTimeoutException());
        assertThat(standing.next(List.of()).index()).isZero();
        candidates.advance();
        candidates.failed(new ConnectException());
        assertThat(standing.next(List.of(0)).counts()).isFalse();
    }

    @Test
    void aProxyThatWasSilentForLongIsPassedOverThoughItMayTakeLonger() {
        Candidates candidates = within(Duration.ofSeconds(20));
        candidates.advance();
        candidates.failed(new SocketTimeoutException());
        assertThat(standing.next(List.of()).index()).isEqualTo(1);
    }

    @Test
    void otherRequestsBlameWhoHasFailed() {
        UnknownHostException ofProxy = new UnknownHostException("no address found for the proxy");
        ofProxy.initCause(new UnknownHostException());
        assertThat(Blame.ofOther(ofProxy)).isEqualTo(Blame.PROXY);
        assertThat(Blame.ofOther(new UnknownHostException("relay.example"))).isEqualTo(Blame.NOBODY);
        assertThat(Blame.ofOther(new IOException(mock(NoAcceptableMethodException.class))))
                .isEqualTo(Blame.PROXY);
        assertThat(Blame.ofOther(race(1).unreachable(new LocalException("refused"))))
                .isEqualTo(Blame.NOBODY);
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
