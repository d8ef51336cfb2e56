package dev.socks5.server.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By a clock of its own. */
class BandwidthTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = Long.MAX_VALUE - SECOND; // The clock may overflow: only differences count.

    private TokenBucket bucket(long bytesPerSecond) {
        return new TokenBucket(bytesPerSecond, () -> now);
    }

    private Bandwidth bandwidth(long bytesPerSecond, @Nullable TokenBucket shared) {
        return Objects.requireNonNull(Bandwidth.of(bytesPerSecond, shared, () -> now));
    }

    private Bandwidth bandwidth(long bytesPerSecond) {
        return bandwidth(bytesPerSecond, null);
    }

    @Test
    void noLimitIsNoObject() {
        assertThat(Bandwidth.of(0, null, () -> now)).isNull();
    }

    @Test
    void creditAndASliceAreLetPass() {
        Bandwidth bandwidth = bandwidth(1_000_000);
        assertThat(bandwidth.charge(50_000)).isZero();
        assertThat(bandwidth.charge(20_000)).isZero();
        assertThat(bandwidth.charge(30_000)).isEqualTo(50 * MILLI);
        now += 50 * MILLI;
        assertThat(bandwidth.charge(20_000)).isZero();
        assertThat(bandwidth.charge(40_000)).isEqualTo(60 * MILLI);
    }

    @Test
    void whatIsNotUsedIsLostButForTheCredit() {
        Bandwidth bandwidth = bandwidth(1_000_000);
        now += 1_000 * SECOND;
        assertThat(bandwidth.charge(50_000)).isZero();
        assertThat(bandwidth.charge(60_000)).isEqualTo(60 * MILLI);
    }

    @Test
    void aPauseIsFiftyMillisecondsAtLeast() {
        Bandwidth bandwidth = bandwidth(1_000_000);
        bandwidth.charge(50_000);
        bandwidth.charge(50_000);
        now += 90 * MILLI; // 40 ms of credit
        assertThat(bandwidth.charge(50_000)).isEqualTo(50 * MILLI);
        now += 50 * MILLI;
        assertThat(bandwidth.charge(50_000)).isEqualTo(50 * MILLI); // The 40 ms have not been lost.
        now += 50 * MILLI;
        assertThat(bandwidth.charge(60_000)).isEqualTo(50 * MILLI);
        assertThat(bandwidth.charge(60_000)).isGreaterThan(60 * MILLI);
    }

    @Test
    void aSliceIsFiftyMillisecondsWorthAndLessInDebt() {
        TokenBucket bucket = bucket(1_000_000);
        assertThat(bucket.slice()).isEqualTo(50_000);
        bucket.charge(50_000);
        assertThat(bucket.slice()).isEqualTo(50_000);
        bucket.charge(25_000);
        assertThat(bucket.slice()).isEqualTo(37_500);
        bucket.charge(25_000);
        assertThat(bucket.slice()).isEqualTo(25_000);
        bucket.charge(50_000);
        assertThat(bucket.slice()).isEqualTo(12_500);
        bucket.charge(Integer.MAX_VALUE);
        assertThat(bucket.slice()).isEqualTo(256);
    }

    @ParameterizedTest
    @CsvSource({"1, 256", "5120, 256", "9223372036854775807, 2147483647"})
    void aSliceIsNeverTooSmallNorTooLarge(long bytesPerSecond, int slice) {
        assertThat(bucket(bytesPerSecond).slice()).isEqualTo(slice);
    }

    @Test
    void nextIsWhatIsLeftOfTheSlice() {
        Bandwidth bandwidth = bandwidth(1_000_000);
        assertThat(bandwidth.next()).isEqualTo(50_000);
        bandwidth.charge(40_000);
        assertThat(bandwidth.next()).isEqualTo(10_000);
        bandwidth.charge(10_000);
        assertThat(bandwidth.next()).isEqualTo(50_000);
    }

    @Test
    void nextIsPositiveEvenWhenOthersHaveLeftNothing() {
        TokenBucket shared = bucket(1_000_000);
        Bandwidth bandwidth = bandwidth(0, shared);
        bandwidth.charge(40_000);
        shared.charge(10_000_000);
        assertThat(bandwidth.next()).isEqualTo(1);
    }

    @Test
    void anExtremeRateIsNoError() {
        assertThat(bucket(Long.MAX_VALUE).charge(Integer.MAX_VALUE)).isLessThan(0);
        assertThat(bucket(Long.MAX_VALUE).charge(0)).isEqualTo(-50 * MILLI);
        assertThat(bucket(1).charge(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE * SECOND - 50 * MILLI);
    }

    @Test
    void bothAreChargedAndTheLongerPauseHolds() {
        TokenBucket shared = bucket(1_000_000);
        Bandwidth fast = bandwidth(2_000_000, shared);
        Bandwidth slow = bandwidth(500_000, shared);
        assertThat(fast.next()).isEqualTo(50_000);
        assertThat(slow.next()).isEqualTo(25_000);
        assertThat(fast.charge(110_000)).isEqualTo(60 * MILLI); // of the shared one
        assertThat(slow.charge(100_000)).isEqualTo(160 * MILLI);
        assertThat(slow.charge(100_000)).isEqualTo(350 * MILLI); // of its own
    }

    /** Readers that always find something to read, however little, and pause as they are told to. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 100, 1_000})
    void readersShareItEquallyAndAreNotWokenOften(int count) {
        int seconds = 20;
        long rate = 10_000_000;
        TokenBucket bucket = bucket(rate);
        List<Bandwidth> readers =
                Stream.generate(() -> bandwidth(0, bucket)).limit(count).toList();
        long start = now;
        long[] octets = new long[count];
        int[] pauses = new int[count];
        int[] pieces = {1_000, 128 * 1024, 20_000};
        record Reader(int index, long wakesAt) {}
        PriorityQueue<Reader> asleep = new PriorityQueue<>((a, b) -> Long.signum(a.wakesAt - b.wakesAt));
        Queue<Integer> awake = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            awake.add(i);
        }
        while (now - start < seconds * SECOND) {
            @Nullable Integer reader = awake.poll();
            if (reader == null) {
                now = Math.max(0, asleep.element().wakesAt - now) + now;
            }
            while (!asleep.isEmpty() && asleep.element().wakesAt - now <= 0) {
                awake.add(asleep.remove().index);
            }
            if (reader == null) {
                continue;
            }
            int read = Math.min(readers.get(reader).next(), pieces[reader % pieces.length]);
            octets[reader] += read;
            long pause = readers.get(reader).charge(read);
            if (pause > 0) {
                pauses[reader]++;
                asleep.add(new Reader(reader, now + pause + MILLI)); // Loops wake late.
            } else {
                awake.add(reader);
            }
            now += 2_000; // Nothing is for nothing.
        }
        long total = 0;
        List<Long> each = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            total += octets[i];
            each.add(octets[i]);
            assertThat(pauses[i]).isLessThanOrEqualTo(20 * seconds + 1);
        }
        assertThat(total).isBetween(rate * seconds * 95 / 100, rate * seconds + rate * 6 / 10);
        assertThat(each).allSatisfy(mine -> assertThat(mine).isGreaterThan(rate * seconds / count / 2));
    }
}
