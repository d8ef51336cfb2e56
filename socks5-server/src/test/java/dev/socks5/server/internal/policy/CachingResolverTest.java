package dev.socks5.server.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.Resolver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CachingResolverTest {

    private static final List<InetAddress> SOME = List.of(InetAddress.getLoopbackAddress());
    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // It may turn negative at any time.
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    private CachingResolver cache(int maxNames, Resolver source) {
        return new CachingResolver(
                name -> {
                    asked.add(name);
                    return source.resolve(name);
                },
                maxNames,
                Duration.ofNanos(30),
                Duration.ofNanos(5),
                LONG,
                now::get);
    }

    @Test
    void anAnswerIsKeptForItsTime() throws IOException {
        Resolver cache = cache(10, name -> SOME);
        assertThat(cache.resolve("a")).isEqualTo(SOME);
        now.addAndGet(29);
        assertThat(cache.resolve("a")).isEqualTo(SOME);
        assertThat(asked).containsExactly("a");
        now.addAndGet(1);
        assertThat(cache.resolve("a")).isEqualTo(SOME);
        assertThat(cache.resolve("b")).isEqualTo(SOME);
        assertThat(asked).containsExactly("a", "a", "b");
    }

    @Test
    void thatThereIsNoSuchNameIsKeptForAShorterTime() {
        Resolver cache = cache(10, name -> {
            throw new UnknownHostException(name);
        });
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> cache.resolve("a")).isInstanceOf(UnknownHostException.class);
        }
        now.addAndGet(4);
        assertThatThrownBy(() -> cache.resolve("a")).isInstanceOf(UnknownHostException.class);
        assertThat(asked).hasSize(1);
        now.addAndGet(1);
        assertThatThrownBy(() -> cache.resolve("a")).isInstanceOf(UnknownHostException.class);
        assertThat(asked).hasSize(2);
    }

    @Test
    void aNameWithoutAddressesIsKeptForTheShorterTimeToo() throws IOException {
        Resolver cache = cache(10, name -> List.of());
        assertThat(cache.resolve("a")).isEmpty();
        now.addAndGet(4);
        assertThat(cache.resolve("a")).isEmpty();
        assertThat(asked).hasSize(1);
        now.addAndGet(1);
        assertThat(cache.resolve("a")).isEmpty();
        assertThat(asked).hasSize(2);
    }

    @Test
    void otherFailuresAreNotKept() throws IOException {
        AtomicInteger count = new AtomicInteger();
        Resolver cache = cache(10, name -> {
            switch (count.incrementAndGet()) {
                case 1 -> throw new IOException("cannot be told");
                case 2 -> throw new IllegalStateException("on purpose");
                case 3 -> throw new AssertionError("on purpose");
                default -> {
                    return SOME;
                }
            }
        });
        assertThatThrownBy(() -> cache.resolve("a")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> cache.resolve("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> cache.resolve("a")).isInstanceOf(AssertionError.class);
        assertThat(cache.resolve("a")).isEqualTo(SOME);
    }

    @Test
    void whatHasNotBeenAskedForLongestHasToGo() throws IOException {
        Resolver cache = cache(2, name -> SOME);
        for (String name : List.of("a", "b", "a", "c", "a", "b")) {
            cache.resolve(name);
        }
        assertThat(asked).containsExactly("a", "b", "c", "b");
    }

    @Test
    void anAnswerOfTooManyAddressesIsNotKept() throws IOException {
        Resolver cache = cache(
                10,
                name -> Collections.nCopies(
                        CachingResolver.MAX_ADDRESSES + (name.equals("many") ? 1 : 0),
                        InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 2; i++) {
            assertThat(cache.resolve("many")).hasSize(CachingResolver.MAX_ADDRESSES + 1);
            assertThat(cache.resolve("enough")).hasSize(CachingResolver.MAX_ADDRESSES);
        }
        assertThat(asked).containsExactly("many", "enough", "many");
    }

    @Test
    void aTimeOfZeroKeepsNothing() throws IOException {
        Resolver cache = new CachingResolver(
                name -> {
                    asked.add(name);
                    return name.equals("a") ? SOME : List.of();
                },
                10,
                Duration.ZERO,
                Duration.ZERO);
        for (String name : List.of("a", "a", "b", "b")) {
            cache.resolve(name);
        }
        assertThat(asked).hasSize(4);
    }

    @Test
    void noOtherNumbersWillDo() {
        Resolver source = name -> SOME;
        assertThatIllegalArgumentException().isThrownBy(() -> source.cached(0, LONG, LONG));
        assertThatIllegalArgumentException().isThrownBy(() -> source.cached(1, LONG.negated(), LONG));
        assertThatIllegalArgumentException().isThrownBy(() -> source.cached(1, LONG, LONG.negated()));
        source.cached(1, Duration.ofSeconds(Long.MAX_VALUE), LONG);
    }

    // Several at once. Nothing is kept, so that who did not wait would ask.

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CompletableFuture<List<InetAddress>> outcome = new CompletableFuture<>();

    /**
     * The first look-up comes out as {@code outcome} does, or is interrupted; the later ones find something at once.
     */
    private CachingResolver slow(Duration patience) {
        Resolver source = name -> {
            asked.add(name);
            if (asked.size() > 1) {
                return SOME;
            }
            begun.countDown();
            try {
                return outcome.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UnknownHostException(name); // As some libraries do.
            } catch (ExecutionException e) {
                throw new IOException("on purpose", e);
            }
        };
        return new CachingResolver(source, 10, Duration.ZERO, Duration.ofHours(1), patience, now::get);
    }

    private record Seeker(Thread thread, FutureTask<List<InetAddress>> task) {
        static Seeker start(Resolver resolver, String name) {
            FutureTask<List<InetAddress>> task = new FutureTask<>(() -> resolver.resolve(name));
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
            return new Seeker(thread, task);
        }

        Seeker waiting() {
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                assertThat(task).as("did not wait").isNotDone();
                Thread.onSpinWait();
            }
            return this;
        }

        List<InetAddress> found() throws Exception {
            return task.get(30, TimeUnit.SECONDS);
        }
    }

    private Seeker first(Resolver cache) throws InterruptedException {
        Seeker first = Seeker.start(cache, "a");
        begun.await();
        return first;
    }

    @Test
    void thoseThatComeMeanwhileWaitForTheSameAnswer() throws Exception {
        Resolver cache = slow(LONG);
        List<Seeker> seekers = new ArrayList<>(List.of(first(cache)));
        for (int i = 0; i < 8; i++) {
            seekers.add(Seeker.start(cache, "a").waiting());
        }
        outcome.complete(SOME);
        for (Seeker seeker : seekers) {
            assertThat(seeker.found()).isEqualTo(SOME);
        }
        assertThat(asked).containsExactly("a");
    }

    @Test
    void anotherNameDoesNotWait() throws Exception {
        Resolver cache = slow(LONG);
        first(cache);
        assertThat(cache.resolve("b")).isEqualTo(SOME);
    }

    @Test
    void aFailureGoesToThoseThatWaitAndNoFurther() throws Exception {
        Resolver cache = slow(LONG);
        Seeker first = first(cache);
        Seeker second = Seeker.start(cache, "a").waiting();
        outcome.completeExceptionally(new IOException("on purpose"));
        assertThatThrownBy(first::found).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(second::found).hasCauseInstanceOf(IOException.class);
        assertThat(cache.resolve("a")).isEqualTo(SOME);
    }

    @Test
    void anInterruptionIsNobodyElsesFailureNorAnAnswer() throws Exception {
        Resolver cache = slow(LONG);
        Seeker first = first(cache);
        Seeker second = Seeker.start(cache, "a").waiting();
        first.thread().interrupt();
        assertThatThrownBy(first::found).hasCauseInstanceOf(UnknownHostException.class);
        assertThat(second.found()).isEqualTo(SOME);
        assertThat(asked).containsExactly("a", "a");
    }

    @Test
    void whoWaitsCanBeInterruptedAlone() throws Exception {
        Resolver cache = slow(LONG);
        Seeker first = first(cache);
        Seeker second = Seeker.start(cache, "a").waiting();
        second.thread().interrupt();
        assertThatThrownBy(second::found).hasCauseInstanceOf(InterruptedIOException.class);
        outcome.complete(SOME);
        assertThat(first.found()).isEqualTo(SOME);
    }

    @Test
    void whoTakesTooLongIsNotWaitedFor() throws Exception {
        Resolver cache = slow(Duration.ofMillis(1));
        Seeker first = first(cache);
        assertThat(Seeker.start(cache, "a").found()).isEqualTo(SOME);
        outcome.complete(List.of());
        assertThat(first.found()).isEmpty();
    }
}
