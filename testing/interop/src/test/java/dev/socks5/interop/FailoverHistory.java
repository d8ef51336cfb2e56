package dev.socks5.interop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the requests of a {@link FailoverLoad}, and of the attempts that they took. Times are those of
 * {@link System#nanoTime()}. Safe for use by several threads.
 */
final class FailoverHistory {

    private static final long PATIENCE_SECONDS = 40;

    /** A request; a failure before the tunnel was open is a lost request, one behind that a cut tunnel. */
    record Request(
            int worker,
            long begun,
            long ended,
            boolean opened,
            @Nullable IOException failure) {
        boolean isServed() {
            return failure == null;
        }

        boolean isLost() {
            return failure != null && !opened;
        }

        long nanos() {
            return ended - begun;
        }
    }

    /** An attempt with one proxy. */
    record Attempt(int proxy, long ended, boolean connected) {}

    private final String name;
    private final int workers;
    private final List<Request> requests = new ArrayList<>(); // guarded by this
    private final List<Attempt> attempts = new ArrayList<>(); // guarded by this
    private @Nullable Throwable unexpected; // guarded by this

    FailoverHistory(String name, int workers) {
        this.name = name;
        this.workers = workers;
    }

    synchronized void add(Request request) {
        requests.add(request);
        notifyAll();
    }

    synchronized void add(Attempt attempt) {
        attempts.add(attempt);
        notifyAll();
    }

    /** Notes that a worker has failed in a way that no request should. */
    synchronized void broken(Throwable reason) {
        unexpected = reason;
        notifyAll();
    }

    /** Waits for the ends of so many requests, and of one at least that each worker has begun since then. */
    synchronized void awaitRequests(long since, int count) throws InterruptedException {
        await(
                count + " requests",
                () -> requestsSince(since).count() >= count
                        && IntStream.range(0, workers).allMatch(worker -> hasBegun(worker, since)));
    }

    private boolean hasBegun(int worker, long since) {
        return requests.stream().anyMatch(request -> request.worker() == worker && request.begun() - since >= 0);
    }

    /** Waits until a proxy has failed. */
    synchronized void awaitFailure(long since, int proxy) throws InterruptedException {
        await("a failure of proxy " + proxy, () -> failures(proxy, since) > 0);
    }

    /** Waits until a proxy has served a request. */
    synchronized void awaitReturn(long since, int proxy) throws InterruptedException {
        await("the return to proxy " + proxy, () -> servedBy(proxy, since) > 0);
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0 || unexpected != null) {
                List<Request> latest = requests.subList(Math.max(0, requests.size() - 5), requests.size());
                throw new AssertionError(
                        name + ": waited in vain for " + what + "; the latest requests: " + latest, unexpected);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private Stream<Request> requestsSince(long since) {
        return requests.stream().filter(request -> request.ended() - since >= 0);
    }

    private Stream<Attempt> attemptsSince(long since, int proxy, boolean connected) {
        return attempts.stream()
                .filter(attempt -> attempt.proxy() == proxy && attempt.connected() == connected)
                .filter(attempt -> attempt.ended() - since >= 0);
    }

    /** Counts the attempts with a proxy that have failed. */
    synchronized int failures(int proxy, long since) {
        return (int) attemptsSince(since, proxy, false).count();
    }

    /** Counts the requests that a proxy has served. */
    synchronized int servedBy(int proxy, long since) {
        return (int) attemptsSince(since, proxy, true).count();
    }

    /** Gives the failures of the requests that were lost. */
    synchronized List<IOException> losses(long since) {
        List<IOException> losses = new ArrayList<>();
        requestsSince(since).filter(Request::isLost).forEach(request -> losses.add(request.failure()));
        return losses;
    }

    /** Counts the tunnels that broke. */
    synchronized int cuts(long since) {
        return (int) requestsSince(since)
                .filter(request -> !request.isServed() && !request.isLost())
                .count();
    }

    /**
     * Gives the figures of some time, as a part of a table's row.
     *
     * @param since when the first proxy went wrong
     * @param healed when it was in order again
     */
    synchronized String figures(long since, long healed) {
        List<Request> served = requestsSince(since).filter(Request::isServed).toList();
        long before = since;
        long gap = 0;
        for (long end : served.stream().mapToLong(Request::ended).sorted().toArray()) {
            gap = Math.max(gap, end - before);
            before = end;
        }
        long slowest = served.stream().mapToLong(Request::nanos).max().orElse(0);
        long back =
                attemptsSince(healed, 0, true).mapToLong(Attempt::ended).min().orElse(healed) - healed;
        return "%s | %,d | %d | %d | %d | %s | %s | %s"
                .formatted(
                        name,
                        requestsSince(since).count(),
                        losses(since).size(),
                        cuts(since),
                        failures(0, since),
                        millis(gap),
                        millis(slowest),
                        millis(back));
    }

    private static String millis(long nanos) {
        return "%,d ms".formatted(TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    @Override
    public String toString() {
        return name;
    }
}
