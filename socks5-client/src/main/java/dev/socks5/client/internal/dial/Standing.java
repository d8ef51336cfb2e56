package dev.socks5.client.internal.dial;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Knows which of several proxies have failed lately, and whose turn it is. All requests of all threads share it.
 *
 * <p>A proxy that fails is in back-off: it goes behind the others, and is never left out, for a time that doubles with
 * each failure. Once that time is over, one request tries the proxy, and the others pass it over until that one knows:
 * a proxy that is silent holds up no more than one.
 */
final class Standing {

    static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);

    private static final int MOST_DOUBLINGS = 30;
    private static final int NONE = -1;

    /**
     * Stands for a proxy that a request tries; to be given back, by one of three methods.
     *
     * @param index of the proxy
     * @param counts whether a failure is news: not if it was in back-off
     * @param era which of the proxy's eras the attempt has begun in: the next failure or recovery ends it, and after
     *     that a failure is no news
     */
    record Hold(int index, boolean counts, int era) {}

    private static final class Member {
        private int failures; // in a row
        private long due; // the end of the back-off, if there are failures
        private boolean tried; // by the one request that may, once it is due
        private int era;

        private boolean isFree(long now) {
            return failures == 0 || (!tried && now - due >= 0);
        }

        private void begin(int failuresInARow) {
            failures = failuresInARow;
            tried = false;
            era++;
        }
    }

    private final Proxies.Order order;
    private final LongSupplier nanoTime;
    private final List<Member> members = new ArrayList<>(); // guarded by this, and so is the turn
    private int turn;

    /** @param nanoTime reads a clock, as {@link System#nanoTime()} */
    Standing(Proxies.Order order, int proxies, LongSupplier nanoTime) {
        this.order = order;
        this.nanoTime = nanoTime;
        for (int i = 0; i < proxies; i++) {
            members.add(new Member());
        }
    }

    /**
     * Chooses the proxy that a request tries next: the first one that is not in back-off, else the one whose back-off
     * is over soonest.
     *
     * @param tried the proxies that it has tried, in that order; not all
     */
    synchronized Hold next(List<Integer> tried) {
        long now = nanoTime.getAsLong();
        int start = order == Proxies.Order.IN_ORDER ? 0 : tried.isEmpty() ? turn : tried.get(0);
        int chosen = NONE;
        for (int i = 0; i < members.size() && !isFree(chosen, now); i++) {
            int index = (start + i) % members.size();
            if (!tried.contains(index) && (isFree(index, now) || isSooner(index, chosen))) {
                chosen = index;
            }
        }
        turn = chosen + 1; // Not the one after the start: the proxy behind one in back-off would get two turns.
        Member member = members.get(chosen);
        boolean counts = member.isFree(now);
        member.tried |= counts;
        return new Hold(chosen, counts, member.era);
    }

    private boolean isFree(int index, long now) {
        return index != NONE && members.get(index).isFree(now);
    }

    private boolean isSooner(int index, int other) {
        return other == NONE || members.get(index).due - members.get(other).due < 0;
    }

    /** Notes that a proxy works. */
    synchronized void works(Hold hold) {
        Member member = members.get(hold.index());
        if (member.failures > 0) {
            member.begin(0);
        }
    }

    /** Notes that a proxy has failed. */
    synchronized void failed(Hold hold) {
        if (isNews(hold)) {
            Member member = members.get(hold.index());
            member.begin(member.failures + 1);
            member.due = nanoTime.getAsLong() + backOff(member.failures).toNanos();
        }
    }

    /** Gives up an attempt of which nobody knows how it would have ended. */
    synchronized void leave(Hold hold) {
        if (isNews(hold)) {
            members.get(hold.index()).tried = false;
        }
    }

    private boolean isNews(Hold hold) {
        return hold.counts() && hold.era() == members.get(hold.index()).era;
    }

    static Duration backOff(int failures) {
        Duration doubled = FIRST_BACK_OFF.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF;
    }
}
