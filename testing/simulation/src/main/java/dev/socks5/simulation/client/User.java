package dev.socks5.simulation.client;

import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.Logins;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.simulation.client.Errand.Login;
import dev.socks5.simulation.client.Errand.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a user gives the client for an {@link Errand}: proxies, logins, and addresses of names. */
final class User {

    private static final long SLOW_LOOK_UP = TimeUnit.SECONDS.toNanos(2);

    /** Thrown by what a user gives. */
    static final class Own extends IllegalStateException {
        private static final long serialVersionUID = 1;
    }

    private final Progress progress;
    private final ClientRun run;
    private final Errand errand;

    User(Progress progress, ClientRun run) {
        this.progress = progress;
        this.run = run;
        this.errand = progress.errand();
    }

    ProxyPath path() {
        List<Hop> hops = new ArrayList<>();
        for (int i = 0; i < errand.hops().size(); i++) {
            Proxy proxy = errand.hops().get(i);
            boolean literal = i == 0 && !errand.namedProxy();
            InetSocketAddress address = literal
                    ? new InetSocketAddress(errand.dialled().get(0), Errand.PROXY_PORT)
                    : InetSocketAddress.createUnresolved(errand.proxyName(i), Errand.PROXY_PORT);
            hops.add(new Hop(address, logins(proxy.login(), errand.secret(i)), proxy.ahead(), false));
        }
        Set<ProxyPath.Option> options = errand.looksUpHere() ? Set.of(ProxyPath.Option.LOOK_UP_NAMES_HERE) : Set.of();
        return new ProxyPath(
                hops, Duration.ofNanos(errand.timeout()), null, asked -> errand.direct(), options, this::resolve);
    }

    private static Logins logins(Login login, String secret) {
        PasswordRequest password = PasswordRequest.of("user", secret);
        return switch (login) {
            case NONE -> Logins.NONE;
            case OFFERED -> Logins.NONE.withPasswords(asked -> password);
            case REQUIRED -> Logins.NONE.withPasswords(asked -> password).required();
            case THROWS ->
                Logins.NONE.withPasswords(asked -> {
                    throw new Own();
                });
        };
    }

    private List<InetAddress> resolve(String name) throws UnknownHostException {
        boolean ofProxy = !errand.direct() && errand.namedProxy() && name.equals(errand.proxyName(0));
        boolean ofDestination = errand.namedDestination()
                && (errand.direct() || errand.looksUpHere())
                && name.equals(errand.destinationName());
        progress.check(ClientRule.ASKED, ofProxy || ofDestination, "a look-up of " + name);
        switch (errand.lookUp()) {
            case FAILS -> throw new UnknownHostException(name);
            case THROWS -> throw new Own();
            case STUCK -> run.world().sleep(Errand.LONG + SLOW_LOOK_UP);
            case SLOW -> run.world().sleep(run.chance().below(SLOW_LOOK_UP));
            default -> {}
        }
        List<InetAddress> found = new ArrayList<>();
        for (InetAddress address : ofProxy ? errand.dialled() : errand.destination()) {
            found.add(InetAddress.getByAddress(name, address.getAddress()));
        }
        return found;
    }
}
