package dev.socks5.simulation;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.Connector;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Resolver;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.Upstream;
import dev.socks5.server.User;
import dev.socks5.server.Verdict;
import dev.socks5.simulation.network.Chance;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the embedder of a server brings along: well-behaved in most runs, slow and faulty in others. */
final class Policies {

    /** Longer than any connect may take. */
    private static final long FOR_EVER = TimeUnit.SECONDS.toNanos(40);

    /** What hosts are said to be called, by whoever runs the DNS of their addresses. */
    private static final String[] NAMES = {"ptr.test", "a b.test", "ptr\0.test", "localhost\r\n"};

    private final Run run;
    private final Chance chance;

    Policies(Run run, Chance chance) {
        this.run = run;
        this.chance = chance;
    }

    /** Takes its time, where it was said that it may. */
    private void block() {
        if (run.setup().blocking() && chance.oneIn(4)) {
            run.world().sleep(chance.below(TimeUnit.MILLISECONDS.toNanos(300)));
        }
    }

    Resolver resolver() {
        return new Resolver() {
            @Override
            public List<InetAddress> resolve(String name) throws IOException {
                return lookUp(name);
            }

            @Override
            public String nameOf(InetAddress address) {
                return NAMES[address.getAddress()[address.getAddress().length - 1] & 3];
            }
        };
    }

    private List<InetAddress> lookUp(String name) throws IOException {
        Party party = run.oracle().lookedUp(name);
        if (party == null) {
            throw new UnknownHostException(name);
        }
        switch (party.visit.lookUp()) {
            case SLOW -> run.world().sleep(chance.below(TimeUnit.SECONDS.toNanos(4)));
            case NOT_FOUND -> throw new UnknownHostException(name);
            case FAILS -> throw new IOException("no answer");
            case THROWS -> throw new IllegalStateException("on purpose");
            case NEVER -> run.world().sleep(FOR_EVER);
            default -> {}
        }
        List<InetAddress> found = new ArrayList<>();
        for (int i = 0; i < party.visit.targets().size(); i++) {
            // Whoever asks twice gets another answer, as from a name server that means ill.
            Visit asked = party.visit;
            InetAddress address = party.lookUps > Math.max(1, party.mayLookUp)
                    ? Addresses.INSIDE
                    : Addresses.target(asked, i).getAddress();
            found.add(asked.id() % 4 == 0 ? Addresses.mapped(address) : address);
        }
        return found;
    }

    /** Gives a server what may change while it runs. */
    void put(Socks5ServerBuilder builder, Terms terms) {
        builder.accessRule(rule(terms));
        if (run.setup().login()) {
            builder.authenticator(authenticator(terms));
        }
    }

    private AccessRule rule(Terms terms) {
        return new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                boolean byOperator = run.operator().takesJudgement();
                block();
                run.operator().returnsJudgement(byOperator);
                Verdict verdict = verdict(terms, request);
                if (!verdict.denies()
                        && !byOperator
                        && terms.equals(run.oracle().changes().terms())) {
                    run.oracle().judged(request);
                }
                return verdict;
            }

            @Override
            public boolean mayBlock() {
                return run.setup().blocking();
            }
        };
    }

    private Verdict verdict(Terms terms, AccessRequest request) {
        @Nullable Party party = run.oracle().partyOf(request);
        if (party != null && terms.refuses(party.visit)) {
            return Verdict.deny("refused by new terms");
        }
        @Nullable Endpoint resolved = request.resolved();
        if (resolved == null || resolved.isName()) {
            return Verdict.undecided();
        }
        if (terms.refuses(resolved.toInetSocketAddress().getAddress())) {
            return Verdict.deny("refused by new terms");
        }
        byte[] address = resolved.toInetSocketAddress().getAddress().getAddress();
        if (Addresses.isDeniedByRule(address)) {
            return Verdict.deny("denied");
        }
        return Addresses.isAllowedByRule(address) ? Verdict.allow("allowed") : Verdict.undecided();
    }

    private PasswordAuthenticator authenticator(Terms terms) {
        return new PasswordAuthenticator() {
            @Override
            public Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress client) {
                block();
                String user = login.username(StandardCharsets.UTF_8);
                if (user.equals(Script.USER_THAT_THROWS)) {
                    throw new IllegalStateException("on purpose");
                }
                boolean known = (user.equals(Script.USERS[0]) || user.equals(Script.USERS[1])) && terms.knows(user);
                return known && login.password(StandardCharsets.UTF_8).equals(Script.PASSWORD)
                        ? Optional.of(new User(user))
                        : Optional.empty();
            }

            @Override
            public boolean admits(Principal user) {
                return terms.knows(user.getName());
            }

            @Override
            public boolean mayBlock() {
                return run.setup().blocking();
            }
        };
    }

    Connector connector() {
        Route route = Route.direct();
        if (run.setup().upstream() > 0) {
            Upstream first = upstream(0);
            route = run.setup().upstream() == 1 ? Route.through(first) : Route.through(first, upstream(1));
        }
        Route direct = route;
        Route dialler = Route.by(new Dialling(run));
        Route byDialer = run.setup().dialerLooksUp() ? dialler.lookingUpNames() : dialler;
        return new Connector() {
            @Override
            public Route route(AccessRequest request) {
                block();
                @Nullable Party party = run.oracle().partyOf(request);
                return party != null && party.byDialer() ? byDialer : direct;
            }

            @Override
            public boolean mayBlock() {
                return run.setup().blocking();
            }
        };
    }

    private static Upstream upstream(int hop) {
        return new Upstream(Endpoint.of(Addresses.upstream(hop)), null);
    }

    /** Makes a listener that fails at each event. */
    static Socks5ServerListener faultyListener() {
        return (Socks5ServerListener) Proxy.newProxyInstance(
                Policies.class.getClassLoader(), new Class<?>[] {Socks5ServerListener.class}, (proxy, method, args) -> {
                    throw new IllegalStateException("on purpose");
                });
    }
}
