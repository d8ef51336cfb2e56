package dev.socks5.client.internal.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** RFC 8305 in fake milliseconds. */
class AddressRaceTest {

    private static final String HOST = "p.example:1080";

    /** Near the end of what the clock can count: it may overflow. */
    private long now = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(300);

    private static InetSocketAddress v4(int last) {
        return of("192.0.2." + last);
    }

    private static InetSocketAddress v6(int last) {
        return of("2001:db8::" + last);
    }

    private static InetSocketAddress of(String address) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address), 1080);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AddressRace race(InetSocketAddress... addresses) {
        return new AddressRace(HOST, false, List.of(addresses));
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private List<InetSocketAddress> all(AddressRace race) {
        List<InetSocketAddress> all = new ArrayList<>();
        while (race.hasUntried()) {
            all.add((InetSocketAddress) race.next(now));
        }
        return all;
    }

    @Test
    void familiesTakeTurns() {
        assertThat(all(race(v6(1), v6(2), v6(3), v4(1)))).containsExactly(v6(1), v4(1), v6(2), v6(3));
        assertThat(all(race(v4(1), v6(1), v6(2), v4(2)))).containsExactly(v4(1), v6(1), v4(2), v6(2));
    }

    @Test
    void triesEachAddressOnceAndEightAtMost() {
        AddressRace race = new AddressRace(
                HOST,
                false,
                IntStream.range(0, 20).mapToObj(i -> v4(1 + i % 10)).toList());
        assertThat(all(race)).containsExactly(v4(1), v4(2), v4(3), v4(4), v4(5), v4(6), v4(7), v4(8));
        assertThat(race.timedOut()).hasMessageEndingWith("192.0.2.8: no answer; 2 more: not tried)");
        assertThat(race(v4(1), v4(1)).isSingle()).isTrue();
    }

    /** Which lead to a destination, and not to a proxy. */
    @Test
    void namesTheDestinationItself() {
        AddressRace race = new AddressRace(HOST, true, List.of(v4(1), v4(2)));
        assertThat(race.timedOut()).hasMessage("dialling p.example:1080 (192.0.2.1: not tried; 192.0.2.2: not tried)");
    }

    @Test
    void startsTheNextAfterAMoment() {
        AddressRace race = race(v4(1), v4(2), v4(3));
        assertThat(race.isDue(now)).isTrue();
        assertThat(race.next(now)).isEqualTo(v4(1));
        for (InetSocketAddress next : List.of(v4(2), v4(3))) {
            assertThat(race.isDue(now)).isFalse();
            pass(249);
            assertThat(race.isDue(now)).isFalse();
            assertThat(race.nanosUntilNext(now)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(1));
            pass(1);
            assertThat(race.isDue(now)).isTrue();
            assertThat(race.next(now)).isEqualTo(next);
        }
        pass(1000);
        assertThat(race.isDue(now)).isFalse();
    }

    @Test
    void startsTheNextOnceAnyHasFailed() {
        AddressRace race = race(v4(1), v4(2), v4(3), v4(4));
        race.next(now);
        pass(250);
        race.next(now);
        pass(10);
        race.failed(v4(1), new ConnectException("Connection refused"));
        assertThat(race.isDue(now)).isTrue();
        race.next(now);
        assertThat(race.isDue(now)).isFalse(); // A failure starts one attempt, and the moment begins anew.
        pass(249);
        assertThat(race.isDue(now)).isFalse();
        pass(1);
        assertThat(race.isDue(now)).isTrue();
    }

    @Test
    void isLostWhenAllHaveFailed() {
        AddressRace race = race(v4(1), v4(2));
        race.next(now);
        race.failed(v4(1), new ConnectException());
        assertThat(race.isLost()).isFalse();
        race.next(now);
        assertThat(race.isLost()).isFalse();
        race.failed(v4(2), new ConnectException());
        assertThat(race.isLost()).isTrue();
        AddressRace again = race.again();
        assertThat(again.isLost()).isFalse();
        assertThat(all(again)).containsExactly(v4(1), v4(2));
    }

    @Test
    void saysWhatEachHasAnswered() {
        AddressRace race = race(v4(1), v6(1));
        IOException refused = new ConnectException("Connection refused");
        IOException noRoute = new NoRouteToHostException("No route to host");
        all(race);
        race.failed(v6(1), noRoute);
        race.failed(v4(1), refused);
        assertThat(race.unreachable(refused))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("cannot reach the proxy p.example:1080"
                        + " (192.0.2.1: Connection refused; 2001:db8:0:0:0:0:0:1: No route to host)")
                .hasNoCause();
        assertThat(race.unreachable(refused).getSuppressed()).containsExactly(refused, noRoute);
    }

    @Test
    void thereIsNoRouteOnlyIfThatHoldsForAll() {
        AddressRace race = race(v4(1), v4(2));
        IOException noRoute = new NoRouteToHostException("No route to host");
        all(race).forEach(address -> race.failed(address, noRoute));
        assertThat(race.unreachable(noRoute)).isExactlyInstanceOf(NoRouteToHostException.class);
    }

    @Test
    void saysWhichWereSilentAndWhichNotTried() {
        AddressRace race = race(v4(1), v4(2), v4(3));
        IOException refused = new ConnectException("Connection refused");
        race.next(now);
        race.failed(v4(1), refused);
        race.next(now);
        SocketTimeoutException timedOut = race.timedOut();
        assertThat(timedOut)
                .hasMessage("dialling the proxy p.example:1080"
                        + " (192.0.2.1: Connection refused; 192.0.2.2: no answer; 192.0.2.3: not tried)");
        assertThat(timedOut.getSuppressed()).hasSize(2).startsWith(refused);
        assertThat(timedOut.getSuppressed()[1]).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void boundsWhatSocketsOfAFactorySay() {
        AddressRace race = race(v4(1), v4(2));
        race.failed(race.next(now), new IOException("a\r\nb" + "c".repeat(1000)));
        race.failed(race.next(now), new IOException());
        assertThat(race.toString())
                .hasSizeLessThan(200)
                .contains("192.0.2.1: a  bccc", "c...; 192.0.2.2: IOException")
                .doesNotContain("\n");
    }

    @Test
    void keepsWhatIsNoFailureOfAnAddress() {
        AddressRace race = race(v4(1), v4(2));
        IOException noDescriptor = new IOException("Too many open files");
        assertThat(race.unreachable(noDescriptor))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage("cannot reach the proxy p.example:1080 (192.0.2.1: not tried; 192.0.2.2: not tried)")
                .hasCause(noDescriptor)
                .hasNoSuppressedExceptions();
    }
}
