package dev.socks5.client.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectPhase;
import dev.socks5.client.ConnectTimes;
import dev.socks5.client.ConnectTimes.ProxyTimes;
import dev.socks5.client.Socks5ClientListener;
import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.Logins;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Request;
import dev.socks5.codec.SendAhead;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.mockito.InOrder;

/** Times of phases, by a clock that ticks as its test says. */
class StopwatchTest {

    private static final Request REQUEST = Request.connect(Endpoint.of("origin.example", 80));
    private static final Hop FIRST =
            new Hop(new InetSocketAddress("192.0.2.1", 1080), Logins.NONE, SendAhead.ALL, false);
    private static final Hop SECOND =
            new Hop(new InetSocketAddress("192.0.2.2", 1082), Logins.NONE, SendAhead.ALL, false);
    private static final String GRANTED = "05000001C00002070050";

    private final Socks5ClientListener listener = mock(Socks5ClientListener.class);
    private final AtomicInteger reads = new AtomicInteger();
    private long now;

    private Stopwatch begin(boolean looksUp, Hop... hops) {
        LongSupplier clock = () -> {
            reads.incrementAndGet();
            return now;
        };
        return new ConnectEvents(List.of(listener), clock).begin(REQUEST, List.of(hops), looksUp);
    }

    private static Duration nanos(long count) {
        return Duration.ofNanos(count);
    }

    private ConnectTimes connected() {
        ArgumentCaptor<ConnectTimes> times = ArgumentCaptor.forClass(ConnectTimes.class);
        verify(listener).connected(any(), times.capture());
        return times.getValue();
    }

    private ConnectFailure failed() {
        ArgumentCaptor<ConnectFailure> failure = ArgumentCaptor.forClass(ConnectFailure.class);
        verify(listener).failed(any(), failure.capture());
        return failure.getValue();
    }

    private static void receive(ProxyChain chain, String hex) throws IOException {
        chain.input().put(HexFormat.of().parseHex(hex));
        var unused = chain.receive();
    }

    /** All goes in one flight: then each step takes until its answer is there. */
    @Test
    void whatIsSentAheadCountsFromAnswerToAnswer() throws Exception {
        Stopwatch watch = begin(true, FIRST, SECOND);
        now += 1;
        watch.dial();
        now += 2;
        watch.shakeHands();
        ProxyChain chain = new ProxyChain(List.of(FIRST, SECOND), REQUEST);
        chain.send();
        watch.see(chain);
        long step = 4;
        for (String answer : List.of("0500", GRANTED, "0500", GRANTED)) {
            now += step;
            receive(chain, answer.substring(0, 2));
            watch.see(chain);
            receive(chain, answer.substring(2, Math.min(10, answer.length())));
            watch.see(chain);
            if (answer.length() > 10) {
                receive(chain, answer.substring(10));
                watch.see(chain);
            }
            step *= 2;
        }
        watch.connected();
        assertThat(connected())
                .isEqualTo(new ConnectTimes(
                        nanos(1),
                        nanos(2),
                        List.of(
                                new ProxyTimes(FIRST.endpoint(), Duration.ZERO, nanos(4), nanos(8)),
                                new ProxyTimes(SECOND.endpoint(), Duration.ZERO, nanos(16), nanos(32))),
                        nanos(63)));
    }

    @Test
    void tlsIsNoPartOfTheNegotiation() {
        Stopwatch watch = begin(false, FIRST);
        now += 1;
        watch.dial();
        watch.shakeHands();
        now += 2;
        watch.secure(0);
        now += 4;
        watch.see(new ProxyChain(List.of(FIRST), REQUEST));
        now += 8;
        watch.connected();
        assertThat(connected())
                .isEqualTo(new ConnectTimes(
                        Duration.ZERO,
                        nanos(1),
                        List.of(new ProxyTimes(FIRST.endpoint(), nanos(4), nanos(10), Duration.ZERO)),
                        nanos(15)));
    }

    @Test
    void onlyTheLastAddressOfADestinationHasItsPhases() {
        Stopwatch watch = begin(true, FIRST);
        now += 1;
        watch.dial();
        now += 2;
        watch.shakeHands();
        now += 4;
        watch.dial();
        now += 8;
        watch.shakeHands();
        now += 16;
        watch.connected();
        assertThat(connected())
                .isEqualTo(new ConnectTimes(
                        nanos(1),
                        nanos(8),
                        List.of(new ProxyTimes(FIRST.endpoint(), Duration.ZERO, nanos(16), Duration.ZERO)),
                        nanos(31)));
    }

    @Test
    void aLookUpIsAboutTheDestinationOrTheProxy() {
        begin(true).failed(new IOException());
        begin(true, FIRST).failed(new IOException());
        Stopwatch ofDestination = begin(true, FIRST);
        ofDestination.lookUpDestination();
        ofDestination.failed(new IOException());
        Stopwatch ofProxy = begin(true, FIRST);
        ofProxy.lookUpDestination();
        ofProxy.lookUpProxy();
        ofProxy.failed(new IOException());
        ArgumentCaptor<ConnectFailure> failures = ArgumentCaptor.forClass(ConnectFailure.class);
        verify(listener, times(4)).failed(any(), failures.capture());
        assertThat(failures.getAllValues()).extracting(ConnectFailure::phase).containsOnly(ConnectPhase.LOOK_UP);
        assertThat(failures.getAllValues())
                .extracting(failure -> failure.proxy().isPresent())
                .containsExactly(false, true, false, true);
    }

    @Test
    void aFailureHasThePhaseThatItIsIn() {
        Stopwatch watch = begin(false, FIRST, SECOND);
        now += 1;
        watch.dial();
        now += 2;
        watch.secure(1);
        now += 4;
        IOException cause = new IOException();
        watch.failed(cause);
        ConnectFailure failure = failed();
        assertThat(failure.phase()).isEqualTo(ConnectPhase.TLS);
        assertThat(failure.proxy()).contains(SECOND.endpoint());
        assertThat(failure.cause()).isSameAs(cause);
        assertThat(failure.total()).isEqualTo(nanos(7));
    }

    @Test
    void thereIsOneEndAndNothingAfterIt() {
        Stopwatch watch = begin(false, FIRST);
        watch.connected();
        int readsBefore = reads.get();
        watch.connected();
        watch.failed(new IOException());
        watch.dial();
        assertThat(reads).hasValue(readsBefore);
        InOrder inOrder = inOrder(listener);
        inOrder.verify(listener).connecting(any());
        inOrder.verify(listener).connected(any(), any());
        verifyNoMoreInteractions(listener);
    }

    /** The clock is read once for each phase, however many steps that has. */
    @Test
    void aPhaseThatGoesOnDoesNotReadTheClock() {
        Stopwatch watch = begin(false, FIRST);
        watch.shakeHands();
        int readsBefore = reads.get();
        watch.shakeHands();
        watch.see(new ProxyChain(List.of(FIRST), REQUEST));
        assertThat(reads).hasValue(readsBefore);
    }

    @Test
    void nobodyWantsToKnowWithoutAListener() {
        assertThat(new ConnectEvents(List.of(listener), () -> 0).areWanted()).isTrue();
        assertThat(new ConnectEvents(List.of(), () -> 0).areWanted()).isFalse();
        assertThat(ConnectEvents.NONE.areWanted()).isFalse();
    }

    @Test
    void off() {
        Stopwatch.OFF.lookUpDestination();
        Stopwatch.OFF.lookUpProxy();
        Stopwatch.OFF.dial();
        Stopwatch.OFF.secure(5); // There is no such proxy.
        Stopwatch.OFF.shakeHands();
        Stopwatch.OFF.see(new ProxyChain(List.of(FIRST), REQUEST));
        Stopwatch.OFF.failed(new IOException());
        Stopwatch.OFF.connected();
    }
}
