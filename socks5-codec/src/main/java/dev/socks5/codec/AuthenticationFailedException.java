package dev.socks5.codec;

/**
 * The server did not accept the login: the user name and password (RFC 1929 section 2), or whom a security mechanism
 * has found the client to be (RFC 1961 section 3.8).
 */
public final class AuthenticationFailedException extends Socks5Exception {

    private static final long serialVersionUID = 1;

    /** STATUS. */
    private final int status;

    AuthenticationFailedException(PasswordResponse response) {
        super("the proxy did not accept the user name and password (status 0x%02X)".formatted(response.status()));
        this.status = response.status();
    }

    /** The server has sent an abort. */
    AuthenticationFailedException() {
        super("the proxy has aborted the GSSAPI negotiation");
        this.status = GssapiFrame.ABORT;
    }

    /**
     * Returns STATUS of the server's answer, or MTYP of its abort (RFC 1961).
     *
     * @return 0x01 to 0xFF; what the values mean is the server's own affair, but an abort is always 0xFF
     */
    public int status() {
        return status;
    }
}
