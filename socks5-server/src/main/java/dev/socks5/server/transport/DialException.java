package dev.socks5.server.transport;

import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.io.Serial;

/** A failure of a {@link Dialer}, with the reply that the client is sent. */
public final class DialException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient ReplyCode code;

    /**
     * Makes an exception.
     *
     * @param code the reply
     * @param reason for listeners and logs; the client is not told
     * @throws IllegalArgumentException if the code is that of success
     */
    public DialException(ReplyCode code, String reason) {
        super(reason);
        if (code.equals(ReplyCode.SUCCEEDED)) {
            throw new IllegalArgumentException("a failure with the code of success");
        }
        this.code = code;
    }

    /**
     * Makes an exception because of another one.
     *
     * @param code the reply
     * @param reason for listeners and logs; the client is not told
     * @param cause for the log
     * @throws IllegalArgumentException if the code is that of success
     */
    public DialException(ReplyCode code, String reason, Throwable cause) {
        this(code, reason);
        initCause(cause);
    }

    /**
     * Returns the reply.
     *
     * @return a code other than that of success
     */
    public ReplyCode code() {
        return code;
    }
}
