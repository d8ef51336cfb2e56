package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.report.Stopwatch;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows the addresses that lead to a destination: those of the host that is dialled, and those of the destination that
 * the last proxy is asked for, one after the other by a connection each.
 *
 * <p>It belongs to one thread, except for {@link #begin()} and {@link #lookUp()} before that.
 */
public final class Target {

    private final ProxyPath path;
    private final boolean direct;
    private Stopwatch watch = Stopwatch.OFF;
    private final List<IOException> refusals = new ArrayList<>();
    private volatile List<Destination> asked;
    private volatile @Nullable AddressRace race; // null until the look-up

    /** Makes the target for a destination; the path's own predicate is asked now whether it goes direct. */
    public Target(ProxyPath path, Destination destination) {
        this.path = path;
        this.direct = path.direct().test(destination.endpoint());
        this.asked = List.of(destination);
    }

    /** Tells whether the destination needs no proxy. */
    public boolean isDirect() {
        return direct;
    }

    /** Begins the attempt, and tells of it; gives what measures it. */
    public Stopwatch begin() {
        if (path.events().areWanted()) {
            watch = path.events().begin(request(), direct ? List.of() : path.hops(), looksUp());
            if (looksUpDestination()) {
                watch.lookUpDestination(); // It may have to wait for a thread.
            }
        }
        return watch;
    }

    /** Tells whether there is a name to look up, so that {@link #lookUp()} may block. */
    public boolean looksUp() {
        return looksUpDestination() || (!direct && path.looksUpProxy());
    }

    private boolean looksUpDestination() {
        return direct ? destination().isNamed() : path.looksUp(destination());
    }

    /** Finds the addresses. */
    public void lookUp() throws IOException {
        if (direct) {
            race = path.toDestination(destination());
        } else {
            watch.lookUpDestination();
            asked = path.asSent(destination());
            watch.lookUpProxy();
            race = path.toProxy();
        }
    }

    /** Gives the addresses that the present attempt dials, once they were looked up. */
    public AddressRace race() {
        AddressRace current = race;
        if (current == null) {
            throw new IllegalStateException("nothing was looked up");
        }
        return current;
    }

    /** Gives the destination by the address that the present attempt asks for. */
    Destination destination() {
        return asked.get(refusals.size());
    }

    /** Makes the request for that address. */
    public Request request() {
        return Request.connect(destination().endpoint());
    }

    /** Turns to the next address of the destination, if there is one and the failure leaves it a chance. */
    public boolean turnToNext(IOException failure) {
        boolean mayTryAnother = refusals.size() + 1 < asked.size()
                && failure instanceof RequestRejectedException refusal
                && path.mayTryAnother(refusal);
        if (mayTryAnother) {
            refusals.add(failure);
            race = race().again();
        }
        return mayTryAnother;
    }

    /** Adds the refusals of the addresses before to the failure that ended it all. */
    public void addRefusals(Throwable failure) {
        refusals.forEach(failure::addSuppressed);
    }

    /** Makes the exception for when time is up before there is a connection. */
    public SocketTimeoutException timedOut() {
        AddressRace current = race;
        if (current != null) {
            return current.timedOut();
        }
        return new SocketTimeoutException(direct ? "Connect timed out" : "dialling " + path.first());
    }
}
