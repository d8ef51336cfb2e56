package dev.socks5.server.internal.command;

import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.internal.net.Dial;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.transport.DialException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What it means that a dialler has failed.
 *
 * @param code the reply
 * @param reason for listeners
 */
public record DialFailure(ReplyCode code, String reason) {

    static final DialFailure NOT_ASKED = new DialFailure(ReplyCode.GENERAL_FAILURE, "the executor takes no more");

    /** The greatest number of characters of a message that listeners are given. */
    private static final int LONGEST = 500;

    /**
     * Finds the meaning of an exception, and logs it: as a warning, if no dialler should throw it.
     *
     * @param asked what the dialler was asked, for the log; holds nothing that is not safe to log
     */
    public static DialFailure of(Throwable thrown, String asked) {
        Throwable failure = cause(thrown);
        boolean expected = failure instanceof IOException
                || failure instanceof TimeoutException
                || failure instanceof UnresolvedAddressException;
        if (expected) {
            Log.detail("a dialler failed: " + asked, failure);
        } else {
            Log.warn("a dialler failed: " + asked, failure);
        }
        return new DialFailure(code(failure), "the dialler: " + reason(failure, expected));
    }

    private static String reason(Throwable failure, boolean expected) {
        String kind = failure.getClass().getSimpleName();
        @Nullable String message = expected ? failure.getMessage() : null; // Others are no text for listeners.
        if (message == null || message.isEmpty()) {
            return kind;
        }
        String said = printable(message.length() > LONGEST ? message.substring(0, LONGEST) + "..." : message);
        return failure instanceof DialException ? said : kind + ": " + said;
    }

    /** Escapes a message, which may hold text of the client or of a far end, as {@code Endpoint} escapes names. */
    private static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (c >= ' ' && c < 0x7F && c != '\\') {
                safe.append((char) c);
            } else {
                safe.append((c <= 0xFF ? "\\x%02x" : "\\u%04x").formatted(c));
            }
        });
        return safe.toString();
    }

    /** Finds what it has failed with, under the wrappers of the JDK. */
    private static Throwable cause(Throwable thrown) {
        Throwable failure = thrown;
        while ((failure instanceof CompletionException
                        || failure instanceof ExecutionException
                        || failure instanceof UncheckedIOException)
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
        if (failure instanceof UnknownHostException
                || failure instanceof UnresolvedAddressException
                || failure instanceof SocketTimeoutException
                || failure instanceof TimeoutException) {
            return ReplyCode.HOST_UNREACHABLE;
        }
        // As for the server's own sockets, except that the dialler knows whether it was refused, however late.
        return failure instanceof IOException other ? Dial.code(other, 0) : ReplyCode.GENERAL_FAILURE;
    }
}
