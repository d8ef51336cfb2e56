package dev.socks5.junit;

import java.io.IOException;

/**
 * A SOCKS5 proxy for tests, on a free port of loopback: a real {@link dev.socks5.server.Socks5Server}, records of what
 * it was asked for, and a wire before it on which faults happen. It needs no test framework; for JUnit there is
 * {@link Socks5ProxyExtension}.
 *
 * <pre>{@code
 * try (Socks5TestProxy proxy = Socks5TestProxy.start()) {
 *     proxy.resolve("db.internal", InetAddress.getLoopbackAddress());
 *     proxy.next(Fault.reply(ReplyCode.CONNECTION_REFUSED), Fault.none());
 *     ... // code that connects to db.internal through proxy.address(), and tries again
 *     proxy.requireProxied("db.internal", 5432);
 * }
 * }</pre>
 *
 * <p>The TCP side of everything goes along the wire. Datagrams do not: they go to the server's relay, and no fault
 * happens to them. Safe for use by several threads.
 */
public final class Socks5TestProxy extends ProxyControls implements AutoCloseable {

    private final Running running;

    Socks5TestProxy(Running running) {
        this.running = running;
    }

    /**
     * Starts a proxy with the defaults: everybody on this host is served without a login.
     *
     * @return a running proxy, to be closed by the caller
     * @throws IOException if it cannot listen
     */
    public static Socks5TestProxy start() throws IOException {
        return builder().start();
    }

    /**
     * Creates a builder with the defaults.
     *
     * @return a new builder
     */
    public static Socks5TestProxyBuilder builder() {
        return new Socks5TestProxyBuilder();
    }

    @Override
    Running running() {
        return running;
    }

    /**
     * Stops the proxy, closes all its connections, also those that a fault has stalled, and waits until its threads
     * have ended. May be called again.
     */
    @Override
    public void close() {
        running.close();
    }
}
