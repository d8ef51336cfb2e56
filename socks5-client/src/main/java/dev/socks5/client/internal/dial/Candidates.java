package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Leads one request from proxy to proxy until one of them serves it, and makes one failure of those of all of them.
 * Does no I/O. It belongs to one thread at a time.
 */
public final class Candidates {

    /** A proxy that was silent for so long has failed, even if it may take longer. */
    static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

    private final Standing standing;
    private final List<Dialer> dialers;
    private final @Nullable Destination destination;
    private final boolean sendsFirstBytes;
    private final Deadline deadline;
    private final List<Integer> tried = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();
    private final List<IOException> refusals = new ArrayList<>();
    private Standing.@Nullable Hold hold; // null between attempts
    private @Nullable IOException last; // the failure that no other attempt can change
    private Duration limit = Duration.ZERO; // of the present attempt
    private boolean late; // with proxies left

    /**
     * @param destination of a CONNECT; {@code null} for any other request
     * @param sendsFirstBytes whether bytes for the destination go with the request
     * @param deadline of all attempts
     */
    Candidates(
            Standing standing,
            List<Dialer> dialers,
            @Nullable Destination destination,
            boolean sendsFirstBytes,
            Deadline deadline) {
        this.standing = standing;
        this.dialers = dialers;
        this.destination = destination;
        this.sendsFirstBytes = sendsFirstBytes;
        this.deadline = deadline;
    }

    /**
     * Turns to the next proxy.
     *
     * @return false if there is none any more: then the request has failed
     */
    public boolean advance() {
        if (last != null || tried.size() == dialers.size()) {
            return false;
        }
        late = !tried.isEmpty() && isHurried() && deadline.nanosLeft() <= 0;
        if (late) {
            return false;
        }
        hold = standing.next(tried);
        tried.add(hold.index());
        limit = share();
        return true;
    }

    /** Tells whether the caller leaves less time than all may take; else each has its own, whatever another took. */
    private boolean isHurried() {
        return deadline.limit().compareTo(timeout(dialers)) < 0;
    }

    /** Gives what connects by the present proxy. */
    public Dialer dialer() {
        return dialers.get(tried.get(tried.size() - 1));
    }

    boolean isFirst() {
        return tried.size() == 1;
    }

    /**
     * Gives the time for the present attempt: all that the proxy may take, or if there is not so much for each of those
     * that are left, its share.
     */
    Duration limit() {
        return limit;
    }

    private Duration share() {
        Duration own = dialer().timeout();
        if (!isHurried()) {
            return own;
        }
        List<Dialer> left = new ArrayList<>(List.of(dialer()));
        for (int i = 0; i < dialers.size(); i++) {
            if (!tried.contains(i)) {
                left.add(dialers.get(i));
            }
        }
        double share =
                Math.min(1.0, (double) deadline.nanosLeft() / timeout(left).toNanos());
        return Duration.ofMillis(Math.max(1, (long) (own.toMillis() * share)));
    }

    /** Gives the time that each of several proxies may take, added up; no more than sockets know. */
    static Duration timeout(List<Dialer> dialers) {
        Duration sum = Duration.ZERO;
        for (Dialer dialer : dialers) {
            sum = sum.plus(dialer.timeout());
        }
        return sum.compareTo(Deadline.LONGEST) < 0 ? sum : Deadline.LONGEST;
    }

    /** Notes that the attempt has succeeded. */
    public void succeeded() {
        standing.works(present());
    }

    /** Notes how the attempt has failed. */
    public void failed(IOException failure) {
        failures.add(failure);
        Blame blame = blame(failure);
        switch (blame) {
            case PROXY -> standing.failed(present());
            case NOBODY -> standing.leave(present());
            case REQUEST, DESTINATION -> {
                refusals.add(failure);
                standing.works(present());
            }
        }
        boolean bytesAreGone = sendsFirstBytes && !Blame.keepsFirstBytes(failure);
        if (blame == Blame.DESTINATION || bytesAreGone || (destination != null && !destination.isSendable())) {
            last = failure;
        }
    }

    private Blame blame(IOException failure) {
        boolean cutShort = limit.compareTo(dialer().timeout()) < 0 && limit.compareTo(LONG_ENOUGH) < 0;
        if (cutShort && failure instanceof SocketTimeoutException) {
            return Blame.NOBODY; // With the time that it may take, the proxy might have answered.
        }
        return destination == null ? Blame.ofOther(failure) : Blame.ofConnect(dialer().path(), destination, failure);
    }

    /** Notes that the attempt has ended, and the request with it, for a reason that says nothing of the proxy. */
    public void givenUp(Throwable reason) {
        standing.leave(present());
        failures.forEach(reason::addSuppressed);
    }

    private Standing.Hold present() {
        Standing.Hold current = Objects.requireNonNull(hold, "no attempt is under way");
        hold = null;
        return current;
    }

    /** Makes the failure of the request: the most telling answer of a proxy, else one that has those of all. */
    public IOException failure() {
        IOException telling = last != null ? last : refusals.isEmpty() ? summary() : mostTelling();
        failures.stream().filter(other -> other != telling).forEach(telling::addSuppressed);
        return telling;
    }

    /** Gives the last refusal that has a reason; if none has, the last. */
    private IOException mostTelling() {
        IOException telling = refusals.get(0);
        for (IOException refusal : refusals) {
            telling = isGeneral(refusal) && !isGeneral(telling) ? telling : refusal;
        }
        return telling;
    }

    private static boolean isGeneral(IOException refusal) {
        return refusal instanceof RequestRejectedException rejected
                && rejected.reply().code().equals(ReplyCode.GENERAL_FAILURE);
    }

    /** Makes a failure that says what was wrong with each proxy; if there was one alone, it is that one's. */
    private IOException summary() {
        IOException latest = failures.get(failures.size() - 1);
        if (failures.size() == 1 && !late) {
            return latest;
        }
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < failures.size(); i++) {
            reasons.add(reason(dialers.get(tried.get(i)), failures.get(i)));
        }
        String message = String.format(
                "none of %d proxies can be used%s: %s",
                dialers.size(), late ? " in time" : "", String.join("; ", reasons));
        return late || latest instanceof SocketTimeoutException
                ? new SocketTimeoutException(message)
                : new ConnectException(message);
    }

    /** Most failures name the proxy, but not those of names that are looked up here. */
    private static String reason(Dialer dialer, IOException failure) {
        String message = failure.getMessage();
        String reason = message == null ? failure.getClass().getSimpleName() : message;
        return reason.contains(dialer.toString()) ? reason : dialer + ": " + reason;
    }
}
