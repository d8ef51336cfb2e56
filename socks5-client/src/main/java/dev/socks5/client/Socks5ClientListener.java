package dev.socks5.client;

/**
 * Receives events about the connections that a client makes, so that a slow or failing proxy can be seen. Each attempt
 * begins with {@link #connecting}, and ends with just one of {@link #connected} and {@link #failed}, whatever becomes
 * of it: a timeout, an interrupt, a close by another thread, a cancelled future.
 *
 * <p>An attempt is each call that has a proxy carry out a request, or that connects directly: by
 * {@link Socks5Client#connect connect}, {@link Socks5Client#openChannel openChannel},
 * {@link Socks5Client#connectAsync connectAsync}, a socket of a factory, {@link Socks5Client#bind bind} (until the
 * proxy listens), {@link Socks5Client#associate associate} (along a chain, one for each proxy),
 * {@link Socks5Client#resolve resolve} and {@link Socks5Client#nameOf nameOf}. Several addresses of a host are one
 * attempt. Arguments that are refused are none. Where the JDK speaks SOCKS itself ({@link Socks5Client#proxySelector}),
 * nothing is told.
 *
 * <p>In a chain, the listeners of the client that is used are told, and not those of the clients that it goes
 * {@link Socks5Client#through through}.
 *
 * <p>Called by the thread that connects. With {@link Socks5Client#connectAsync}, the beginning is told by the thread
 * that calls it, and the end by the one that serves all connections of the JVM: it must not be held up. So a method
 * must return promptly, and it may be called by several threads at once. The client has no log: what a method throws is
 * dropped, and harms neither the connection nor other listeners.
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
     * Called when the attempt has failed, before its caller learns of it. The thread is still interrupted if that was
     * the reason.
     *
     * @param attempt the attempt
     * @param failure the phase, the proxy and the exception
     */
    default void failed(ConnectAttempt attempt, ConnectFailure failure) {}
}
