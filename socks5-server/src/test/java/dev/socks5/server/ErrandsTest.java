package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ErrandsTest {

    private final Queue<Runnable> queue = new ArrayDeque<>();

    @Test
    void thereIsABoundThatCountsThoseThatWait() {
        Errands errands = new Errands(queue::add, 2);
        assertThat(errands.submit(() -> {})).isTrue();
        assertThat(errands.submit(() -> {})).isTrue();
        assertThat(errands.submit(() -> {})).isFalse();
        queue.remove().run();
        assertThat(errands.submit(() -> {})).isTrue();
        assertThat(errands.submit(() -> {})).isFalse();
    }

    @Test
    void oneThatFailsIsCountedOut() {
        Errands errands = new Errands(queue::add, 1);
        for (int i = 0; i < 3; i++) {
            assertThat(errands.submit(() -> {
                        throw new IllegalStateException("on purpose");
                    }))
                    .isTrue();
            try {
                queue.remove().run();
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("on purpose");
            }
        }
    }

    @Test
    void oneThatIsRejectedIsCountedOut() {
        Errands errands = new Errands(
                task -> {
                    throw new RejectedExecutionException("on purpose");
                },
                1);
        for (int i = 0; i < 3; i++) {
            assertThat(errands.submit(() -> {})).isFalse();
        }
    }

    @Test
    void nothingIsDoneForAClientThatIsGone() throws Exception {
        AtomicInteger checks = new AtomicInteger();
        Recorder events = new Recorder();
        Queue<Runnable> waiting = new java.util.concurrent.ConcurrentLinkedQueue<>();
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .handshakeTimeout(Duration.ofMillis(300))
                        .executor(waiting::add)
                        .authenticator((login, from) -> Optional.of(new User("" + checks.incrementAndGet())))
                        .listener(events)
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING)
                    .expect(RawClient.LOGIN_SELECTED)
                    .send("01 01 61 01 62");
            client.expectDropped();
            events.until("closed");
            assertThat(waiting).hasSize(1);
            waiting.remove().run();
            assertThat(checks).hasValue(0);
        }
    }
}
