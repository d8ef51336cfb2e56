package dev.socks5.bridge;

import dev.socks5.client.Socks5Client;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP proxy inside this process, for code that knows no other proxies: every connection that it makes goes out
 * through the {@link Socks5Client} that it is for. {@code java.net.http.HttpClient} is such code: of SOCKS proxies it
 * takes no notice, and connects directly.
 *
 * <pre>{@code
 * try (HttpBridge bridge = HttpBridge.open(client)) {
 *     HttpClient http = HttpClient.newBuilder().proxy(bridge.proxySelector()).build();
 *     http.send(request, BodyHandlers.ofString());
 * }
 * }</pre>
 *
 * <p>It listens on a port of 127.0.0.1 that the system chooses, and takes connections from nowhere else. <strong>It
 * asks for no login: as long as it is open, other users of the same host can use it too</strong>, and so the proxy with
 * this client's login. A client needs no closing, so closing the bridge is up to its user.
 *
 * <p>It takes what RFC 9110 and RFC 9112 have for proxies:
 *
 * <ul>
 *   <li>CONNECT, for HTTPS, HTTP/2 and what else goes through a tunnel. {@code HttpClient} makes one for WebSocket,
 *       too.
 *   <li>Requests for {@code http} URIs in absolute form, WebSocket handshakes among them. Bodies are passed on as they
 *       come, trailers are not. A connection serves one request. A client that ends its output before it has the
 *       response is taken to have given up. No field such as {@code Via} is added.
 *   <li>A name goes to the SOCKS proxy as it is. One that is neither an IP address nor fit for a host is refused, and
 *       so is everything in a request that two readers could take differently.
 *   <li>A response is repaired where RFC 9112 lets a proxy do so: a bare LF ends a line, white space before a field's
 *       colon is removed, and a field that goes on in the next line becomes one line. It goes to the client in its
 *       right form.
 * </ul>
 *
 * <p>The client's time limit ({@link Socks5Client#connectTimeout()}) also holds for a request's head, and for a
 * WebSocket handshake. A response of the bridge's own says what the matter is in its body and in its reason phrase, in
 * printable ASCII and at most 500 characters, without credentials:
 *
 * <ul>
 *   <li>400 (431 if it is too long, 408 if it takes too long) if the request is not as above
 *   <li>403 if the SOCKS proxy does not allow the destination
 *   <li>504 if connecting takes too long
 *   <li>500 if code that the client was given has thrown something else than an {@link IOException}: a supplier of
 *       logins, a factory, a predicate of what goes direct. The response names the class alone, in case the message has
 *       a secret.
 *   <li>502 for every other failure: the proxy cannot be reached or refuses the login, the destination cannot be found
 *       or reached, or what it sends is no HTTP. It never goes direct instead.
 * </ul>
 *
 * <p>{@code HttpClient} drops both for {@code https} URIs ({@code Tunnel failed, got: 502}). {@link #lastFailure()} and
 * a listener ({@link HttpBridgeBuilder#onFailure}) have the exception itself, also of a response that was cut short,
 * and the {@link System.Logger} {@code dev.socks5.bridge} has a warning: 10 lines a minute at most, with the
 * destination. Where it is the client that has failed, its own listener
 * ({@link dev.socks5.client.Socks5ClientBuilder#listener}) is told of the same exception, with the phase and the proxy;
 * where the client has several proxies, each listener is told of its own. Of all else, a response that is no HTTP for
 * example, the client knows nothing.
 *
 * <p>A head, of a request or a response, may have 384 KiB unless {@link HttpBridgeBuilder#maxHeadBytes} says otherwise:
 * as much as {@code HttpClient} itself takes. A connection holds at most one of each at a time, besides 64 KiB of
 * buffers. How many connections there are is up to the programs on this host, within the descriptors that the process
 * may open: two for each connection.
 *
 * <p>It has two threads for each connection, virtual ones where the JVM has them, else daemons. It is safe for use by
 * several threads at once.
 */
public final class HttpBridge implements Closeable {

    /** Clients come in bursts; the system may allow less. */
    private static final int BACKLOG = 1024;

    /** How long a look-up may go on that cannot be interrupted; its thread ends by itself. */
    private static final int CLOSE_SECONDS = 5;

    private final BridgeSockets sockets = new BridgeSockets();
    private final ExecutorService threads = BridgeThreads.create();
    private final BridgeFailures failures;
    private final InetSocketAddress address;

    private HttpBridge(InetSocketAddress address, BridgeFailures failures) {
        this.address = address;
        this.failures = failures;
    }

    /**
     * Starts the description of a bridge.
     *
     * @param client makes all connections; it needs no closing
     * @return a new builder
     */
    public static HttpBridgeBuilder builder(Socks5Client client) {
        return new HttpBridgeBuilder(client);
    }

    /**
     * Opens a bridge as it is by default.
     *
     * @param client makes all connections; it needs no closing
     * @return an open bridge, to be closed by the caller
     * @throws IOException if there is no port to listen on
     */
    public static HttpBridge open(Socks5Client client) throws IOException {
        return builder(client).open();
    }

    static HttpBridge open(Socks5Client client, BridgeFailures failures, int longestHead) throws IOException {
        // With its digits for a name: nobody who asks for its name makes a look-up of that.
        InetAddress loopback = InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
        ServerSocket listener = new ServerSocket(0, BACKLOG, loopback);
        HttpBridge bridge = new HttpBridge(new InetSocketAddress(loopback, listener.getLocalPort()), failures);
        bridge.start(listener, client, longestHead);
        return bridge;
    }

    private void start(ServerSocket listener, Socks5Client through, int longestHead) throws IOException {
        sockets.add(listener);
        BridgeShared shared = new BridgeShared(through, sockets, threads, failures, longestHead);
        threads.execute(
                new BridgeAcceptor(listener, shared, client -> threads.execute(new BridgeConnection(client, shared))));
    }

    /**
     * Where it listens.
     *
     * @return 127.0.0.1 and a port
     */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Sends everything to this bridge, whatever the URI, also after it has been closed: then every request fails. By
     * then another program may have the port, so the code that has this selector should not outlive the bridge.
     *
     * @return a selector that always answers with this bridge alone, as a proxy of type
     *     {@link java.net.Proxy.Type#HTTP}; its {@link ProxySelector#select(URI)} takes any URI but {@code null}, which
     *     is an {@link IllegalArgumentException}. Safe for use by several threads at once.
     */
    public ProxySelector proxySelector() {
        return new BridgeSelector(address);
    }

    /**
     * Returns the failure that came last, of whatever thread's request: where several requests are under way, compare
     * its destination, or have a listener ({@link HttpBridgeBuilder#onFailure}). Once a request has failed, it is this
     * failure or a later one. Success does not remove it, nor does closing the bridge.
     *
     * @return the last failure; empty if nothing has failed so far
     */
    public Optional<HttpBridgeFailure> lastFailure() {
        return failures.last();
    }

    /** How many sockets are open, the listener among them. */
    int openSockets() {
        return sockets.count();
    }

    /**
     * Stops listening, closes every connection, and waits for its threads to end: 5 seconds at most, if a look-up holds
     * one up. If this thread is interrupted, it waits no longer and keeps its interrupt status. Does nothing the second
     * time.
     */
    @Override
    public void close() {
        failures.end();
        sockets.closeAll();
        threads.shutdownNow();
        try {
            threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where it listens; names no proxy. */
    @Override
    public String toString() {
        return "HttpBridge[" + address.getHostString() + ":" + address.getPort() + "]";
    }
}
