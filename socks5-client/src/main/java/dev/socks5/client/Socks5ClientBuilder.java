package dev.socks5.client;

import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.Logins;
import dev.socks5.client.internal.dial.Preparation;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.client.internal.dial.Resolver;
import dev.socks5.client.internal.dial.ScopedAddress;
import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.platform.UnixSockets;
import dev.socks5.client.internal.report.ConnectEvents;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ProxyUri;
import dev.socks5.codec.SendAhead;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Configures and makes a {@link Socks5Client}. Not safe for use by several threads at once. */
public final class Socks5ClientBuilder {

    private @Nullable SocketAddress proxy;
    private Logins logins = Logins.NONE;
    private boolean loginRequired;
    private SendAhead sendAhead = SendAhead.NOTHING;
    private Duration connectTimeout = Duration.ofSeconds(30);
    private @Nullable SSLContext tls;
    private boolean tlsByUri;
    private @Nullable SocketFactory proxySocketFactory;
    private Preparation preparation = Preparation.NONE;
    private @Nullable Predicate<? super Endpoint> direct;
    private boolean relayAtProxyAddress;
    private Resolver resolver = Resolver.SYSTEM;
    private LongSupplier clock = System::nanoTime;
    private final List<Socks5ClientListener> listeners = new ArrayList<>();
    private final Set<ProxyPath.Option> options = EnumSet.noneOf(ProxyPath.Option.class);

    Socks5ClientBuilder() {}

    /**
     * Sets the proxy. Its name is looked up at each connect, which goes to the first of its addresses that answers: the
     * families take turns, and the next attempt starts after 250 ms or when one has failed (RFC 8305), eight at most.
     * The failure names the answer of each, and has each as a suppressed exception.
     *
     * @param host an IP address or an ASCII name, as {@link Endpoint#of(String, int)} reads it; an IPv6 address may
     *     have a zone of this host, {@code fe80::1%eth0} or {@code [fe80::1%25eth0]}
     * @param port 0 to 65535
     * @return this
     * @throws IllegalArgumentException if the host is neither address nor name, or the port out of range
     */
    public Socks5ClientBuilder proxy(String host, int port) {
        proxy = Destination.of(host, port).peer();
        return this;
    }

    /**
     * Sets the proxy. An unresolved address is looked up at each connect.
     *
     * @param address resolved or not
     * @return this
     * @throws IllegalArgumentException if an unresolved host is neither address nor ASCII name
     */
    public Socks5ClientBuilder proxy(InetSocketAddress address) {
        Objects.requireNonNull(address, "address");
        proxy = address.isUnresolved() ? Destination.of(address, false).peer() : address;
        return this;
    }

    /**
     * Sets the proxy, which listens on a Unix domain socket of this host. Sockets, channels and
     * {@link Socks5Client#connectAsync} lead there, and datagrams do not. In a chain, only the first proxy can be one.
     * The system decides who may connect: whoever may write to the file.
     *
     * @param path relative or not; at most about 100 bytes long, as the system has it
     * @return this
     * @throws IllegalArgumentException if it is empty, or not of the default file system
     * @throws UnsupportedOperationException if this Java has no Unix domain sockets, as that of Android
     */
    public Socks5ClientBuilder proxy(Path path) {
        if (Objects.requireNonNull(path, "path").toString().isEmpty()) {
            throw new IllegalArgumentException("the path of a Unix domain socket is empty");
        }
        proxy = UnixSockets.address(path);
        return this;
    }

    /**
     * Sets the proxy, its login, and where names are looked up, all at once and whatever was set before:
     * {@code socks5h} sends names to the proxy, and {@code socks5} looks them up here, as curl does; {@code socks5hs}
     * and {@code socks5s} do the same by TLS, with {@link SSLContext#getDefault()} unless {@link #tls} gives a context,
     * before or after. Behind it may stand {@code ?sendAhead} or {@code ?sendAhead=login}, for {@link #sendAhead()} or
     * {@link #sendLoginAhead()}. This undoes {@link #gssapi} and {@link #method}: call these afterwards.
     *
     * @param uri for example {@code socks5h://user:password@proxy.example:1080} or, for a Unix domain socket,
     *     {@code socks5h://localhost/run/proxy.sock}, as {@link ProxyUri} reads it; an IPv6 address may have a zone of
     *     this host, {@code socks5h://[fe80::1%25eth0]:1080}
     * @return this
     * @throws IllegalArgumentException if it is anything else; the message repeats nothing of it, because there may be
     *     a password in it
     */
    public Socks5ClientBuilder uri(String uri) {
        Objects.requireNonNull(uri, "uri");
        ProxyUri read = ProxyUri.parse(ScopedAddress.withoutZone(uri));
        if (read.path() == null) {
            InetSocketAddress address = read.proxy().toInetSocketAddress();
            proxy = ScopedAddress.ofUri(uri, address.getPort()).orElse(address);
        } else {
            proxy(Paths.get(read.path()));
        }
        PasswordRequest login = read.login();
        logins = login == null ? Logins.NONE : Logins.NONE.withPasswords(destination -> login);
        sendAhead = read.sendAhead();
        tlsByUri = read.overTls();
        options.remove(ProxyPath.Option.LOOK_UP_NAMES_HERE);
        return read.looksUpHere() ? lookUpNamesHere() : this;
    }

    /**
     * Has the connection to the proxy go through TLS, which protects the login and everything else as far as the proxy.
     * The proxy's certificate has to be for the name or address that this builder was given (the rules of HTTPS hold),
     * and trusted by the context, which also has the certificate of this side if the proxy wants one. In a chain, this
     * is about this client's proxy alone, wherever it stands. Nothing is sent before the TLS handshake has succeeded.
     *
     * <p>Such a client opens no channels: a {@link java.nio.channels.SocketChannel} could not encrypt. Its sockets fail
     * with an {@link javax.net.ssl.SSLException} if there is no TLS, and their reads with an
     * {@link java.io.EOFException} if the proxy ends the connection without announcing that (close_notify), because
     * then bytes may be missing.
     *
     * @param context makes the TLS of each connection; its default parameters hold. A protocol or cipher suite that it
     *     is not to use is disabled there
     * @return this
     */
    public Socks5ClientBuilder tls(SSLContext context) {
        tls = Objects.requireNonNull(context, "context");
        return this;
    }

    /**
     * Sets the login, in UTF-8. It is sent only to this proxy, and only if the proxy selects this method.
     *
     * @param username at most 255 bytes in UTF-8
     * @param password at most 255 bytes in UTF-8
     * @return this
     * @throws IllegalArgumentException if either is too long
     */
    public Socks5ClientBuilder credentials(String username, String password) {
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
        return credentials(PasswordRequest.of(username, password));
    }

    /**
     * Sets the login, byte by byte.
     *
     * @param login the user name and password to send
     * @return this
     */
    public Socks5ClientBuilder credentials(PasswordRequest login) {
        Objects.requireNonNull(login, "login");
        return credentials(() -> login);
    }

    /**
     * Sets the supplier of logins, a new one for each connection if need be. Tor, for example, never lets connections
     * with different logins share a circuit.
     *
     * @param logins called once for each connection, by the thread that makes it, and must not block; {@code null} from
     *     it means no login
     * @return this
     */
    public Socks5ClientBuilder credentials(Supplier<? extends @Nullable PasswordRequest> logins) {
        Objects.requireNonNull(logins, "logins");
        return credentials(destination -> logins.get());
    }

    /**
     * Sets the function that gives the login for a destination. To keep the destinations apart at Tor, for example, it
     * gives each one a login of its own: connections with different logins never share a circuit.
     *
     * @param logins as above, but asked with the destination: what the proxy, in a chain the last one, is asked for.
     *     For datagrams, and where the JDK itself speaks SOCKS, that is {@link Endpoint#UNSPECIFIED}
     * @return this
     */
    public Socks5ClientBuilder credentials(Function<? super Endpoint, ? extends @Nullable PasswordRequest> logins) {
        this.logins = this.logins.withPasswords(Objects.requireNonNull(logins, "logins"));
        return this;
    }

    /**
     * Insists on a login: to go without authentication is not offered, so that the proxy cannot select it. Without
     * this, a proxy that could ask for the login may let the client in without one. A client with {@link #gssapi} or
     * {@link #method} insists in any case.
     *
     * @return this
     */
    public Socks5ClientBuilder requireLogin() {
        loginRequired = true;
        return this;
    }

    /**
     * Offers a further method of authentication, a private one (X'80' to X'FE') for example, whose messages the
     * application knows. Several are offered in the order of these calls, before the user name and password if there is
     * a login. To go without authentication is not offered any more, unless one of the methods is
     * {@link ClientNegotiation#noAuthentication()}.
     *
     * <p>A negotiation that yields a protection protects request, tunnel and datagrams. Channels have no place for
     * that: they fail then.
     *
     * @param negotiations called once for each connection, by the thread that connects; that of
     *     {@link Socks5Client#connectAsync} serves all connections, and neither this nor the negotiation may block it.
     *     The client closes what it gives
     * @return this
     */
    public Socks5ClientBuilder method(ClientNegotiation.Factory negotiations) {
        logins = logins.withMethod(Objects.requireNonNull(negotiations, "negotiations"), false);
        return this;
    }

    /**
     * Has this client authenticate by GSSAPI (RFC 1961), by Kerberos for example, and protect request, tunnel and
     * datagrams as far as the proxy and it agree to that. This is a {@link #method} of which a protection is to be
     * expected: such a client opens no channels. The module {@code dev.socks5.gssapi} has such negotiations:
     *
     * <pre>{@code
     * builder.proxy("proxy.example", 1080).gssapi(GssapiInitiator.builder().ticketCache().build())
     * }</pre>
     *
     * <p>If the proxy selects the user name and password instead, nothing is protected: give no login if you do not
     * want that.
     *
     * <p>Establishing a security context may block, on a KDC for as long as {@code kdc_timeout} and {@code max_retries}
     * in {@code krb5.conf} say. The connect timeout counts that, but cannot cut it short.
     *
     * @param negotiations called once for each connection, by the thread that connects
     * @return this
     */
    public Socks5ClientBuilder gssapi(ClientNegotiation.Factory negotiations) {
        logins = logins.withMethod(Objects.requireNonNull(negotiations, "negotiations"), true);
        return this;
    }

    /**
     * Has the client send what needs no answer without waiting for one, which saves round trips, but never a login
     * before the proxy has selected its method. Without a login, greeting and request go out together; with one, the
     * request goes behind the login. Through several proxies, all that can goes in one flight, as far as each of these
     * clients says so. The answers are checked as ever.
     *
     * <p>Some proxies read one message at a time, and lose what comes behind it: then the connection fails, by an error
     * or at the time limit. {@code docs/sending-ahead.md} says which take it.
     *
     * @return this
     */
    public Socks5ClientBuilder sendAhead() {
        sendAhead = SendAhead.ALL_BUT_LOGINS;
        return this;
    }

    /**
     * Has the client send the login as well before the proxy has selected the method, so that everything up to the
     * first bytes of the tunnel is one flight. Only the login's method is offered then, the first one if there are
     * several. <b>Whoever answers at the proxy's address gets the login</b>, even if it is no SOCKS proxy, or one that
     * would have asked for nothing.
     *
     * @return this
     * @see #sendAhead()
     */
    public Socks5ClientBuilder sendLoginAhead() {
        sendAhead = SendAhead.ALL;
        return this;
    }

    /**
     * Sets the time that dialling and handshake may take together. The look-up of the proxy's name counts, and so do
     * the questions that {@link #gssapi} has to ask others, but Java cannot cut these short.
     *
     * @param timeout positive, at most {@link Integer#MAX_VALUE} milliseconds (24 days); 30 seconds if never set
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public Socks5ClientBuilder connectTimeout(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        connectTimeout = Deadline.requireInRange(timeout, "a timeout");
        return this;
    }

    /**
     * Sets the factory of the sockets to the proxy: an {@link javax.net.ssl.SSLSocketFactory} for a proxy behind TLS.
     * Then the certificate must be the proxy's (the rules of HTTPS hold, unless the factory's sockets come with
     * others), and the proxy should be given by name. Such a client opens no channels, and an interrupt does not end
     * the reads and connects of its sockets: a timeout or {@link java.net.Socket#close()} does. If the proxy's name has
     * several addresses, they are tried one after the other, each with an equal share of the time that is left, and
     * each with a new socket.
     *
     * @param factory makes unconnected sockets
     * @return this
     */
    public Socks5ClientBuilder proxySocketFactory(SocketFactory factory) {
        proxySocketFactory = Objects.requireNonNull(factory, "factory");
        return this;
    }

    /**
     * Has each socket prepared that this client opens, before it is connected. Such a client gives no
     * {@link Socks5Client#proxySelector()} and no {@link Socks5Client#authenticator}, because no hook would see the
     * sockets that the JDK opens then. In a chain it belongs to the client of the first proxy.
     *
     * @param hook called by the threads that connect; that of {@link Socks5Client#connectAsync} serves all connections,
     *     and must not be blocked
     * @return this
     */
    public Socks5ClientBuilder socketHook(SocketHook hook) {
        preparation = new Preparation(Objects.requireNonNull(hook, "hook"));
        return this;
    }

    /**
     * Sets the destinations that need no proxy: connections to them are made directly, their names are looked up here,
     * and their addresses are tried as those of the proxy are. Without it, nothing ever goes direct. It does not apply
     * to BIND and UDP.
     *
     * @param destinations asked for each connection, by any thread; for example a {@link NoProxy}, or the predicate
     *     that {@link dev.socks5.codec.EndpointPattern#anyOf(String...)} makes from text
     * @return this
     */
    public Socks5ClientBuilder direct(Predicate<? super Endpoint> destinations) {
        direct = Objects.requireNonNull(destinations, "destinations");
        return this;
    }

    /**
     * Has the names of destinations looked up here, as {@code socks5://} means for curl. The proxy is asked for one
     * address after the other, each time by another connection and all within the connect timeout, as long as it
     * replies that it could not connect to that address (03, 04, 05, 06 or 08); eight at most. For BIND and datagrams,
     * it gets the first address. Anybody who watches this host's DNS learns of the names then. Without it, names go to
     * the proxy.
     *
     * @return this
     */
    public Socks5ClientBuilder lookUpNamesHere() {
        options.add(ProxyPath.Option.LOOK_UP_NAMES_HERE);
        return this;
    }

    /**
     * Has a resolved address stand for the name that it carries, where a socket of {@link Socks5Client#socketFactory()}
     * is given one to {@link java.net.Socket#connect(java.net.SocketAddress)}: the name is the destination then, and
     * the address is only the one that the socket reports. It is meant for libraries that look names up before they ask
     * for a socket, where the DNS here does not know what the proxy knows. An address without a name is still the
     * destination itself, and so is every address given to {@code createSocket}.
     *
     * <p>Without it, an address means the address. <b>A name that an address has learnt by
     * {@link java.net.InetAddress#getHostName()} looks like one that was looked up forwards</b>, and the owner of the
     * address chooses that name. Use this only where nothing connects to addresses that come from elsewhere, or gives
     * them a name by that call before.
     *
     * @return this
     */
    public Socks5ClientBuilder addressesStandForNames() {
        options.add(ProxyPath.Option.ADDRESSES_STAND_FOR_NAMES);
        return this;
    }

    /**
     * Has sockets report a placeholder where only the proxy knows the address of a name, for libraries that fail if
     * {@link java.net.Socket#getInetAddress()} is {@code null}. It carries the name, and is an IPv4 address from
     * 240.0.0.0/4, which leads nowhere: nothing that compares it with other addresses, or connects to it, can succeed.
     * Without it, there is no address, and {@link java.net.Socket#getRemoteSocketAddress()} is unresolved.
     *
     * @return this
     */
    public Socks5ClientBuilder placeholderAddresses() {
        options.add(ProxyPath.Option.PLACEHOLDER_ADDRESSES);
        return this;
    }

    /**
     * Has datagrams go to the address by which this proxy is reached, and take only the port from its reply (BND.ADDR
     * and BND.PORT): a proxy behind NAT may give an address that only its own network knows. In a chain, it
     * is the address by which the proxy before this one reaches it. Without it, only 0.0.0.0 and {@code ::} are taken
     * for the proxy's own address.
     *
     * @return this
     */
    public Socks5ClientBuilder relayAtProxyAddress() {
        relayAtProxyAddress = true;
        return this;
    }

    /**
     * Adds a listener that is told of each connection that the client makes. Several may be added; they are told in
     * this order.
     *
     * @param listener called by the threads that connect, several at once; must not block
     * @return this
     */
    public Socks5ClientBuilder listener(Socks5ClientListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** Sets another clock for the times that listeners are told, for tests. */
    Socks5ClientBuilder clock(LongSupplier other) {
        clock = other;
        return this;
    }

    /** Sets another way to look names up, for tests. */
    Socks5ClientBuilder resolver(Resolver other) {
        resolver = other;
        return this;
    }

    /**
     * Makes the client.
     *
     * @return a new client; this builder may be used again
     * @throws IllegalStateException if no proxy was set, a login is required and none was given, or both a factory of
     *     sockets and destinations that go direct: the factory's sockets are for the proxy alone; or both a Unix
     *     domain socket and TLS or a factory; or if the JVM has no default context for TLS
     */
    public Socks5Client build() {
        if (proxy == null) {
            throw new IllegalStateException("a proxy is needed: call proxy(host, port)");
        }
        boolean local = !(proxy instanceof InetSocketAddress);
        if (local && (tls != null || proxySocketFactory != null)) {
            throw new IllegalStateException("a Unix domain socket needs neither TLS, because it stays on this host, nor"
                    + " the sockets of a factory");
        }
        if (loginRequired && logins.equals(Logins.NONE)) {
            throw new IllegalStateException("a login is required: call credentials(user, password) or method(...)");
        }
        if (proxySocketFactory != null && direct != null) {
            throw new IllegalStateException(
                    "destinations that go direct cannot use the sockets that are for the proxy");
        }
        return new Socks5Client(new Dialer(new ProxyPath(
                List.of(new Hop(
                        proxy,
                        loginRequired ? logins.required() : logins,
                        sendAhead,
                        relayAtProxyAddress,
                        tls == null && tlsByUri ? defaultTls() : tls)),
                connectTimeout,
                proxySocketFactory,
                direct == null ? ProxyPath.NOTHING : direct,
                preparation,
                Set.copyOf(options),
                resolver,
                new ConnectEvents(listeners, clock))));
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("TLS is asked for, and this JVM has no default context for it", e);
        }
    }
}
