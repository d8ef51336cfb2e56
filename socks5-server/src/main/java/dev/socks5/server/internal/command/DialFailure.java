package dev.socks5.server.internal.command;

import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.transport.DialException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * What it means that a dialler has failed.
 *
 * @param code the reply
 * @param reason for listeners
 */
public record DialFailure(ReplyCode code, String reason) {

    static final DialFailure NOT_ASKED = new DialFailure(ReplyCode.GENERAL_FAILURE, "the executor takes no more");

    /** Finds the meaning of an exception, and logs one that no dialler should throw. */
    static DialFailure of(Throwable thrown) {
        Throwable failure = cause(thrown);
        if (!(failure instanceof IOException || failure instanceof TimeoutException)) {
            Log.warn("a dialler failed", failure);
        }
        String reason = failure instanceof DialException
                ? failure.getMessage()
                : failure.getClass().getSimpleName();
        return new DialFailure(code(failure), "the dialler: " + reason);
    }

    /** Finds what a future has failed with, under the wrappers of the JDK. */
    private static Throwable cause(Throwable thrown) {
        Throwable failure = thrown;
        while ((failure instanceof CompletionException || failure instanceof ExecutionException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    private static ReplyCode code(Throwable failure) {
        if (failure instanceof DialException dial) {
            return dial.code();
        }
        if (failure instanceof RequestRejectedException refusal) {
            ReplyCode theirs = refusal.reply().code();
            return Handshakes.PASSED_ON.contains(theirs) ? theirs : ReplyCode.GENERAL_FAILURE;
        }
        if (failure instanceof ConnectException) {
            return ReplyCode.CONNECTION_REFUSED;
        }
        if (failure instanceof UnknownHostException
                || failure instanceof SocketTimeoutException
                || failure instanceof TimeoutException) {
            return ReplyCode.HOST_UNREACHABLE;
        }
        boolean unreachable = failure instanceof SocketException && !(failure instanceof BindException);
        return unreachable ? ReplyCode.NETWORK_UNREACHABLE : ReplyCode.GENERAL_FAILURE;
    }
}
