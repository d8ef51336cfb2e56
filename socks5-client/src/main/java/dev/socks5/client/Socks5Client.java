package dev.socks5.client;

import dev.socks5.client.internal.async.AsyncAttempts;
import dev.socks5.client.internal.async.ConnectLoop;
import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.client.internal.dial.SeveralProxies;
import dev.socks5.client.internal.forward.Forwarder;
import dev.socks5.client.internal.jdk.JdkProxies;
import dev.socks5.client.internal.jdk.ProxyAuthenticator;
import dev.socks5.client.internal.platform.Buffers;
import dev.socks5.client.internal.socket.BindListener;
import dev.socks5.client.internal.socket.Lookups;
import dev.socks5.client.internal.socket.Socks5Socket;
import dev.socks5.client.internal.socket.TunnelSocketFactory;
import dev.socks5.client.internal.socket.TunnelSslSocketFactory;
import dev.socks5.client.internal.udp.RelayedDatagramSocket;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProxyChain;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connects through a SOCKS5 proxy (RFC 1928), with logins of its own (RFC 1929): through several in a row
 * ({@link #through}), or by one of several that stand in for each other ({@link #inOrder}, {@link #inTurn}).
 *
 * <pre>{@code
 * Socks5Client client = Socks5Client.builder()
 *         .proxy("proxy.example", 1080)
 *         .credentials("user", "password")
 *         .build();
 * try (Socket socket = client.connect("example.com", 80)) {
 *     socket.getOutputStream().write(request);
 * }
 * }</pre>
 *
 * <p>For TLS to the destination there is a factory whose sockets check the host's name, which the JDK's own do not
 * unless told to:
 *
 * <pre>{@code
 * Socket tls = client.sslSocketFactory().createSocket("example.com", 443);
 * }</pre>
 *
 * <h2>Its sockets</h2>
 *
 * <p>They are ordinary sockets, except:
 *
 * <ul>
 *   <li>{@link Socket#getRemoteSocketAddress()}, {@link Socket#getInetAddress()} and {@link Socket#getPort()} report
 *       the destination, not the proxy: the address that was given, looked up here or dialled directly. Where only the
 *       proxy knows the address of a name, the first is unresolved and the second {@code null}, unless
 *       {@link Socks5ClientBuilder#placeholderAddresses()} says otherwise. What the proxy says about its own end
 *       (BND.ADDR) is not used for anything.
 *   <li>Threads that wait in one can be interrupted: that closes the socket, and
 *       {@link java.nio.channels.ClosedByInterruptException} is thrown with the thread's interrupt status set.
 *   <li>{@link Socket#getChannel()} is {@code null}.
 *   <li>Where a proxy has agreed to a protection ({@link Socks5ClientBuilder#gssapi}), a read fails with a
 *       {@link dev.socks5.codec.Socks5Exception} if a message is not the one that the proxy has sent next, and that
 *       closes the socket. The read timeout holds for each wait for bytes, of which a message may take several, and
 *       there is no urgent data.
 *   <li>Where a proxy is reached by TLS ({@link Socks5ClientBuilder#tls}), there is no urgent data either;
 *       {@link java.io.InputStream#available()} counts only what has been decrypted; a read fails with an
 *       {@link java.io.EOFException} if the connection ends without close_notify; and {@link Socket#close()} may take a
 *       second if the proxy takes no more bytes.
 *   <li>Where the proxy has a path ({@link Socks5ClientBuilder#proxy(java.nio.file.Path)}), the options of TCP have no
 *       effect, {@link java.io.InputStream#available()} is 0, and there is no urgent data.
 *   <li>They have to be closed: the garbage collector does not do it.
 *   <li>An option or a read timeout that is set while another thread connects may be lost.
 * </ul>
 *
 * <p>Immutable, and safe for use by several threads at once.
 */
public final class Socks5Client {

    private final Proxies proxies;

    Socks5Client(Proxies proxies) {
        this.proxies = proxies;
    }

    /**
     * Starts the description of a client.
     *
     * @return a new builder, with no proxy yet
     */
    public static Socks5ClientBuilder builder() {
        return new Socks5ClientBuilder();
    }

    /**
     * Makes a client for a proxy as configurations name it. The words are curl's: {@code socks5h} sends names to the
     * proxy, and {@code socks5} looks them up here.
     *
     * @param uri for example {@code socks5h://user:password@proxy.example:1080}, as {@link dev.socks5.codec.ProxyUri}
     *     reads it; {@code socks5hs} and {@code socks5s} by TLS, with the JVM's default context
     * @return a new client
     * @throws IllegalArgumentException if it is anything else; the message repeats nothing of it, because there may be
     *     a password in it
     */
    public static Socks5Client of(String uri) {
        return builder().uri(uri).build();
    }

    /**
     * Makes a client for the proxy that the environment names, as it does for curl: {@code all_proxy} or
     * {@code ALL_PROXY} has a URI for {@link #of(String)}, and {@code no_proxy} or {@code NO_PROXY} has the
     * destinations that go direct, in the form that {@link NoProxy#parse(String)} reads. The name in lower case wins;
     * an empty value counts as none. Nothing else in the environment counts, not even {@code HTTPS_PROXY}.
     *
     * @return a new client, or empty if no proxy is set; the caller decides whether to go direct then
     * @throws IllegalArgumentException if the proxy's URI is not one of SOCKS5; the message says which variable it was,
     *     and does not repeat the value, because there may be a password in it
     */
    public static Optional<Socks5Client> fromEnvironment() {
        return fromEnvironment(System.getenv());
    }

    static Optional<Socks5Client> fromEnvironment(Map<String, String> variables) {
        return new Environment(variables).client();
    }

    /**
     * Makes a client that connects by the first of several proxies that works. One that has failed goes behind the
     * others for a second, twice as long after each further failure, and a minute at most; it is never left out.
     * {@code docs/client.md} says which failures have the next one tried: nearly all do, but a connection that the
     * destination itself has refused (05) has been answered.
     *
     * <p>Each attempt is what that client does alone, by its own login, TLS, chain, sockets and time limit, and told to
     * its own listeners. A limit given to {@link Socket#connect(java.net.SocketAddress, int)} covers all attempts
     * together, and each has its share. Nothing goes direct because proxies fail: the first client alone says what
     * does, and also whether {@linkplain Socks5ClientBuilder#addressesStandForNames() addresses stand for names}.
     *
     * <p>If all fail, the exception is the most telling {@link dev.socks5.codec.RequestRejectedException} if there is
     * one, else a {@link java.net.ConnectException}, or a {@link java.net.SocketTimeoutException} if the last one did
     * not answer in time, whose message says what was wrong with each. All others are suppressed exceptions.
     *
     * @param first the proxy to use as long as it works
     * @param next the proxies to use if those before fail, in order. Members that are several proxies in order join one
     *     by one
     * @return a new client
     * @throws IllegalArgumentException if a member is several proxies in turn; or if one behind the first has
     *     destinations that go direct, or takes addresses for names while the first does not
     */
    public static Socks5Client inOrder(Socks5Client first, Socks5Client... next) {
        return several(Proxies.Order.IN_ORDER, System::nanoTime, first, next);
    }

    /**
     * Makes a client that connects by each of several proxies in its turn, and by the next one where that fails. All
     * else is as of {@link #inOrder}.
     *
     * @param first one of the proxies, which says what goes direct
     * @param next the others. Members that are several proxies in turn join one by one
     * @return a new client
     * @throws IllegalArgumentException if a member is several proxies in order; or as of {@link #inOrder}
     */
    public static Socks5Client inTurn(Socks5Client first, Socks5Client... next) {
        return several(Proxies.Order.IN_TURN, System::nanoTime, first, next);
    }

    /** @param nanoTime another clock in tests */
    static Socks5Client several(Proxies.Order order, LongSupplier nanoTime, Socks5Client first, Socks5Client... next) {
        List<Proxies> members = new ArrayList<>();
        members.add(Objects.requireNonNull(first, "first").proxies);
        for (Socks5Client other : Objects.requireNonNull(next, "next")) {
            members.add(Objects.requireNonNull(other, "next").proxies);
        }
        return new Socks5Client(SeveralProxies.of(order, members, nanoTime));
    }

    /**
     * Connects through the proxy. A name is sent to the proxy as it is, and looked up here only if this client was told
     * to ({@link Socks5ClientBuilder#lookUpNamesHere()}, {@link Socks5ClientBuilder#direct}, or a URI with
     * {@code socks5}).
     *
     * @param host an IP address or an ASCII name, as {@link Endpoint#of(String, int)} reads it; where it goes direct,
     *     an IPv6 address may have a zone, {@code fe80::1%eth0}. A name has letters, digits, hyphens, underscores and
     *     dots
     * @param port 0 to 65535
     * @return a connected socket
     * @throws IllegalArgumentException if the host is neither address nor name, or the port out of range
     * @throws IOException see {@link #connect(Endpoint)}
     */
    public Socket connect(String host, int port) throws IOException {
        return connect(Destination.of(host, port), Dialer.NOTHING);
    }

    /**
     * Connects through the proxy. A name is sent to the proxy as it is, and looked up here only if this client was told
     * to ({@link Socks5ClientBuilder#lookUpNamesHere()}, {@link Socks5ClientBuilder#direct}, or a URI with
     * {@code socks5}).
     *
     * @param destination where to connect to
     * @return a connected socket
     * @throws dev.socks5.codec.Socks5Exception if the proxy refused, or sent something that is not SOCKS5
     * @throws java.net.SocketTimeoutException if the tunnel was not open when the time was over
     * @throws java.net.ConnectException if the proxy, or a destination that goes direct, cannot be reached by any of
     *     its addresses. If there are several, the suppressed exceptions are the answers of each.
     * @throws java.net.NoRouteToHostException if there is no route to the proxy, or the destination is an IPv6 address
     *     with a zone and does not go direct
     * @throws java.net.UnknownHostException if the proxy's own name has no address, or the destination's if that is
     *     looked up here
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
     * @throws IOException if anything else fails; in every case the connection is closed
     */
    public Socket connect(Endpoint destination) throws IOException {
        return connect(Destination.of(Objects.requireNonNull(destination, "destination")), Dialer.NOTHING);
    }

    /**
     * Connects through the proxy, and sends the first bytes right behind the request, without waiting for the tunnel to
     * be open: that saves a round trip where the client speaks first. If the connection fails, some of the bytes may
     * have gone to the proxies, but no others, and they may go again where several addresses of the destination are
     * tried, or several proxies: only after a failure that shows that the destination cannot have them. A server that
     * reads one message at a time loses them, and nobody notices: {@code docs/sending-ahead.md} says which take them.
     *
     * @param destination where to connect to
     * @param firstBytes at most {@link dev.socks5.codec.ProxyChain#MAX_EARLY_DATA} bytes, which are copied; its
     *     position stays as it is
     * @return a connected socket, on which these bytes have been written
     * @throws IllegalArgumentException if there are too many bytes
     * @throws IOException as of {@link #connect(Endpoint)}: none of the bytes has reached the destination if the proxy
     *     has refused, and some may have otherwise
     */
    public Socket connect(Endpoint destination, ByteBuffer firstBytes) throws IOException {
        return connect(Destination.of(Objects.requireNonNull(destination, "destination")), copyOf(firstBytes));
    }

    private Socket connect(Destination destination, ByteBuffer firstBytes) throws IOException {
        Socks5Socket socket = new Socks5Socket(proxies);
        socket.connect(destination, firstBytes);
        return socket;
    }

    private static ByteBuffer copyOf(ByteBuffer firstBytes) {
        Objects.requireNonNull(firstBytes, "firstBytes");
        if (firstBytes.remaining() > ProxyChain.MAX_EARLY_DATA) {
            throw new IllegalArgumentException(String.format(
                    "at most %d bytes can be sent before the tunnel is open, not %d",
                    ProxyChain.MAX_EARLY_DATA, firstBytes.remaining()));
        }
        return Buffers.flip(ByteBuffer.allocate(firstBytes.remaining()).put(firstBytes.duplicate()));
    }

    /**
     * Connects through the proxy, and gives the connection as a channel; see {@link #connect(Endpoint)}.
     *
     * @param destination where to connect to
     * @return a connected channel in blocking mode, which leads to the destination. Its
     *     {@link SocketChannel#getRemoteAddress()} is the address that was dialled: the proxy's, or the destination's
     *     if that goes direct.
     * @throws UnsupportedOperationException if a factory makes this client's sockets, or any proxy on the way is
     *     reached by TLS or has GSSAPI, or agrees to the protection of another method: a channel has no place for that
     * @throws IOException as of {@link #connect(Endpoint)}; in every case the connection is closed
     */
    public SocketChannel openChannel(Endpoint destination) throws IOException {
        return proxies.channel(Destination.of(Objects.requireNonNull(destination, "destination")), Dialer.NOTHING);
    }

    /**
     * Connects through the proxy, sends the first bytes without waiting for the tunnel to be open, and gives the
     * connection as a channel; see {@link #connect(Endpoint, ByteBuffer)} and {@link #openChannel(Endpoint)}.
     *
     * @param destination where to connect to
     * @param firstBytes as of {@link #connect(Endpoint, ByteBuffer)}
     * @return a connected channel in blocking mode, on which these bytes have been written
     * @throws IllegalArgumentException if there are too many bytes
     * @throws UnsupportedOperationException as of {@link #openChannel(Endpoint)}
     * @throws IOException as of {@link #connect(Endpoint, ByteBuffer)}
     */
    public SocketChannel openChannel(Endpoint destination, ByteBuffer firstBytes) throws IOException {
        return proxies.channel(Destination.of(Objects.requireNonNull(destination, "destination")), copyOf(firstBytes));
    }

    /**
     * Connects through the proxy, and gives the connection as a channel; see {@link #openChannel(Endpoint)}.
     *
     * @param host an IP address or an ASCII name, as {@link Endpoint#of(String, int)} reads it; where it goes direct,
     *     an IPv6 address may have a zone, {@code fe80::1%eth0}. A name has letters, digits, hyphens, underscores and
     *     dots
     * @param port 0 to 65535
     * @return a connected channel in blocking mode
     * @throws IllegalArgumentException if the host is neither address nor name, or the port out of range
     * @throws UnsupportedOperationException if a factory makes this client's sockets, or any proxy on the way is
     *     reached by TLS or has GSSAPI, or agrees to the protection of another method: a channel has no place for that
     * @throws IOException as of {@link #openChannel(Endpoint)}
     */
    public SocketChannel openChannel(String host, int port) throws IOException {
        return proxies.channel(Destination.of(host, port), Dialer.NOTHING);
    }

    /**
     * Begins to connect through the proxy, and does not wait. However many connections are under way in the JVM, no
     * more than nine threads of this library serve them all: one connects and shakes hands, up to four look names up
     * (the proxy's, say), and up to four complete futures. They are daemons and end after some seconds without work.
     *
     * <p>Completing the future otherwise, by {@link CompletableFuture#cancel(boolean)} or
     * {@link CompletableFuture#orTimeout} for example, ends the attempt, and the connection is closed; cancelling a
     * future that depends on this one does not. Dependents that block belong on an executor of their own: four that
     * block hold up the completion of others.
     *
     * @param destination where to connect to
     * @return the connected channel, to be closed by the caller: in non-blocking mode and registered with no selector,
     *     so that it can be registered with a selector of your own, and {@link SocketChannel#configureBlocking} may be
     *     called. Its {@link SocketChannel#getRemoteAddress()} is the address that was dialled: the proxy's, or the
     *     destination's if that goes direct. The exceptions are those of {@link #connect(Endpoint)}, except for the
     *     interrupt, and those of a supplier of logins, which is called by the thread that serves all.
     * @throws UnsupportedOperationException if a factory makes this client's sockets, or any proxy on the way is
     *     reached by TLS or has GSSAPI, or agrees to the protection of another method: a channel has no place for that
     */
    public CompletableFuture<SocketChannel> connectAsync(Endpoint destination) {
        return connectAsync(Destination.of(Objects.requireNonNull(destination, "destination")), Dialer.NOTHING);
    }

    /**
     * Begins to connect through the proxy, and sends the first bytes without waiting for the tunnel to be open; see
     * {@link #connect(Endpoint, ByteBuffer)} and {@link #connectAsync(Endpoint)}.
     *
     * @param destination where to connect to
     * @param firstBytes as of {@link #connect(Endpoint, ByteBuffer)}
     * @return as of {@link #connectAsync(Endpoint)}; these bytes have been written on the channel
     * @throws IllegalArgumentException if there are too many bytes
     * @throws UnsupportedOperationException as of {@link #connectAsync(Endpoint)}
     */
    public CompletableFuture<SocketChannel> connectAsync(Endpoint destination, ByteBuffer firstBytes) {
        return connectAsync(Destination.of(Objects.requireNonNull(destination, "destination")), copyOf(firstBytes));
    }

    /**
     * Begins to connect through the proxy; see {@link #connectAsync(Endpoint)}.
     *
     * @param host an IP address or an ASCII name, as {@link Endpoint#of(String, int)} reads it; where it goes direct,
     *     an IPv6 address may have a zone, {@code fe80::1%eth0}. A name has letters, digits, hyphens, underscores and
     *     dots
     * @param port 0 to 65535
     * @return as of {@link #connectAsync(Endpoint)}
     * @throws IllegalArgumentException if the host is neither address nor name, or the port out of range
     * @throws UnsupportedOperationException if a factory makes this client's sockets, or any proxy on the way is
     *     reached by TLS or has GSSAPI, or agrees to the protection of another method: a channel has no place for that
     */
    public CompletableFuture<SocketChannel> connectAsync(String host, int port) {
        return connectAsync(Destination.of(host, port), Dialer.NOTHING);
    }

    private CompletableFuture<SocketChannel> connectAsync(Destination destination, ByteBuffer firstBytes) {
        return AsyncAttempts.begin(proxies, destination, firstBytes, ConnectLoop.SHARED);
    }

    /**
     * Listens on a local address, and carries each connection that comes there through the proxy to one destination,
     * for programs that cannot be told of a proxy. <strong>Whoever can reach the local address uses the proxy with this
     * client's login</strong>; see {@link LocalForward}.
     *
     * @param local the address to listen on; port 0 for any free one
     * @param destination where each connection goes, as of {@link #connect(Endpoint)}
     * @return an open forward, to be closed by the caller
     * @throws java.net.BindException if the address is in use, or not one of this host; the message names it
     * @throws IOException if it cannot listen there for another reason; the destination is not tried
     */
    public LocalForward forward(InetSocketAddress local, Endpoint destination) throws IOException {
        Objects.requireNonNull(local, "local");
        return Forwarder.open(proxies, local, Destination.of(Objects.requireNonNull(destination, "destination")));
    }

    /**
     * Has the proxy listen for one connection from anybody: DST.ADDR is 0.0.0.0 and DST.PORT 0. Many proxies refuse
     * that; see {@link #bind(Endpoint)}.
     *
     * @return a listener, once the proxy listens
     * @throws IOException as of {@link #bind(Endpoint)}
     */
    public RemoteListener bind() throws IOException {
        return bind(Endpoint.UNSPECIFIED);
    }

    /**
     * Has the proxy listen for one connection: BIND (RFC 1928 section 4). Destinations that go direct do not matter
     * here.
     *
     * @param expectedPeer the address from which the connection will come; port 0 if that is not known
     * @return a listener, once the proxy listens
     * @throws IOException as of {@link #connect(Endpoint)}; in every case the connection is closed
     */
    public RemoteListener bind(Endpoint expectedPeer) throws IOException {
        Objects.requireNonNull(expectedPeer, "expectedPeer");
        return proxies.use(dialer -> BindListener.open(dialer, expectedPeer));
    }

    /**
     * Has the proxy relay datagrams: UDP ASSOCIATE (RFC 1928 section 7). Along a chain, each proxy is asked for that,
     * and each has to do it. Destinations that go direct do not matter here.
     *
     * <p>The socket is bound to the address from which the proxy is reached. This method fails if the proxy gives its
     * relay by name, because that is never looked up, unless {@link Socks5ClientBuilder#relayAtProxyAddress()} says
     * that the name does not matter.
     *
     * @return a socket whose datagrams go through the proxy
     * @throws IOException as of {@link #connect(Endpoint)}. In a chain, the failure says which proxy it was, and its
     *     cause is what that proxy has sent. In every case all connections are closed.
     */
    public Socks5DatagramSocket associate() throws IOException {
        return proxies.use(dialer -> RelayedDatagramSocket.open(dialer.path()));
    }

    /**
     * Has the proxy look up an address: RESOLVE, an extension of Tor's. Other proxies seldom have it, and reject it
     * with {@link dev.socks5.codec.ReplyCode#COMMAND_NOT_SUPPORTED}. Nothing is looked up here.
     *
     * @param name a name, as {@link Endpoint#of(String, int)} reads it
     * @return one address, which knows the name
     * @throws IllegalArgumentException if the name cannot be sent
     * @throws dev.socks5.codec.RequestRejectedException if there is no address, or the proxy looks nothing up
     * @throws dev.socks5.codec.MalformedMessageException if the answer is no address, or no SOCKS5
     * @throws IOException as of {@link #connect(Endpoint)}
     */
    public InetAddress resolve(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        return proxies.use(dialer -> new Lookups(dialer).addressOf(name));
    }

    /**
     * Has the proxy look up the name of an address: RESOLVE_PTR, an extension of Tor's. See {@link #resolve(String)}.
     *
     * @param address the address to look up
     * @return the name of a host ({@link dev.socks5.codec.DomainName#isHostName()}). The owner of the address can give
     *     it any name.
     * @throws dev.socks5.codec.RequestRejectedException if there is no name, or the proxy looks nothing up
     * @throws dev.socks5.codec.MalformedMessageException if the answer is no name of a host, or no SOCKS5
     * @throws IOException as of {@link #connect(Endpoint)}
     */
    public String nameOf(InetAddress address) throws IOException {
        Objects.requireNonNull(address, "address");
        return proxies.use(dialer -> new Lookups(dialer).nameOf(address));
    }

    /**
     * Makes a client that does the same, but reaches its proxy through another client's. The name of this client's
     * proxy goes to the other one. Each proxy gets its own login and no other. This client decides on the time limit,
     * and on the names that are looked up here and the destinations that go direct, and its listeners alone are told.
     * The other client's proxy may itself be behind others. Of several proxies that stand in for each other, on either
     * side, each is behind each.
     *
     * @param first the way to this client's proxy
     * @return a new client
     * @throws IllegalArgumentException if this client's proxy has a path, or a factory makes this client's sockets:
     *     only the first proxy can be reached so; or if one makes the other client's, and this client has destinations
     *     that go direct; or if this client has a {@link Socks5ClientBuilder#socketHook} and the other has none,
     *     because only that of the other is called; or if one has several proxies in order, and the other several in
     *     turn
     */
    public Socks5Client through(Socks5Client first) {
        Objects.requireNonNull(first, "first");
        return new Socks5Client(proxies.through(first.proxies));
    }

    /**
     * Makes sockets for code that takes a {@link SocketFactory}. All its methods connect as {@link #connect(Endpoint)}
     * does.
     *
     * <p>A name goes to the proxy if it is given as text, or by an unresolved address. A resolved address means the
     * address, whatever name it carries: that may come from a reverse look-up. For libraries that look names up before
     * they ask for a socket there is {@link Socks5ClientBuilder#addressesStandForNames()}. A host that cannot be sent,
     * such as a name that is not ASCII, is a {@link java.net.UnknownHostException}.
     *
     * <p>The timeout given to {@link Socket#connect(java.net.SocketAddress, int)} covers dialling and handshake; this
     * client's own holds if that is shorter or the one given is 0. Options and the local address that are set before
     * apply to the connection to the proxy. Other failures are those of {@link #connect(Endpoint)}.
     *
     * @return a factory, safe for use by several threads at once
     */
    public SocketFactory socketFactory() {
        return new TunnelSocketFactory(proxies);
    }

    /**
     * Makes sockets of TLS for code that takes an {@link SSLSocketFactory} alone, with the certificates and settings of
     * the JVM's default {@link SSLContext}; see {@link #sslSocketFactory(SSLSocketFactory)}.
     *
     * @return a factory, safe for use by several threads at once
     * @throws IllegalStateException if the default context cannot be had, for example because the system property
     *     {@code javax.net.ssl.keyStore} names a file that is none
     */
    public SSLSocketFactory sslSocketFactory() {
        try {
            return sslSocketFactory(SSLContext.getDefault().getSocketFactory());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JVM has no default context for TLS: " + e.getMessage(), e);
        }
    }

    /**
     * Makes sockets of TLS for code that takes an {@link SSLSocketFactory} alone. They connect as those of
     * {@link #socketFactory()} do, and lay TLS over the tunnel by another factory, for example
     * {@link SSLContext#getSocketFactory()}.
     *
     * <ul>
     *   <li>They check that the certificate is one of the host's: by {@code HTTPS} (RFC 2818), or by another algorithm
     *       of {@link javax.net.ssl.SSLParameters#setEndpointIdentificationAlgorithm(String)} once that is set.
     *       {@code null} changes nothing, and {@code ""} switches the check off. The host is the name that was given,
     *       and where only an address was given, the name that it was looked up by, if any, else the address. A name
     *       that it has learnt by a reverse look-up does not count.
     *   <li>The handshake begins with {@link SSLSocket#startHandshake()}, or with the first byte that is read or
     *       written. Its reads have the time limit of {@link Socket#setSoTimeout(int)}, not that of the connect.
     *   <li>An unconnected socket keeps what is set on it for the connection: options, protocols, cipher suites,
     *       parameters and listeners.
     *   <li>{@link SSLSocketFactory#createSocket(Socket, String, int, boolean)} lays TLS, with the same check, over
     *       sockets of {@link #socketFactory()} and {@link #connect(Endpoint)}. Any other socket is a
     *       {@link java.net.SocketException}: a library that has made one by itself would go direct.
     *   <li>Interrupting a thread that waits closes the socket. The exception is an {@link javax.net.ssl.SSLException}
     *       then, and the {@link java.nio.channels.ClosedByInterruptException} is its cause.
     *   <li>All else is as with the JDK's own sockets of TLS. A connection that is cut, for example, looks like one
     *       that has ended, unless the system property {@code com.sun.net.ssl.requireCloseNotify} is {@code true}.
     * </ul>
     *
     * @param tls makes the sockets of TLS: layered ones, and unconnected ones, which keep settings and never connect
     * @return a factory, safe for use by several threads at once if the other is
     */
    public SSLSocketFactory sslSocketFactory(SSLSocketFactory tls) {
        return new TunnelSslSocketFactory(proxies, tls);
    }

    /**
     * Sends every destination to this proxy, except those that this client's own sockets reach directly; see
     * {@link #proxySelector(Predicate)}.
     *
     * @return a selector that answers with this client's proxies, unless {@link Socks5ClientBuilder#direct} was called
     * @throws UnsupportedOperationException as of {@link #proxySelector(Predicate)}
     */
    public ProxySelector proxySelector() {
        return proxySelector(proxies.direct()::test);
    }

    /**
     * Tells the JDK to use this proxy, for code that takes a {@link ProxySelector}. Then the JDK speaks SOCKS5, and not
     * this library:
     *
     * <ul>
     *   <li>The login comes from the JVM-wide {@link Authenticator}; see {@link #authenticator(Authenticator)}. Without
     *       one, the JDK answers a proxy that asks with the name of the operating system's user and an empty
     *       password.
     *   <li>The time limit is the caller's, not this client's.
     *   <li>Reply codes that RFC 1928 does not assign are taken for success.
     *   <li>To a server that does not answer with version 5, the JDK goes on in SOCKS4.
     *   <li>Only CONNECT exists, and a name goes to the proxy only if the caller leaves its address unresolved:
     *       {@link java.net.HttpURLConnection} looks names up itself, and others learn of them.
     *   <li>{@code java.net.http.HttpClient} passes over SOCKS proxies without a word and connects directly.
     *   <li>For a resolved address that has learnt a name by {@code getHostName()}, the JDK asks for the way to that
     *       name.
     *   <li>The JDK has no TLS to the proxy, no Unix domain sockets, no GSSAPI and no methods of your own, and cannot
     *       insist on a login: a client with {@link Socks5ClientBuilder#tls}, a path,
     *       {@link Socks5ClientBuilder#gssapi}, {@link Socks5ClientBuilder#method} or
     *       {@link Socks5ClientBuilder#requireLogin()} gives no selector.
     *   <li>It sends nothing ahead.
     *   <li>It opens its sockets by itself: a client with a {@link Socks5ClientBuilder#socketHook} gives no selector.
     * </ul>
     *
     * <p>There is no second choice if the proxy fails, unless this client has several: then the answer has all of them
     * as they were given, and the caller turns to the next one ({@link Socks5ProxySelector} says how, and has rules).
     * URIs without a host are an {@link IllegalArgumentException}, and so are hosts that
     * {@link Endpoint#of(String, int)} does not read. Where a URI has no port, it is that of {@code http},
     * {@code https} or {@code ftp}, else 0.
     *
     * @param direct the destinations that need no proxy;
     *     {@link dev.socks5.codec.EndpointPattern#anyOf(String...)} makes one from text. It is called by any thread.
     * @return a selector that answers with this client's proxies, or with {@link java.net.Proxy#NO_PROXY} alone; safe
     *     for use by several threads at once if the predicate is
     * @throws UnsupportedOperationException if there is a chain of proxies, a factory makes this client's sockets, or
     *     the proxy is reached by TLS or by a path, or has GSSAPI or another method, or a login is required, or there
     *     is a {@link Socks5ClientBuilder#socketHook}
     */
    public ProxySelector proxySelector(Predicate<Endpoint> direct) {
        Objects.requireNonNull(direct, "direct");
        return Socks5ProxySelector.builder().direct(direct).otherwise(this).build();
    }

    /**
     * Gives this client's login to the JDK where the JDK itself speaks SOCKS5 with this proxy, or with one of several.
     * Every other request, of other proxies and of web servers, goes on to another authenticator unchanged.
     *
     * <pre>{@code
     * Authenticator.setDefault(client.authenticator(Authenticator.getDefault()));
     * }</pre>
     *
     * @param previous answers the other requests; {@code null} for nobody
     * @return an authenticator, safe for use by several threads at once
     * @throws UnsupportedOperationException if there is a chain of proxies, a factory makes this client's sockets, or
     *     the proxy is reached by TLS or by a path, or has GSSAPI or another method, or a login is required, or there
     *     is a {@link Socks5ClientBuilder#socketHook}
     */
    public Authenticator authenticator(@Nullable Authenticator previous) {
        return new ProxyAuthenticator(jdkProxies(), previous);
    }

    /**
     * Returns the time that a connect may take, for code that waits for something else as long.
     *
     * @return the time limit for dialling and handshake together ({@link Socks5ClientBuilder#connectTimeout}); of
     *     several proxies that stand in for each other, the sum, at most {@link Integer#MAX_VALUE} milliseconds
     */
    public Duration connectTimeout() {
        return proxies.timeout();
    }

    /** Gives the proxies if there is nothing to them that the JDK cannot do. */
    List<Hop> jdkProxies() {
        return JdkProxies.of(proxies);
    }

    /** Names the proxies, and no credentials. */
    @Override
    public String toString() {
        return "Socks5Client[" + proxies + "]";
    }
}
