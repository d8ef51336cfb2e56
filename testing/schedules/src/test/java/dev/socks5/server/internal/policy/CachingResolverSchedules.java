package dev.socks5.server.internal.policy;

import static dev.socks5.schedules.Race.require;

import dev.socks5.schedules.Race;
import dev.socks5.schedules.Scenario;
import dev.socks5.schedules.Schedules;
import dev.socks5.server.Resolver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Threads that ask for one name: one look-up, and an answer for all of them, whatever becomes of the first. */
class CachingResolverSchedules {

    private static final String NAME = "example.com";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final List<InetAddress> ANSWER = List.of(InetAddress.getLoopbackAddress());

    /** Answers, and counts. */
    private static final class Source implements Resolver {
        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger sum = new AtomicInteger();
        private final int failures;

        private Source(int failures) {
            this.failures = failures;
        }

        @Override
        public List<InetAddress> resolve(String name) throws IOException {
            try {
                require(now.incrementAndGet() == 1, "two look-ups of one name at a time");
                if (sum.incrementAndGet() <= failures) {
                    throw new IOException("out of order");
                }
                if (Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted");
                }
                return ANSWER;
            } finally {
                now.decrementAndGet();
            }
        }
    }

    private static CachingResolver cache(Resolver source, Duration ttl, Duration patience) {
        return new CachingResolver(source, 10, ttl, ttl, patience, () -> 0);
    }

    @Test
    void asksOnceForAll() {
        Schedules.explore(() -> {
            Source source = new Source(0);
            CachingResolver cache = cache(source, LONG, LONG);
            Scenario ask = () -> require(cache.resolve(NAME).equals(ANSWER), "wrong answer");
            Race.of(ask, ask, ask);
            require(source.sum.get() == 1, "more than one look-up");
        });
    }

    @Test
    void givesAFailureToThoseWhoWaitedForIt() {
        Schedules.explore(() -> {
            Source source = new Source(1);
            CachingResolver cache = cache(source, LONG, LONG);
            AtomicInteger failed = new AtomicInteger();
            Scenario ask = () -> {
                try {
                    cache.resolve(NAME);
                } catch (IOException e) {
                    failed.incrementAndGet();
                }
            };
            Race.of(ask, ask, ask);
            require(failed.get() >= 1, "the failure is lost");
            require(source.sum.get() == (failed.get() == 3 ? 1 : 2), "too many look-ups");
            require(cache.resolve(NAME).equals(ANSWER), "the failure is kept");
        });
    }

    /** The thread that came first is interrupted, before or after it asks: nobody else suffers. */
    @Test
    void asksAnewForThoseWhoWaitedForAnInterruptedThread() {
        Schedules.explore(() -> {
            CachingResolver cache = cache(new Source(0), LONG, LONG);
            AtomicInteger interrupted = new AtomicInteger();
            Scenario ask = () -> require(cache.resolve(NAME).equals(ANSWER), "wrong answer");
            Race.of(ask, ask, () -> {
                Thread.currentThread().interrupt();
                try {
                    cache.resolve(NAME);
                } catch (InterruptedIOException e) {
                    interrupted.incrementAndGet();
                }
                require(Thread.interrupted(), "the flag is gone");
            });
            require(interrupted.get() <= 1, "interrupted twice");
            require(cache.resolve(NAME).equals(ANSWER), "wrong answer afterwards");
        });
    }

    /** Nobody has any patience, and nothing is kept: each gets an answer, and no look-up is left to wait for. */
    @Test
    void goesOnWithoutPatience() {
        Schedules.explore(() -> {
            AtomicInteger sum = new AtomicInteger();
            CachingResolver cache = cache(
                    name -> {
                        sum.incrementAndGet();
                        return ANSWER;
                    },
                    Duration.ZERO,
                    Duration.ofNanos(1));
            Scenario ask = () -> require(cache.resolve(NAME).equals(ANSWER), "wrong answer");
            Race.of(ask, ask, ask);
            int before = sum.get();
            ask.run();
            require(before >= 1 && before <= 3, "a thread has asked twice");
            require(sum.get() == before + 1, "something was kept");
        });
    }
}
