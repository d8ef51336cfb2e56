package dev.socks5.codec;

/** The server did not accept the user name and password (RFC 1929 section 2). */
public final class AuthenticationFailedException extends Socks5Exception {

    private static final long serialVersionUID = 1;

    /** STATUS. */
    private final int status;

    AuthenticationFailedException(PasswordResponse response) {
        super("the proxy did not accept the user name and password (status 0x%02X)".formatted(response.status()));
        this.status = response.status();
    }

    /**
     * STATUS of the server's answer.
     *
     * @return 0x01 to 0xFF; what the values mean is the server's own affair
     */
    public int status() {
        return status;
    }
}
