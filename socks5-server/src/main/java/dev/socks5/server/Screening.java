package dev.socks5.server;

import dev.socks5.codec.Address;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Ipv6Address;
import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * From a destination as the client wrote it to the addresses that may be contacted: one canonical form, the rules on the
 * name, one look-up, the rules on every address found. What comes out is dialled as it is: no second look-up could give
 * another answer.
 */
final class Screening {

    /** How it ended: the addresses that may be contacted, or why there are none. */
    record Outcome(List<InetSocketAddress> addresses, ReplyCode code, String reason) {
        private static Outcome refused(ReplyCode code, String reason) {
            return new Outcome(List.of(), code, reason);
        }

        boolean granted() {
            return code.equals(ReplyCode.SUCCEEDED);
        }
    }

    /** What it comes to if it cannot be carried out at all. */
    static final Outcome FAILED =
            Outcome.refused(ReplyCode.GENERAL_FAILURE, "a rule, the resolver or the executor failed");

    private final AccessRule rule;
    private final AccessRule defaults;
    private final Resolver resolver;

    Screening(AccessRule rule, AccessRule defaults, Resolver resolver) {
        this.rule = rule;
        this.defaults = defaults;
        this.resolver = resolver;
    }

    /** Judges a request, on the executor if that may block; then goes on, on the loop, unless it is over. */
    void screen(Exchange exchange, BooleanSupplier over, Consumer<Outcome> then) {
        screen(exchange.accessRequest(), exchange, over, then);
    }

    /** Judges another request that comes of this one, as {@link #screen(Exchange, BooleanSupplier, Consumer)} does. */
    void screen(AccessRequest request, Exchange exchange, BooleanSupplier over, Consumer<Outcome> then) {
        if (mayBlock(request.destination())) {
            exchange.core().errands().run(exchange.loop(), over, () -> screen(request), FAILED, then);
        } else {
            then.accept(screen(request));
        }
    }

    /** Judges an association by itself, for its destinations are not known yet; otherwise as {@code screen}. */
    void screenAssociation(Exchange exchange, BooleanSupplier over, Consumer<Outcome> then) {
        AccessRequest request = exchange.accessRequest().withDestination(Endpoint.UNSPECIFIED);
        if (rule.mayBlock()) {
            exchange.core().errands().run(exchange.loop(), over, () -> screenAssociation(request), FAILED, then);
        } else {
            then.accept(screenAssociation(request));
        }
    }

    private Outcome screenAssociation(AccessRequest request) {
        try {
            Verdict verdict = rule.judge(request);
            return verdict.denies()
                    ? Outcome.refused(ReplyCode.NOT_ALLOWED, verdict.reason())
                    : new Outcome(List.of(), ReplyCode.SUCCEEDED, "");
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("refused: an access rule failed", e);
            return FAILED;
        }
    }

    /** Whether {@link #screen(AccessRequest)} may block for this destination. */
    boolean mayBlock(Endpoint destination) {
        boolean lookup = canonical(destination).filter(Screening::isName).isPresent();
        return lookup || rule.mayBlock();
    }

    /** Judges a request whose destination is as the client wrote it. */
    Outcome screen(AccessRequest raw) {
        Optional<Endpoint> destination = canonical(raw.destination());
        if (destination.isEmpty()) {
            return Outcome.refused(ReplyCode.HOST_UNREACHABLE, "not a host name");
        }
        AccessRequest request = new AccessRequest(raw.client(), raw.user(), raw.command(), destination.get(), null);
        try {
            return isName(destination.get())
                    ? screenName(request)
                    : screenAddresses(request, List.of(destination.get()));
        } catch (IOException e) {
            return Outcome.refused(ReplyCode.HOST_UNREACHABLE, "name not found");
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("refused: an access rule or the resolver failed", e);
            return FAILED;
        }
    }

    private Outcome screenName(AccessRequest request) throws IOException {
        Verdict verdict = rule.judge(request);
        if (verdict.denies()) {
            return Outcome.refused(ReplyCode.NOT_ALLOWED, verdict.reason());
        }
        Endpoint destination = request.destination();
        List<Endpoint> found = new ArrayList<>();
        for (InetAddress address : resolver.resolve(((DomainName) destination.address()).octets())) {
            found.add(unmapped(new Endpoint(Address.of(address), destination.port())));
        }
        return found.isEmpty()
                ? Outcome.refused(ReplyCode.HOST_UNREACHABLE, "the name has no address")
                : screenAddresses(request, found);
    }

    private Outcome screenAddresses(AccessRequest request, List<Endpoint> candidates) {
        List<InetSocketAddress> allowed = new ArrayList<>();
        String reason = "";
        for (Endpoint candidate : candidates) {
            AccessRequest resolved = request.withResolved(candidate);
            Verdict verdict = rule.judge(resolved).orElse(defaults, resolved);
            if (verdict.denies()) {
                reason = verdict.reason();
            } else {
                allowed.add(candidate.toInetSocketAddress());
            }
        }
        return allowed.isEmpty()
                ? Outcome.refused(ReplyCode.NOT_ALLOWED, reason)
                : new Outcome(List.copyOf(allowed), ReplyCode.SUCCEEDED, "");
    }

    /** The one form that rules, logs and the resolver see; empty for a name that cannot be a host's. */
    static Optional<Endpoint> canonical(Endpoint raw) {
        if (!(raw.address() instanceof DomainName name)) {
            return Optional.of(unmapped(raw));
        }
        if (name.isHostName()) {
            return Optional.of(new Endpoint(name.canonical(), raw.port()));
        }
        // A client that puts an address where a name belongs gets what the address would have got.
        return literal(name).map(address -> unmapped(new Endpoint(address, raw.port())));
    }

    private static Optional<Address> literal(DomainName name) {
        try {
            return Optional.of(Address.parse(name.octets())).filter(address -> !(address instanceof DomainName));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Endpoint unmapped(Endpoint endpoint) {
        return endpoint.address() instanceof Ipv6Address v6 && v6.isIpv4Mapped()
                ? new Endpoint(v6.embeddedIpv4().orElseThrow(), endpoint.port())
                : endpoint;
    }

    static boolean isName(Endpoint endpoint) {
        return endpoint.address() instanceof DomainName;
    }
}
