package dev.socks5.server;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a server was built with; see {@link Socks5ServerBuilder} for the meaning of each. A bandwidth of 0 is no limit. */
record Settings(
        List<ListenAddress> listen,
        @Nullable PasswordAuthenticator authenticator,
        GssapiLogin.@Nullable Policy gssapi,
        AccessRule accessRule,
        Resolver resolver,
        Connector connector,
        List<Socks5ServerListener> listeners,
        @Nullable Executor executor,
        Duration handshakeTimeout,
        Duration connectTimeout,
        Duration idleTimeout,
        Duration halfCloseTimeout,
        int maxConnections,
        long maxBacklog,
        int maxPerClient,
        int maxUnauthenticated,
        int maxPerUser,
        int maxFailedLogins,
        Duration failedLoginWindow,
        long bandwidthPerConnection,
        long bandwidthPerUser,
        boolean hideBoundAddress,
        @Nullable InetAddress advertisedAddress,
        PortRange relayPorts,
        boolean strictAssociationPort,
        @Nullable Duration associationMoveAfter,
        Duration bindTimeout,
        boolean torResolve,
        boolean hangUpOnEarlyEnd,
        int eventLoops) {

    /** What nanoseconds can count; nobody waits longer. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** Whether any but users of this host can be its clients. */
    boolean reachedFromOutside() {
        return listen.stream().anyMatch(ListenAddress::reachedFromOutside);
    }

    /** The methods that clients can log in by, the best first. */
    List<AuthMethod> methods() {
        if (authenticator == null && gssapi == null) {
            return List.of(AuthMethod.NO_AUTHENTICATION);
        }
        List<AuthMethod> methods = new ArrayList<>();
        if (gssapi != null) {
            methods.add(AuthMethod.GSSAPI);
        }
        if (authenticator != null) {
            methods.add(AuthMethod.USERNAME_PASSWORD);
        }
        return methods;
    }

    /** How long nothing may move in a tunnel, one direction of which has ended or not. */
    long idleNanos(boolean halfClosed) {
        return Math.min(nanos(idleTimeout), halfClosed ? nanos(halfCloseTimeout) : Long.MAX_VALUE);
    }

    /** How long the port of an association's client has to be silent before the client may use another one. */
    long associationMoveNanos() {
        return associationMoveAfter == null ? Long.MAX_VALUE : nanos(associationMoveAfter);
    }

    /** What a client is told of a socket that listens for it. */
    Endpoint advertised(InetSocketAddress local) {
        return Endpoint.of(
                advertisedAddress == null ? local : new InetSocketAddress(advertisedAddress, local.getPort()));
    }

    /** A time limit as the clock counts it. */
    static long nanos(Duration limit) {
        return limit.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : limit.toNanos();
    }
}
