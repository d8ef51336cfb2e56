package dev.socks5.client.internal.report;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectPhase;
import dev.socks5.client.ConnectTimes;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Measures the phases of one attempt, and tells of its end, once. Whoever connects says which phase begins. After the
 * end nothing counts any more.
 *
 * <p>Safe for use by several threads: one may look a name up while another one gives up.
 */
public final class Stopwatch {

    /** Measures nothing and tells nobody, for an attempt that nobody wants to know of. */
    public static final Stopwatch OFF = off();

    private static final int NO_PROXY = -1;

    // The places of the phases' times: of the first two, then of those of each proxy.
    private static final int LOOK_UP = 0;
    private static final int DIAL = 1;
    private static final int OF_PROXIES = 2;
    private static final int OF_ONE = 3;

    private final ConnectEvents events;
    private final ConnectAttempt attempt;
    private final boolean looksUp;
    private final long begun;
    private final long[] nanos; // guarded by this, as is all that follows
    private ConnectPhase phase = ConnectPhase.LOOK_UP;
    private int proxy;
    private long since;
    private volatile boolean over; // also read without the lock

    /** @param looksUp whether there is a name to look up; if not, the time before the dial belongs to that */
    Stopwatch(ConnectEvents events, ConnectAttempt attempt, boolean looksUp) {
        this.events = events;
        this.attempt = attempt;
        this.looksUp = looksUp;
        this.begun = events.nanoTime();
        this.since = begun;
        this.nanos = new long[OF_PROXIES + OF_ONE * attempt.proxies().size()];
        this.proxy = attempt.proxies().isEmpty() ? NO_PROXY : 0;
    }

    private static Stopwatch off() {
        Request none = Request.connect(Endpoint.UNSPECIFIED);
        Stopwatch off = new Stopwatch(ConnectEvents.NONE, new ConnectAttempt(0, none, List.of()), false);
        off.over = true;
        return off;
    }

    /** Begins to look the destination up. */
    public void lookUpDestination() {
        enter(ConnectPhase.LOOK_UP, NO_PROXY);
    }

    /** Begins to look the first proxy up. */
    public void lookUpProxy() {
        enter(ConnectPhase.LOOK_UP, 0);
    }

    /** Begins to dial the first proxy, or the destination; of an attempt before, only the look-up counts then. */
    public void dial() {
        enter(ConnectPhase.DIAL, attempt.proxies().isEmpty() ? NO_PROXY : 0);
    }

    /** Begins TLS with a proxy. */
    public void secure(int hop) {
        enter(ConnectPhase.TLS, hop);
    }

    /** Begins the handshake with the first proxy. */
    public void shakeHands() {
        enter(ConnectPhase.NEGOTIATION, 0);
    }

    /** Sees how far the handshakes have come. */
    public void see(ProxyChain chain) {
        if (!over) {
            enter(chain.isNegotiated() ? ConnectPhase.REQUEST : ConnectPhase.NEGOTIATION, chain.hop());
        }
    }

    private void enter(ConnectPhase next, int hop) {
        if (over) {
            return;
        }
        synchronized (this) {
            if (!over && (next != phase || hop != proxy)) {
                charge();
                boolean again = next == ConnectPhase.DIAL && phase != ConnectPhase.LOOK_UP;
                if (again) {
                    Arrays.fill(nanos, DIAL, nanos.length, 0);
                }
                phase = next;
                proxy = hop;
            }
        }
    }

    /** Adds the time until now to the present phase. */
    private void charge() {
        long now = events.nanoTime();
        nanos[place()] += now - since;
        since = now;
    }

    private int place() {
        return switch (phase) {
            case LOOK_UP -> looksUp ? LOOK_UP : DIAL;
            case DIAL -> DIAL;
            case TLS -> placeOf(proxy);
            case NEGOTIATION -> placeOf(proxy) + 1;
            case REQUEST -> placeOf(proxy) + 2;
        };
    }

    private static int placeOf(int hop) {
        return OF_PROXIES + OF_ONE * hop;
    }

    /** Ends the attempt with success. */
    public void connected() {
        if (end()) {
            ConnectTimes times = times();
            events.tell(listener -> listener.connected(attempt, times));
        }
    }

    /** Ends the attempt with a failure. */
    public void failed(Throwable cause) {
        if (end()) {
            ConnectFailure failure = failure(cause);
            events.tell(listener -> listener.failed(attempt, failure));
        }
    }

    private boolean end() {
        if (over) {
            return false;
        }
        synchronized (this) {
            boolean ends = !over;
            if (ends) {
                charge();
                over = true;
            }
            return ends;
        }
    }

    private synchronized ConnectTimes times() {
        List<ConnectTimes.ProxyTimes> proxies = new ArrayList<>();
        for (int hop = 0; hop < attempt.proxies().size(); hop++) {
            int place = placeOf(hop);
            proxies.add(new ConnectTimes.ProxyTimes(
                    attempt.proxies().get(hop), taken(place), taken(place + 1), taken(place + 2)));
        }
        return new ConnectTimes(taken(LOOK_UP), taken(DIAL), proxies, total());
    }

    private synchronized ConnectFailure failure(Throwable cause) {
        Optional<Endpoint> about = proxy == NO_PROXY
                ? Optional.empty()
                : Optional.of(attempt.proxies().get(proxy));
        return new ConnectFailure(phase, about, cause, total());
    }

    private Duration taken(int place) {
        return Duration.ofNanos(nanos[place]);
    }

    private Duration total() {
        return Duration.ofNanos(since - begun);
    }
}
