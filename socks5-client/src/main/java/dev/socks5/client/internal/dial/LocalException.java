package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.layer.IoCall;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.List;

/**
 * Reports that something here has failed before anything was sent: no descriptor is left, or code of the application
 * refuses the socket. That says nothing of the proxy.
 */
public final class LocalException extends SocketException {

    private static final long serialVersionUID = 1L;

    LocalException(String message) {
        super(message);
    }

    LocalException(String message, IOException cause) {
        super(message);
        initCause(cause);
    }

    /** Does something of this host's own; a failure of it becomes one of these, except that the user has given up. */
    public static <T> T ifFails(IoCall<T> call) throws IOException {
        try {
            return call.call();
        } catch (ClosedChannelException | LocalException e) {
            throw e;
        } catch (IOException e) {
            throw new LocalException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    /** Tells whether a failure to connect is one of these alone: if there were several addresses, for each of them. */
    static boolean isReasonOf(IOException failure) {
        if (failure instanceof LocalException || failure.getCause() instanceof LocalException) {
            return true;
        }
        List<Throwable> reasons = List.of(failure.getSuppressed());
        return failure instanceof ConnectException
                && !reasons.isEmpty()
                && reasons.stream().allMatch(reason -> reason instanceof LocalException);
    }
}
