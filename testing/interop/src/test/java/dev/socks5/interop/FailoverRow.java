package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** One fault, from its beginning to the moment at which all is in order again. The faulty proxy is the first one. */
final class FailoverRow {

    /** Of each load, during each fault. */
    static final int REQUESTS = Integer.getInteger("failover.requests", 20);

    static final int FIRST = 0;

    final FailoverFault fault;
    final List<FailoverLoad> loads;
    final long since;
    private final List<String> figures;
    private long healed;

    /**
     * Begins, once each worker has made a request.
     *
     * @param figures gets a line of each load
     */
    FailoverRow(FailoverFault fault, List<FailoverLoad> loads, List<String> figures) throws InterruptedException {
        this.fault = fault;
        this.loads = loads;
        this.figures = figures;
        long now = System.nanoTime();
        for (FailoverLoad load : loads) {
            load.history().awaitRequests(now, load.workers());
        }
        this.since = System.nanoTime();
    }

    /** Has the loads go on for a while. */
    void awaitRequests() throws InterruptedException {
        long now = System.nanoTime();
        for (FailoverLoad load : loads) {
            load.history().awaitRequests(now, REQUESTS);
        }
    }

    /** Notes that the first proxy is in order again. */
    void healed() {
        healed = System.nanoTime();
    }

    /** Waits until each load has come back to the first proxy, and no request of the time before is under way. */
    void awaitReturn() throws InterruptedException {
        for (FailoverLoad load : loads) {
            load.history().awaitReturn(healed, FIRST);
            load.history().awaitRequests(System.nanoTime(), load.workers());
            figures.add("| %s | %s |".formatted(fault.title(), load.history().figures(since, healed)));
        }
    }

    void assertNothingIsLost() {
        for (FailoverLoad load : loads) {
            assertThat(load.history().losses(since)).as("lost %s", load).isEmpty();
        }
    }

    /**
     * A request asks a proxy that is in back-off only if it began before that, or as the one that tries it. A success
     * of a request that began before the fault ends the back-off once more, and each worker can have one.
     */
    void assertPassedOver() {
        for (FailoverLoad load : loads) {
            int most = load.workers() * (1 + load.workers()) + trials();
            assertThat(load.history().failures(FIRST, since))
                    .as("attempts with the first proxy, %s", load)
                    .isBetween(1, most);
        }
    }

    /** How many back-offs of 1, 2, 4 ... seconds can have ended by now. */
    private int trials() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
        return Long.SIZE - Long.numberOfLeadingZeros(seconds);
    }
}
