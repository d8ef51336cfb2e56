package dev.socks5.client;

import dev.socks5.codec.Command;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes what is thrown when there is no way along a {@link ProxyPath}. It names proxies and no logins. */
final class DialFailure {

    private DialFailure() {}

    /** Time is up while the first proxy is dialled. */
    static SocketTimeoutException dialling(ProxyPath path, @Nullable AddressRace race) {
        return race == null || race.isSingle()
                ? new SocketTimeoutException("dialling " + path.first())
                : race.timedOut();
    }

    /** Time is up in a handshake. */
    static SocketTimeoutException waitingFor(Hop hop) {
        return new SocketTimeoutException("waiting for " + hop);
    }

    /** The first proxy cannot be reached. */
    static IOException unreachable(ProxyPath path, AddressRace race, IOException e) {
        if (!race.isSingle()) {
            return race.unreachable(e);
        }
        String message = "cannot reach the proxy " + path.first();
        return withCause(
                e instanceof NoRouteToHostException
                        ? new NoRouteToHostException(message)
                        : new ConnectException(message),
                e);
    }

    /** Time is up, wherever that was. */
    static IOException timedOut(ProxyPath path, Request request, Duration limit, Throwable e) {
        String what = request.command().equals(Command.CONNECT)
                ? "no tunnel to " + request.destination()
                : "no answer to " + request.command();
        String message = "%s through the proxy %s within %d ms".formatted(what, path, limit.toMillis());
        boolean severalProxies = path.hops().size() > 1 && e.getMessage() != null;
        boolean severalAddresses = e.getSuppressed().length > 0;
        return withCause(
                new SocketTimeoutException(
                        severalProxies || severalAddresses ? message + ", " + e.getMessage() : message),
                e);
    }

    private static <E extends IOException> E withCause(E failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }
}
