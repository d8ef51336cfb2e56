package dev.socks5.server.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a user may relay in a period, by a clock that is moved by hand. */
class QuotaTest {

    private static final long PERIOD = 1_000;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10); // It may pass its greatest value.
    private final AtomicReference<Quota.Grant> grant = new AtomicReference<>(new Quota.Grant(100, PERIOD));
    private final Quota quota = new Quota(grant::get, clock::get);

    @Test
    void whatIsLeftGetsLess() {
        assertThat(quota.next()).isEqualTo(100);
        quota.charge(60);
        assertThat(quota.next()).isEqualTo(40);
        assertThat(quota.isUsed()).isFalse();
        quota.charge(40);
        assertThat(quota.next()).isZero();
        assertThat(quota.isUsed()).isTrue();
        quota.charge(40); // By another loop, at the same moment.
        assertThat(quota.next()).isZero();
    }

    @Test
    void aPeriodBeginsWithItsFirstByte() {
        clock.addAndGet(5 * PERIOD);
        quota.charge(0);
        clock.addAndGet(PERIOD - 1);
        quota.charge(100);
        clock.addAndGet(PERIOD - 1);
        assertThat(quota.next()).isZero();
        clock.addAndGet(1);
        assertThat(quota.next()).isEqualTo(100);
        clock.addAndGet(PERIOD);
        quota.charge(30);
        assertThat(quota.next()).isEqualTo(70);
        clock.addAndGet(PERIOD - 1);
        quota.charge(70);
        assertThat(quota.next()).isZero();
        clock.addAndGet(1);
        assertThat(quota.next()).isEqualTo(100);
    }

    @Test
    void littleIsGrantedAtATime() {
        grant.set(new Quota.Grant(Long.MAX_VALUE, PERIOD));
        assertThat(quota.next()).isEqualTo(Quota.MOST_AT_ONCE);
    }

    @Test
    void whatIsGrantedMayChange() {
        quota.charge(100);
        grant.set(Quota.Grant.UNLIMITED);
        assertThat(quota.next()).isEqualTo(Integer.MAX_VALUE);
        quota.charge(1_000);
        grant.set(new Quota.Grant(150, PERIOD));
        assertThat(quota.next()).isEqualTo(50);
        grant.set(new Quota.Grant(50, PERIOD));
        assertThat(quota.next()).isZero();
    }

    /** Each asks, relays and charges as a loop does. */
    @Test
    void severalLoopsUseLittleMore() throws Exception {
        long bytes = 20L * Quota.MOST_AT_ONCE;
        grant.set(new Quota.Grant(bytes, PERIOD));
        AtomicLong relayed = new AtomicLong();
        List<Thread> loops = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread loop = new Thread(() -> {
                for (int next = quota.next(); next > 0; next = quota.next()) {
                    relayed.addAndGet(next);
                    quota.charge(next);
                }
            });
            loop.start();
            loops.add(loop);
        }
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat(relayed.get()).isBetween(bytes, bytes + 2 * Quota.MOST_AT_ONCE);
    }

    @Test
    void bytesPeriodAndIntervalArePositive() {
        Socks5ServerBuilder builder = Socks5Server.builder();
        Duration day = Duration.ofDays(1);
        assertThatThrownBy(() -> builder.quotaPerUser(0, day)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.quotaPerUser(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.progressEvery(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
