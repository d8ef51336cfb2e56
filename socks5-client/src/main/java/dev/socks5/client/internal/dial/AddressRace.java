package dev.socks5.client.internal.dial;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides when each address of a host is tried (RFC 8305), and what the failure says. It does no I/O and has no clock:
 * its caller gives the time, in nanoseconds.
 *
 * <p>The families take turns, that of the first address first. The next attempt starts {@link #STAGGER} after the one
 * before it, or when any attempt has failed. Addresses beyond the first {@link #MOST} are left out, because each
 * attempt takes a descriptor, and how many addresses a name has is for its owner to say.
 */
public final class AddressRace {

    /** The Connection Attempt Delay of RFC 8305 section 5. */
    static final Duration STAGGER = Duration.ofMillis(250);

    static final int MOST = 8;

    private static final int LONGEST_REASON = 80;

    private final Object host;
    private final boolean direct;
    private final List<? extends SocketAddress> found;
    private final Deque<SocketAddress> untried;
    private final int addresses;
    private final int leftOut;
    private final List<SocketAddress> tried = new ArrayList<>();
    private final Map<SocketAddress, IOException> failures = new LinkedHashMap<>();
    private long nextStart;
    private boolean startsNow = true;

    /**
     * @param host gives its name as text, when a failure needs it
     * @param direct whether the host is the destination itself and not a proxy: then the failure of its only address is
     *     the JDK's own
     * @param found its addresses in order of preference; at least one
     */
    AddressRace(Object host, boolean direct, List<? extends SocketAddress> found) {
        this.host = host;
        this.direct = direct;
        this.found = found;
        this.untried = new ArrayDeque<>(mostPromising(found));
        this.addresses = untried.size();
        this.leftOut = new HashSet<>(found).size() - addresses;
    }

    /** Makes another race among the same addresses. */
    AddressRace again() {
        return new AddressRace(host, direct, found);
    }

    /** Orders addresses as RFC 8305 section 4 says, and gives the first {@link #MOST} of them, each once. */
    static <A extends SocketAddress> List<A> mostPromising(List<A> found) {
        Deque<A> same = new ArrayDeque<>();
        Deque<A> other = new ArrayDeque<>();
        for (A address : new LinkedHashSet<>(found)) {
            (isIpv4(address) == isIpv4(found.get(0)) ? same : other).add(address);
        }
        List<A> turns = new ArrayList<>();
        while (!same.isEmpty() || !other.isEmpty()) {
            for (Deque<A> family : List.of(same, other)) {
                if (!family.isEmpty()) {
                    turns.add(family.remove());
                }
            }
        }
        return turns.subList(0, Math.min(MOST, turns.size()));
    }

    private static boolean isIpv4(SocketAddress address) {
        return address instanceof InetSocketAddress ip && ip.getAddress() instanceof Inet4Address;
    }

    /** Tells whether the only address is the path of a Unix domain socket. */
    public boolean isLocal() {
        return !(found.get(0) instanceof InetSocketAddress);
    }

    /** Tells whether there is one address only, so that there is nothing to decide. */
    boolean isSingle() {
        return addresses == 1;
    }

    boolean hasUntried() {
        return !untried.isEmpty();
    }

    int untried() {
        return untried.size();
    }

    /** Tells whether the next attempt has to start now. */
    boolean isDue(long now) {
        return hasUntried() && nanosUntilNext(now) <= 0;
    }

    /** Gives the time that the next attempt has to wait; asked only if there is an untried address. */
    long nanosUntilNext(long now) {
        return startsNow ? 0 : nextStart - now;
    }

    /** Begins an attempt. */
    SocketAddress next(long now) {
        SocketAddress address = untried.remove();
        tried.add(address);
        startsNow = false;
        nextStart = now + STAGGER.toNanos();
        return address;
    }

    /** Notes the end of an attempt; the next one may start at once. */
    void failed(SocketAddress address, IOException failure) {
        failures.put(address, failure);
        startsNow = true;
    }

    /** Tells whether every attempt has failed, and no address is left. */
    boolean isLost() {
        return untried.isEmpty() && failures.size() == addresses;
    }

    /** Makes the failure for when all attempts have failed; a refusal tells more than a missing route. */
    public IOException unreachable(IOException last) {
        if (direct && isSingle()) {
            return last;
        }
        Collection<IOException> reasons = isSingle() ? List.of(last) : failures.values();
        boolean noRoute =
                !reasons.isEmpty() && reasons.stream().allMatch(failure -> failure instanceof NoRouteToHostException);
        String message = "cannot reach " + this + (isSingle() ? ": " + reason(last) : "");
        IOException failure = noRoute ? new NoRouteToHostException(message) : new ConnectException(message);
        if (isSingle() || !failures.containsValue(last)) {
            failure.initCause(last); // It may be the failure of no address: no descriptor was left, for example.
        }
        return withReasons(failure);
    }

    /** Makes the failure for when time is up. */
    public SocketTimeoutException timedOut() {
        String message = direct && isSingle() ? "Connect timed out" : "dialling " + this;
        return withReasons(new SocketTimeoutException(message));
    }

    /** Adds the answer of each address, if there are several. */
    private <E extends IOException> E withReasons(E failure) {
        for (SocketAddress address : isSingle() ? List.<SocketAddress>of() : tried) {
            IOException reason = failures.get(address);
            failure.addSuppressed(reason == null ? new SocketTimeoutException("no answer") : reason);
        }
        return failure;
    }

    private String outcome(SocketAddress address) {
        IOException failure = failures.get(address);
        if (failure == null) {
            return tried.contains(address) ? "no answer" : "not tried";
        }
        return reason(failure);
    }

    private static String reason(IOException failure) {
        // A factory's socket may say anything, and any amount of it.
        String message = failure.getMessage();
        String reason = (message == null ? failure.getClass().getSimpleName() : message).replaceAll("\\p{Cntrl}", " ");
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...";
    }

    /** Names the host, and if there are several addresses, each of them with its answer. */
    @Override
    public String toString() {
        String name = direct ? host.toString() : "the proxy " + host;
        if (isSingle()) {
            return name;
        }
        String outcomes = Stream.concat(tried.stream(), untried.stream())
                .map(address -> ((InetSocketAddress) address).getAddress().getHostAddress() + ": " + outcome(address))
                .collect(Collectors.joining("; "));
        return String.format("%s (%s%s)", name, outcomes, leftOut == 0 ? "" : "; " + leftOut + " more: not tried");
    }
}
