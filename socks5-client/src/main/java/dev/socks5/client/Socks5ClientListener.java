package dev.socks5.client;

/**
 * Receives events about the connections that a client makes, so that a slow or failing proxy can be seen. Each attempt
 * begins with {@link #connecting}, and ends with one of {@link #connected} and {@link #failed}.
 *
 * <p>Called by the thread that connects, or, with {@link Socks5Client#connectAsync}, by the one that serves all: by
 * several threads at once. A method must return promptly, and an exception is ignored.
 */
public interface Socks5ClientListener {

    /**
     * Called before anything is looked up or dialled.
     *
     * @param attempt where it is to go
     */
    default void connecting(ConnectAttempt attempt) {}

    /**
     * Called when the last proxy has carried out the request, or the destination that goes direct is connected.
     *
     * @param attempt the attempt
     * @param times the time of each phase
     */
    default void connected(ConnectAttempt attempt, ConnectTimes times) {}

    /**
     * Called when the attempt has failed, before its caller learns of it.
     *
     * @param attempt the attempt
     * @param failure the phase, the proxy and the exception
     */
    default void failed(ConnectAttempt attempt, ConnectFailure failure) {}
}
