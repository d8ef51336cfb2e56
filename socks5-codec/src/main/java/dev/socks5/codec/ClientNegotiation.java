package dev.socks5.codec;

/** The client's side of the sub-negotiation of a method; see {@link ClientHandshake}. */
public interface ClientNegotiation extends Negotiation {

    /**
     * Tells whether all that is missing is the server's verdict: this side has nothing more to send, and no protection
     * will come of it. Then the request may be sent ahead of the verdict, see {@link SendAhead}. Asked after
     * {@link #send()}.
     *
     * @return false, unless overridden
     */
    default boolean awaitsVerdict() {
        return false;
    }

    /** Makes negotiations of one method: a new one for each connection to each proxy. */
    @FunctionalInterface
    interface Factory {

        /**
         * Makes a negotiation, which has not begun and may never begin: the server may select another method.
         *
         * @param proxy where the proxy is, as it was given: a name stays a name
         * @param command what this proxy will be asked to do
         * @param destination where the connection goes in the end; through several proxies in a row, it is what the
         *     last of them is asked for
         * @return a new negotiation, always of the same method
         */
        ClientNegotiation begin(Endpoint proxy, Command command, Endpoint destination);
    }

    /**
     * Makes the negotiation of {@link AuthMethod#NO_AUTHENTICATION}, which has no messages.
     *
     * @return one that is done
     */
    static ClientNegotiation noAuthentication() {
        return NoAuthentication.INSTANCE;
    }

    /**
     * Makes the negotiation of {@link AuthMethod#USERNAME_PASSWORD} (RFC 1929).
     *
     * @param login the user name and password
     * @return a new negotiation, which never blocks
     */
    static ClientNegotiation password(PasswordRequest login) {
        return new PasswordLogin(login);
    }

    /**
     * Makes the negotiation of {@link AuthMethod#GSSAPI} (RFC 1961). It blocks where {@link GssapiContext#establish}
     * does.
     *
     * <p>The client says what it asks for at the least. The server agrees to that or, where it has limits of its own,
     * to the nearest level within them; the client gives up if that is less than it asked for.
     *
     * @param context of the initiator, new
     * @param level what to ask for, and to get at the least; one of those that {@link ProtectionLevel} names
     * @param levelInClear whether the level is sent as it is, as NEC's implementation and its followers do: the RFC has
     *     it wrapped, and whoever is in between can change it if it is not
     * @return a new negotiation, which closes the context
     * @throws IllegalArgumentException if the level is another one
     */
    static ClientNegotiation gssapi(GssapiContext context, ProtectionLevel level, boolean levelInClear) {
        return new GssapiInitiation(GssapiNegotiation.initiator(context, level, levelInClear));
    }
}
