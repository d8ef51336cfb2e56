package dev.socks5.codec;

/**
 * How much a client sends without waiting for the answers to what it has sent before: each answer that it does not wait
 * for saves a round trip. The answers are checked as ever, in order.
 *
 * <p>Only a greeting that offers one method can be followed by anything. Some servers read one message at a time, and
 * lose what comes behind it.
 */
public enum SendAhead {

    /** Nothing: each message waits for the answer to the one before it. */
    NOTHING,

    /**
     * What holds no login. Where no authentication is the only method on offer, the request follows the greeting; a
     * login waits until the server has selected its method, and then the request follows the login, if nothing depends
     * on the answer but whether to go on.
     */
    ALL_BUT_LOGINS,

    /**
     * The login as well, before the server has selected its method: whoever answers at the server's address gets it,
     * whether it is a SOCKS server that asks for logins or not.
     */
    ALL
}
