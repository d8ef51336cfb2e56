package dev.socks5.micrometer;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.NoAcceptableMethodException;
import dev.socks5.codec.RequestRejectedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLException;

/** Turns the causes of failures into values of tags. The values are a closed list, whatever is thrown. */
final class Failures {

    /** Subclasses stand before their superclasses. */
    private static final List<Class<? extends Throwable>> TYPES = List.of(
            RequestRejectedException.class,
            AuthenticationFailedException.class,
            NoAcceptableMethodException.class,
            GssapiException.class,
            MalformedMessageException.class,
            SSLException.class,
            UnknownHostException.class,
            SocketTimeoutException.class,
            InterruptedIOException.class,
            ConnectException.class,
            NoRouteToHostException.class,
            SocketException.class,
            ClosedChannelException.class,
            EOFException.class,
            IOException.class,
            CancellationException.class);

    private Failures() {}

    /** Returns the name of the first type of the list that an exception has, or {@link Codes#OTHER}. */
    static String exception(Throwable cause) {
        return TYPES.stream()
                .filter(type -> type.isInstance(cause))
                .map(Class::getSimpleName)
                .findFirst()
                .orElse(Codes.OTHER);
    }

    /** Returns the name of a proxy's reply, or {@link Codes#NONE} if it failed in another way. */
    static String reply(Throwable cause) {
        return cause instanceof RequestRejectedException rejected
                ? Codes.reply(rejected.reply().code())
                : Codes.NONE;
    }
}
