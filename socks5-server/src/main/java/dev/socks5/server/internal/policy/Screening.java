package dev.socks5.server.internal.policy;

import dev.socks5.codec.Address;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.Connector;
import dev.socks5.server.Resolver;
import dev.socks5.server.Route;
import dev.socks5.server.Verdict;
import dev.socks5.server.internal.net.Log;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Leads from a destination as the client wrote it to the addresses that may be contacted: one canonical form, the rules
 * on the name, one look-up, the rules on every address found. The outcome is dialled as it is: no second look-up could
 * give another answer. On a route that looks no names up there is no look-up, and the name itself is the outcome.
 */
public final class Screening {

    /**
     * The outcome: the targets that may be contacted and the route to them, or the reason for which there are none.
     *
     * @param targets IP addresses or, on a route that looks no names up, one address or name
     */
    public record Outcome(Route route, List<Endpoint> targets, ReplyCode code, String reason) {
        private static Outcome refused(ReplyCode code, String reason) {
            return new Outcome(Route.direct(), List.of(), code, reason);
        }

        /** Returns the addresses that may be dialled, if the route is direct. */
        public List<InetSocketAddress> addresses() {
            List<InetSocketAddress> addresses = new ArrayList<>(targets.size());
            targets.forEach(target -> addresses.add(target.toInetSocketAddress()));
            return addresses;
        }

        /** Returns it with one target alone. */
        public Outcome only(Endpoint target) {
            return new Outcome(route, List.of(target), code, reason);
        }

        private Outcome by(Route other) {
            return new Outcome(other, targets, code, reason);
        }

        public boolean granted() {
            return code.equals(ReplyCode.SUCCEEDED);
        }
    }

    /** The outcome for a client that has logged in when others could. */
    public static final Outcome NOT_ADMITTED =
            Outcome.refused(ReplyCode.NOT_ALLOWED, "the login is no longer good: the settings have changed since");

    /** The outcome when a policy, the resolver or the executor fails. */
    public static final Outcome FAILED =
            Outcome.refused(ReplyCode.GENERAL_FAILURE, "a rule, the connector, the resolver or the executor failed");

    /** Chooses the direct route for every request. */
    public static final Connector DIRECT = Connector.always(Route.direct());

    private final AccessRule rule;
    private final AccessRule defaults;
    private final Resolver resolver;

    public Screening(AccessRule rule, AccessRule defaults, Resolver resolver) {
        this.rule = rule;
        this.defaults = defaults;
        this.resolver = resolver;
    }

    /** Whether a rule may block where no name is looked up. */
    public boolean mayBlock() {
        return rule.mayBlock();
    }

    /** Judges an association by itself, because its destinations are not known yet, and finds its route. May block. */
    public Outcome screenAssociation(AccessRequest request, Connector connector) {
        try {
            Verdict verdict = rule.judge(request);
            return verdict.denies()
                    ? Outcome.refused(ReplyCode.NOT_ALLOWED, verdict.reason())
                    : new Outcome(route(request, connector), List.of(), ReplyCode.SUCCEEDED, "");
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("refused: an access rule or the connector failed", e);
            return FAILED;
        }
    }

    /** Whether {@link #screen} may block for this destination, whatever the connector does. */
    public boolean mayBlock(Endpoint destination) {
        boolean lookup = destination.canonical().filter(Endpoint::isName).isPresent();
        return lookup || rule.mayBlock();
    }

    /** Judges a request whose destination is as the client wrote it, and finds its route. */
    public Outcome screen(AccessRequest raw, Connector connector) {
        Optional<Endpoint> destination = raw.destination().canonical();
        if (destination.isEmpty()) {
            return Outcome.refused(ReplyCode.HOST_UNREACHABLE, "not a host name");
        }
        AccessRequest request = new AccessRequest(raw.client(), raw.user(), raw.command(), destination.get(), null);
        try {
            return destination.get().isName() ? screenName(request, connector) : screenAddress(request, connector);
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("refused: an access rule, the connector or the resolver failed", e);
            return FAILED;
        }
    }

    /**
     * Judges once more a request that others have granted, without a look-up: the destination as the client wrote it,
     * and then what was found for it. May block.
     *
     * @param targets the addresses or the name that were granted; all of them have to pass, because any may be in use
     * @return an outcome without a route; {@link #FAILED} if a rule throws
     */
    public Outcome screenAgain(AccessRequest raw, List<Endpoint> targets) {
        Endpoint destination = raw.destination().canonical().orElse(raw.destination());
        AccessRequest request = raw.withDestination(destination);
        try {
            Verdict verdict = destination.isName() ? rule.judge(request) : Verdict.undecided();
            for (Endpoint target : targets) {
                verdict = verdict.denies() ? verdict : judge(request.withResolved(target));
            }
            return verdict.denies()
                    ? Outcome.refused(ReplyCode.NOT_ALLOWED, verdict.reason())
                    : new Outcome(Route.direct(), targets, ReplyCode.SUCCEEDED, "");
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("not allowed any more: an access rule failed", e);
            return FAILED;
        }
    }

    private Outcome screenAddress(AccessRequest request, Connector connector) {
        Outcome outcome = judge(request, List.of(request.destination()));
        return outcome.granted() ? outcome.by(route(request, connector)) : outcome;
    }

    private static Route route(AccessRequest request, Connector connector) {
        return Objects.requireNonNull(connector.route(request), "the connector chose no route");
    }

    private Outcome screenName(AccessRequest request, Connector connector) {
        Verdict verdict = rule.judge(request);
        if (verdict.denies()) {
            return Outcome.refused(ReplyCode.NOT_ALLOWED, verdict.reason());
        }
        Route route = route(request, connector);
        if (!route.looksUpNames()) {
            return judge(request, List.of(request.destination())).by(route);
        }
        try {
            List<Endpoint> found = lookUp(request.destination());
            return found.isEmpty()
                    ? Outcome.refused(ReplyCode.HOST_UNREACHABLE, "the name has no address")
                    : judge(request, found).by(route);
        } catch (IOException e) {
            return Outcome.refused(ReplyCode.HOST_UNREACHABLE, "name not found");
        }
    }

    private List<Endpoint> lookUp(Endpoint destination) throws IOException {
        List<Endpoint> found = new ArrayList<>();
        for (InetAddress address : resolver.resolve(((DomainName) destination.address()).octets())) {
            found.add(new Endpoint(Address.of(address), destination.port()).unmapped());
        }
        return found;
    }

    /** Asks the rules and, if they leave it open, the defaults. */
    private Verdict judge(AccessRequest resolved) {
        Verdict verdict = rule.judge(resolved);
        return verdict.decision() == Verdict.Decision.UNDECIDED ? defaults.judge(resolved) : verdict;
    }

    /** Finds the candidates that rules and defaults allow. */
    private Outcome judge(AccessRequest request, List<Endpoint> candidates) {
        List<Endpoint> allowed = new ArrayList<>();
        String reason = "";
        for (Endpoint candidate : candidates) {
            Verdict verdict = judge(request.withResolved(candidate));
            if (verdict.denies()) {
                reason = verdict.reason();
            } else {
                allowed.add(candidate);
            }
        }
        return allowed.isEmpty()
                ? Outcome.refused(ReplyCode.NOT_ALLOWED, reason)
                : new Outcome(Route.direct(), List.copyOf(allowed), ReplyCode.SUCCEEDED, "");
    }
}
