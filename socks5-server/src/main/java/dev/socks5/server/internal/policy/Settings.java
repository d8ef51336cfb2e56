package dev.socks5.server.internal.policy;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.server.AccessRule;
import dev.socks5.server.CertificateAuthenticator;
import dev.socks5.server.Connector;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Resolver;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.internal.limits.LoginThrottle;
import dev.socks5.server.internal.limits.Quota;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.net.PortRange;
import dev.socks5.server.internal.net.Timers;
import dev.socks5.server.transport.SocketHook;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a server; see {@link Socks5ServerBuilder} for the meaning of each.
 *
 * @param progressEvery the nanoseconds from one report of progress to the next; 0 for none
 */
public record Settings(
        List<ListenAddress> listen,
        List<ListenPath> paths,
        Logins logins,
        AccessRule accessRule,
        Resolver resolver,
        Connector connector,
        List<Socks5ServerListener> listeners,
        @Nullable Executor executor,
        @Nullable SocketHook socketHook,
        Timeouts timeouts,
        Limits limits,
        Bandwidths bandwidths,
        Quota.Grant quota,
        Commands commands,
        Relays relays,
        int eventLoops,
        long progressEvery,
        boolean reusePort) {

    /**
     * The ways to log in; without any, nobody has to.
     *
     * @param methods those that the application has brought along, the best first
     */
    public record Logins(
            List<LoginMethod> methods,
            @Nullable PasswordAuthenticator passwords,
            @Nullable CertificateAuthenticator certificates) {

        /** Returns the methods that clients can select, the best first; maybe none without a certificate. */
        public List<LoginMethod> methods(LoginThrottle throttle) {
            List<LoginMethod> all = new ArrayList<>(methods);
            if (passwords != null) {
                all.add(new LoginMethod(AuthMethod.USERNAME_PASSWORD, new PasswordLogins(passwords, throttle)));
            }
            if (all.isEmpty() && certificates == null) {
                all.add(new LoginMethod(AuthMethod.NO_AUTHENTICATION, client -> ServerNegotiation.noAuthentication()));
            }
            return List.copyOf(all);
        }

        /** Whether somebody gets in without a login. */
        public boolean admitAnybody() {
            return (passwords == null && methods.isEmpty() && certificates == null)
                    || methods.stream().anyMatch(login -> login.method().equals(AuthMethod.NO_AUTHENTICATION));
        }
    }

    /** Time limits in nanoseconds. */
    public record Timeouts(long handshake, long connect, long bind, long idle, long halfClose) {

        public static Timeouts of(
                Duration handshake, Duration connect, Duration bind, Duration idle, Duration halfClose) {
            return new Timeouts(
                    Timers.nanos(handshake),
                    Timers.nanos(connect),
                    Timers.nanos(bind),
                    Timers.nanos(idle),
                    Timers.nanos(halfClose));
        }

        /** Returns the idle limit of a tunnel, one direction of which has ended or not. */
        public long idle(boolean halfClosed) {
            return halfClosed ? Math.min(idle, halfClose) : idle;
        }
    }

    /**
     * Limits on numbers and memory.
     *
     * @param backlog the bytes that may wait for slow readers
     * @param failedLogins the failures within the window that are too many; 0 for no limit
     */
    public record Limits(
            int connections,
            int perClient,
            int unauthenticated,
            int perUser,
            long backlog,
            int failedLogins,
            Duration failedLoginWindow) {}

    /** Bytes a second each way; 0 for no limit. */
    public record Bandwidths(long perConnection, long perUser) {}

    /** The way in which commands are carried out and answered. */
    public record Commands(
            boolean torResolve,
            boolean hangUpOnEarlyEnd,
            boolean hideBoundAddress,
            @Nullable InetAddress advertisedAddress) {

        /** Returns the address that a client is told for a socket that listens for it. */
        public Endpoint advertised(InetSocketAddress local) {
            return Endpoint.of(
                    advertisedAddress == null ? local : new InetSocketAddress(advertisedAddress, local.getPort()));
        }
    }

    /**
     * The sockets that clients send to.
     *
     * @param strictPort whether an association's client sends from the port that it has announced, if any
     * @param moveAfter the nanoseconds for which the client's port has to be silent before it may use another one
     */
    public record Relays(PortRange ports, boolean strictPort, long moveAfter) {}

    /**
     * Requires that all that cannot change while a server runs is the same here as in its settings of now.
     *
     * @throws IllegalArgumentException with the name of the first option that differs
     */
    public void requireSameForGood(Settings now) {
        require(same(listen, now.listen, ListenAddress::isSameAs), "listen, listenTls, listenBehindBalancer, listenOn");
        require(paths.equals(now.paths), "listenUnix, listenOn");
        require(same(listeners, now.listeners, (one, other) -> one == other), "listener");
        require(executor == now.executor, "executor");
        require(socketHook == now.socketHook, "socketHook");
        require(limits.backlog == now.limits.backlog, "maxBacklog");
        require(eventLoops == now.eventLoops, "eventLoops");
        require(progressEvery == now.progressEvery, "progressEvery");
        require(reusePort == now.reusePort, "reusePort");
    }

    private static <T> boolean same(List<T> these, List<T> those, BiPredicate<T, T> test) {
        return these.size() == those.size()
                && IntStream.range(0, these.size()).allMatch(i -> test.test(these.get(i), those.get(i)));
    }

    private static void require(boolean same, String option) {
        if (!same) {
            throw new IllegalArgumentException("cannot change while the server runs: " + option);
        }
    }

    /** Returns the way in which the sockets of a route leave. */
    public Egress egress(Route route) {
        return new Egress(route.localAddresses(), socketHook);
    }

    /** Whether any but users of this host can be its clients. */
    public boolean reachedFromOutside() {
        return listen.stream().anyMatch(ListenAddress::reachedFromOutside);
    }
}
