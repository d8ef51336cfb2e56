package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineLimitTest {

    private static final long SECOND = 1_000_000_000;

    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - SECOND / 2); // It runs over.
    private final LineLimit limit = new LineLimit(3, time::get);

    private long admitted(int attempts) {
        return IntStream.range(0, attempts).filter(i -> limit.admits()).count();
    }

    @Test
    void soManyASecond() {
        assertThat(admitted(5)).isEqualTo(3);
        time.addAndGet(SECOND - 1);
        assertThat(admitted(1)).isZero();
        time.addAndGet(1);
        assertThat(admitted(5)).isEqualTo(3);
    }

    @Test
    void thoseSkippedAreToldOnceAfterTheirSecond() {
        admitted(5);
        assertThat(limit.takeSkipped()).isZero();
        time.addAndGet(SECOND);
        admitted(4);
        assertThat(limit.takeSkipped()).isEqualTo(2);
        assertThat(limit.takeSkipped()).isZero();
        time.addAndGet(SECOND);
        assertThat(limit.takeSkipped()).isEqualTo(1);
    }

    @Test
    void atTheEndAllAreTold() {
        admitted(5);
        time.addAndGet(SECOND);
        admitted(4);
        assertThat(limit.takeAllSkipped()).isEqualTo(3);
        assertThat(limit.takeAllSkipped()).isZero();
    }
}
