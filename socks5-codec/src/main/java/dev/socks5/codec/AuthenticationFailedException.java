package dev.socks5.codec;

/**
 * The server did not accept the login: the user name and password (RFC 1929 section 2), whom a security mechanism has
 * found the client to be (RFC 1961 section 3.8), or what another method has shown.
 */
public final class AuthenticationFailedException extends Socks5Exception {

    private static final long serialVersionUID = 1;

    /** STATUS. */
    private final int status;

    AuthenticationFailedException(PasswordResponse response) {
        super(String.format("the proxy did not accept the user name and password (status 0x%02X)", response.status()));
        this.status = response.status();
    }

    /**
     * For a method that the application brings along, on either side.
     *
     * @param message what was refused, and why, for a log; no secret
     * @param status the byte by which the server says so, 0x01 to 0xFF, or 0xFF if it says so in another way
     * @throws IllegalArgumentException if the status is out of range
     */
    public AuthenticationFailedException(String message, int status) {
        super(message);
        if (status < 1 || status > Wire.MAX_OCTET) {
            throw new IllegalArgumentException("the status of a failure is 0x01 to 0xFF: " + status);
        }
        this.status = status;
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
