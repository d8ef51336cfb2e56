package dev.socks5.server.internal.policy;

/** A login is not good; thrown within a negotiation, which tells the client. */
public final class LoginRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Refuses a login.
     *
     * @param reason for listeners; the client is not told, and there is no secret in it
     */
    LoginRefused(String reason) {
        super(reason, null, false, false);
    }
}
