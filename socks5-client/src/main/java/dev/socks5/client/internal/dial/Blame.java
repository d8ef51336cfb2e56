package dev.socks5.client.internal.dial;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Command;
import dev.socks5.codec.NoAcceptableMethodException;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says whose fault the failure of an attempt is, and so what it means for the proxy and for the next one. */
enum Blame {
    /** The proxy, or one of its chain, does not work. */
    PROXY,

    /** The proxy works, and has refused this request; another one may have other rules and another network. */
    REQUEST,

    /** The proxy works, and a host at the destination has refused the connection, as it would do to any proxy. */
    DESTINATION,

    /** The proxy was not asked, or has done what it was asked for: nothing is known of it. */
    NOBODY;

    /** Judges the failure of a CONNECT. */
    static Blame ofConnect(ProxyPath path, Destination destination, IOException failure) {
        if (failure instanceof RequestRejectedException refusal) {
            boolean refused = refusal.reply().code().equals(ReplyCode.CONNECTION_REFUSED);
            return !path.isByLast(refusal) ? PROXY : refused ? DESTINATION : REQUEST;
        }
        boolean unknownHere = failure instanceof UnknownHostException unknown && !Hop.isOfProxy(unknown);
        boolean notSent = !destination.isSendable() || Destination.isUnsendable(failure);
        boolean isOfThisHost = failure instanceof BindException || LocalException.isReasonOf(failure);
        return unknownHere || notSent || isOfThisHost ? NOBODY : PROXY;
    }

    /** Judges the failure of another request. What came of the reply may be the failure of something else here. */
    static Blame ofOther(IOException failure) {
        @Nullable
        RequestRejectedException refusal =
                told(failure, RequestRejectedException.class).orElse(null);
        if (refusal != null) {
            return refusal.request().command().equals(Command.CONNECT) ? PROXY : REQUEST;
        }
        boolean known = failure instanceof ConnectException
                || failure instanceof SocketTimeoutException
                || (failure instanceof UnknownHostException unknown && Hop.isOfProxy(unknown))
                || failure instanceof SSLException
                || told(failure, AuthenticationFailedException.class).isPresent()
                || told(failure, NoAcceptableMethodException.class).isPresent();
        return known && !LocalException.isReasonOf(failure) ? PROXY : NOBODY;
    }

    /** Gives the answer of a proxy that a failure is, or that it reports of a proxy in a chain. */
    private static <E extends IOException> Optional<E> told(IOException failure, Class<E> kind) {
        return Stream.of(failure, failure.getCause())
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst();
    }

    /**
     * Tells whether first bytes that went with the request cannot have reached the destination: the proxy was not
     * reached, or has said no, or no socket could be had. A connection that breaks, or hangs, may have taken them
     * there.
     */
    static boolean keepsFirstBytes(IOException failure) {
        return failure instanceof RequestRejectedException
                || failure instanceof AuthenticationFailedException
                || failure instanceof NoAcceptableMethodException
                || failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof BindException
                || failure instanceof LocalException
                || failure instanceof UnknownHostException;
    }
}
