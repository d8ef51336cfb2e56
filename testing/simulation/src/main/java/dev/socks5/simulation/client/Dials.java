package dev.socks5.simulation.client;

import dev.socks5.simulation.network.Fault;
import dev.socks5.simulation.network.Reachability;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What an {@link Errand} dials, one address after the other, and when: RFC 8305. */
final class Dials {

    private static final long STAGGER = TimeUnit.MILLISECONDS.toNanos(250);

    /** The longest that it takes to be refused. */
    private static final long ROUND_TRIP = TimeUnit.MILLISECONDS.toNanos(41);

    private final Progress progress;
    private final Errand errand;
    private final ClientPlan plan;
    private final List<InetAddress> order;
    private @Nullable SimulatedProxy partner;
    private int races;
    private int tried;
    private int hasty;
    private long last;

    Dials(Progress progress, Errand errand, ClientPlan plan) {
        this.progress = progress;
        this.errand = errand;
        this.plan = plan;
        this.order = Errand.order(errand.dialled());
    }

    /** A proxy has heard something: no other one may, until it has refused. */
    void talksTo(SimulatedProxy proxy) {
        progress.check(ClientRule.DIALLED, partner == null || partner == proxy, "it talks to two proxies");
        partner = proxy;
    }

    void dialled(InetSocketAddress remote, long now) {
        InetAddress address = remote.getAddress();
        boolean mayPass = plan.has(Fault.NO_DESCRIPTOR) || plan.has(Fault.PORT_TAKEN);
        if (tried > 0 && progress.refusals() > races && (mayPass || address.equals(order.get(0)))) {
            races++;
            tried = 0;
            hasty = 0;
            partner = null;
        }
        if (mayPass) {
            tried = Math.max(tried, order.indexOf(address)); // Those between have failed before they were dialled.
        }
        boolean next = tried < order.size() && address.equals(order.get(tried)) && partner == null;
        progress.check(ClientRule.DIALLED, next, remote + " after " + tried + " of " + order);
        if (next && tried > 0 && plan.isCalm()) {
            comesInTime(now - last);
        }
        tried++;
        last = now;
    }

    private void comesInTime(long gap) {
        hasty += gap < STAGGER ? 1 : 0;
        long failing = order.subList(0, tried).stream().filter(this::fails).count();
        progress.check(ClientRule.STAGGER, hasty <= failing, gap + " ns after the attempt before");
        long most = fails(order.get(tried - 1)) ? ROUND_TRIP : STAGGER;
        progress.check(ClientRule.STAGGER, gap <= most + Progress.LATE, gap + " ns after the attempt before");
    }

    private boolean fails(InetAddress address) {
        return Set.of(Reachability.REFUSED, Reachability.UNREACHABLE, Reachability.NO_ROUTE)
                .contains(errand.reachability(address));
    }

    /** Whether each address says that nobody is there. */
    boolean allFail() {
        return order.stream().allMatch(this::fails);
    }

    boolean reachSomebody() {
        return order.stream().anyMatch(address -> errand.reachability(address) == Reachability.OPEN);
    }
}
