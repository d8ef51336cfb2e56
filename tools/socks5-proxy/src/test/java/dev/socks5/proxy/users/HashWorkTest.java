package dev.socks5.proxy.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HashWorkTest {

    @Test
    void halfOfTheProcessorsAreKeptFree() throws Exception {
        int turns = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(turns);
        CountDownLatch goOn = new CountDownLatch(1);
        Callable<Boolean> work = () -> HashWork.inTurn(() -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            full.countDown();
            goOn.await();
            atOnce.decrementAndGet();
            return true;
        });
        ExecutorService executor = Executors.newCachedThreadPool();
        try {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < turns + 3; i++) {
                all.add(executor.submit(work));
            }
            full.await();
            goOn.countDown();
            for (Future<Boolean> one : all) {
                assertThat(one.get()).isTrue();
            }
            assertThat(most.get()).isEqualTo(turns);
        } finally {
            goOn.countDown();
            executor.shutdownNow();
        }
    }
}
