package dev.socks5.codec;

/** The peer sent something that is not SOCKS5, or ended the connection before the handshake was complete. */
public final class MalformedMessageException extends Socks5Exception {

    private static final long serialVersionUID = 1;

    /** REP for a malformed request. */
    private final int replyCode;

    /**
     * For what a decoder cannot know: the message is well formed, and makes no sense where it stands.
     *
     * @param message what is wrong with it; {@link #replyCode()} is {@link ReplyCode#GENERAL_FAILURE}
     */
    public MalformedMessageException(String message) {
        this(message, ReplyCode.GENERAL_FAILURE);
    }

    MalformedMessageException(String message, ReplyCode replyCode) {
        super(message);
        this.replyCode = replyCode.code();
    }

    /**
     * Returns the code of a server's reply, if it was a request that was malformed (RFC 1928 section 6).
     *
     * @return {@link ReplyCode#ADDRESS_TYPE_NOT_SUPPORTED} for an unknown address type, else
     *     {@link ReplyCode#GENERAL_FAILURE}
     */
    public ReplyCode replyCode() {
        return ReplyCode.of(replyCode);
    }
}
