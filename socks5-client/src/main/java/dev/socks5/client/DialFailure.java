package dev.socks5.client;

import dev.socks5.codec.Command;
import dev.socks5.codec.Request;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Makes the exceptions for when time is up on a {@link ProxyPath}. They name proxies and no logins. */
final class DialFailure {

    private DialFailure() {}

    /** Makes the exception for when time is up in a handshake. */
    static SocketTimeoutException waitingFor(Hop hop) {
        return new SocketTimeoutException("waiting for " + hop);
    }

    /** Makes the exception for when time is up, wherever that was. */
    static SocketTimeoutException timedOut(ProxyPath path, Request request, Duration limit, Throwable cause) {
        String what = request.command().equals(Command.CONNECT)
                ? "no tunnel to " + request.destination()
                : "no answer to " + request.command();
        String message = "%s through the proxy %s within %d ms".formatted(what, path, limit.toMillis());
        boolean severalProxies = path.hops().size() > 1 && cause.getMessage() != null;
        boolean severalAddresses = cause.getSuppressed().length > 0;
        SocketTimeoutException failure = new SocketTimeoutException(
                severalProxies || severalAddresses ? message + ", " + cause.getMessage() : message);
        failure.initCause(cause);
        return failure;
    }
}
