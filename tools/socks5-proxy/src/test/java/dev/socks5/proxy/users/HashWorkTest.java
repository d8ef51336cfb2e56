package dev.socks5.proxy.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.ClientAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class HashWorkTest {

    private static final int TURNS = HashWork.processors();

    private final HashWork hashes = new HashWork(Duration.ofSeconds(50));
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final List<Future<Boolean>> all = new ArrayList<>();

    @AfterEach
    void stop() {
        goOn.countDown();
        executor.shutdownNow();
    }

    private static ClientAddress client(String address) {
        return ClientAddress.of(new InetSocketAddress(address, 1));
    }

    private static ClientAddress client(int number) {
        return client("192.0.2." + number);
    }

    /** Begins work that does not end before it may, and returns once it is under way. */
    private void begin(ClientAddress client) {
        int before = hashes.underWay();
        all.add(executor.submit(() -> hashes.inTurn(client, () -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            goOn.await();
            atOnce.decrementAndGet();
            return true;
        })));
        while (hashes.underWay() == before) {
            Thread.onSpinWait();
        }
    }

    private void awaitAtWork(int number) {
        while (atOnce.get() < number) {
            Thread.onSpinWait();
        }
    }

    private void endAll() throws Exception {
        goOn.countDown();
        for (Future<Boolean> one : all) {
            assertThat(one.get()).isTrue();
        }
        assertThat(hashes.underWay()).isZero();
    }

    @Test
    void halfOfTheProcessorsAreKeptFree() throws Exception {
        for (int i = 0; i < TURNS + 3; i++) {
            begin(client(i));
        }
        awaitAtWork(TURNS);
        assertThat(most.get()).isEqualTo(TURNS);
        endAll();
        assertThat(most.get()).isEqualTo(TURNS);
    }

    /** Whose next work is behind those of others. */
    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.1", "2001:db8::1, 2001:db8::ffff:2"})
    void aClientHasOnePieceAtWorkAndNoMoreWaitingThanPlacesAreFree(String one, String another) throws Exception {
        for (int i = 0; i < HashWork.CAPACITY / 4; i++) {
            begin(client(one));
            begin(client(another));
        }
        awaitAtWork(1);
        assertThatThrownBy(() -> hashes.inTurn(client(one), () -> true)).isInstanceOf(BusyException.class);
        begin(client(2));
        begin(client("2001:db8:0:1::1"));
        endAll();
        assertThat(most.get()).isLessThanOrEqualTo(Math.min(TURNS, 3));
        assertThat(hashes.inTurn(client(one), () -> true)).isTrue();
    }

    /** With one processor for hashes: the other waits for the piece at work, and for none of those that wait. */
    @Test
    void anotherClientIsNextHoweverMuchOneHasWaiting() throws Exception {
        HashWork one = new HashWork(Duration.ofSeconds(50), 1);
        List<String> order = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        all.add(executor.submit(() -> one.inTurn(client(1), () -> {
            begun.countDown();
            goOn.await();
            return order.add("first");
        })));
        begun.await();
        for (int i = 1; i <= 8; i++) {
            all.add(executor.submit(() -> one.inTurn(client(1), () -> order.add("more"))));
            await(one, 1 + i);
        }
        all.add(executor.submit(() -> one.inTurn(client(2), () -> order.add("other"))));
        await(one, 10);
        while (one.waitingForProcessors() == 0) {
            Thread.onSpinWait();
        }
        endAll();
        assertThat(order.indexOf("other")).isEqualTo(1);
        assertThat(order).hasSize(10);
    }

    private static void await(HashWork work, int underWay) {
        while (work.underWay() < underWay) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoseTurnDoesNotComeIsTold() throws Exception {
        HashWork impatient = new HashWork(Duration.ZERO, 1);
        assertThat(impatient.inTurn(client(1), () -> {
                    for (int other = 1; other <= 2; other++) {
                        ClientAddress client = client(other);
                        assertThatThrownBy(() -> impatient.inTurn(client, () -> true))
                                .isInstanceOf(BusyException.class);
                    }
                    return true;
                }))
                .isTrue();
        assertThat(impatient.underWay()).isZero();
    }
}
