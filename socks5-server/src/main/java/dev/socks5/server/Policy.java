package dev.socks5.server;

/**
 * A decision that an application takes for the server: {@link PasswordAuthenticator}, {@link MethodAuthenticator},
 * {@link AccessRule}, {@link Connector}, {@link dev.socks5.server.transport.Dialer}. One class can implement several of
 * them; its answer to {@link #mayBlock} then holds for all.
 */
public interface Policy {

    /**
     * Says whether the decision may block. One that never does saves a switch of threads.
     *
     * @return true, unless overridden
     */
    default boolean mayBlock() {
        return true;
    }
}
