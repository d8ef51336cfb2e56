package dev.socks5.client.internal.dial;

import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the addresses that lead to a destination: those of the host that is dialled, and those of the destination that
 * the last proxy is asked for, one after the other by a connection each.
 */
public final class Target {

    private final ProxyPath path;
    private final List<Destination> asked;
    private final List<IOException> refusals = new ArrayList<>();
    private AddressRace race;

    private Target(ProxyPath path, List<Destination> asked, AddressRace race) {
        this.path = path;
        this.asked = asked;
        this.race = race;
    }

    /** Makes the target for a destination that needs no proxy. May block if it is a name. */
    public static Target direct(ProxyPath path, Destination destination) throws IOException {
        return new Target(path, List.of(destination), path.toDestination(destination));
    }

    /** Makes the target for a destination behind the proxies of a path. May block if a name is looked up here. */
    public static Target proxied(ProxyPath path, Destination destination) throws IOException {
        return new Target(path, path.asSent(destination), path.toProxy());
    }

    /** Gives the addresses that the present attempt dials. */
    public AddressRace race() {
        return race;
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
            race = race.again();
        }
        return mayTryAnother;
    }

    /** Adds the refusals of the addresses before to the failure that ended it all. */
    public void addRefusals(Throwable failure) {
        refusals.forEach(failure::addSuppressed);
    }
}
