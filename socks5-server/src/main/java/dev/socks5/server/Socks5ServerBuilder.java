package dev.socks5.server;

import dev.socks5.codec.Address;
import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.server.internal.limits.MemoryPlan;
import dev.socks5.server.internal.limits.Quota;
import dev.socks5.server.internal.net.Listener.BoundSocket;
import dev.socks5.server.internal.net.Network;
import dev.socks5.server.internal.net.PortRange;
import dev.socks5.server.internal.net.SystemNetwork;
import dev.socks5.server.internal.net.Timers;
import dev.socks5.server.internal.policy.ListenAddress;
import dev.socks5.server.internal.policy.ListenPath;
import dev.socks5.server.internal.policy.LoginMethod;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.secure.TlsTerms;
import dev.socks5.server.transport.SocketHook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Configures and starts a {@link Socks5Server}. Everything has a default: {@code Socks5Server.builder().start()}
 * listens on 127.0.0.1:1080 without a login. Not safe for use by several threads.
 */
public final class Socks5ServerBuilder {

    private static final ListenAddress STANDARD =
            new ListenAddress(Endpoint.of("127.0.0.1", 1080).toInetSocketAddress(), List.of());

    private static final long LEAST_BACKLOG = 64 * 1024;

    private final List<ListenAddress> listen = new ArrayList<>();
    private final List<ListenPath> paths = new ArrayList<>();
    private @Nullable PasswordAuthenticator authenticator;
    private final List<LoginMethod> methods = new ArrayList<>();
    private @Nullable CertificateAuthenticator certificates;
    private boolean anonymousAllowed;
    private AccessRule accessRule = AccessRules.builder().build();
    private Resolver resolver = Resolver.system().cached();
    private Connector connector = Connector.always(Route.direct());
    private final List<Socks5ServerListener> listeners = new ArrayList<>();
    private @Nullable Executor executor;
    private @Nullable SocketHook socketHook;
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private Duration connectTimeout = Duration.ofSeconds(15);
    private Duration idleTimeout = Duration.ofHours(1);
    private Duration halfCloseTimeout = Duration.ofMinutes(2);
    private @Nullable Integer maxConnections;
    private @Nullable Long maxBacklog;
    private int maxPerClient = Integer.MAX_VALUE;
    private int maxUnauthenticated = 4096;
    private int maxPerUser = Integer.MAX_VALUE;
    private int maxFailedLogins;
    private Duration failedLoginWindow = Duration.ZERO;
    private long bandwidthPerConnection;
    private long bandwidthPerUser;
    private Quota.Grant quota = Quota.Grant.UNLIMITED;
    private long progressEvery;
    private boolean hideBoundAddress;
    private @Nullable InetAddress advertisedAddress;
    private PortRange relayPorts = PortRange.ANY;
    private boolean strictAssociationPort;
    private @Nullable Duration associationMoveAfter;
    private Duration bindTimeout = Duration.ofMinutes(1);
    private boolean torResolve;
    private boolean hangUpOnEarlyEnd;
    private boolean reusePort;
    private @Nullable Integer eventLoops;

    Socks5ServerBuilder() {}

    /**
     * Listens on an address; may be called several times. Default: 127.0.0.1:1080, unless there is another
     * {@code listen...}.
     *
     * @param address resolved; port 0 has the system choose one, see {@link Socks5Server#localAddresses()}
     * @return this builder
     */
    public Socks5ServerBuilder listen(InetSocketAddress address) {
        listen.add(new ListenAddress(Objects.requireNonNull(address), List.of()));
        return this;
    }

    /**
     * Listens on an address; may be called several times. Default: 127.0.0.1:1080.
     *
     * @param host an address of this host, or a name, which is looked up now
     * @param port 0 to 65535; 0 has the system choose one, see {@link Socks5Server#localAddresses()}
     * @return this builder
     * @throws IllegalArgumentException if the port is out of range
     */
    public Socks5ServerBuilder listen(String host, int port) {
        return listen(new InetSocketAddress(host, port));
    }

    /**
     * Listens on an address for clients that connect by TLS, and speak SOCKS5 inside it; may be called several times,
     * and along with {@link #listen}. The context has the server's certificate. Clients are not asked for theirs.
     *
     * <p>The handshake counts into {@link #handshakeTimeout}. What does not begin like TLS is closed at once without an
     * answer: such an address never falls back to SOCKS5 without TLS. Renegotiation is refused. What can be set in
     * {@link SSLParameters}, such as the versions of TLS, is left to the JDK's defaults.
     *
     * @param address resolved; port 0 has the system choose one, see {@link Socks5Server#localAddresses()}
     * @param context makes an engine for each connection; whatever it decides then holds for that connection
     * @return this builder
     */
    public Socks5ServerBuilder listenTls(InetSocketAddress address, SSLContext context) {
        return listenTls(address, TlsTerms.of(context, null));
    }

    /**
     * Listens on an address for clients that connect by TLS as above, with parameters for it:
     * {@link SSLParameters#setWantClientAuth} or {@link SSLParameters#setNeedClientAuth} to ask clients for a
     * certificate, for example. Where one is needed, a client without one that the context's trust manager accepts
     * gets no further than TLS. Where one is wanted, a client may have none, but none that is not accepted. Whether it
     * is a login as well is for {@link #certificateLogin} to say.
     *
     * @param address as above
     * @param context as above; its trust manager checks the certificates of clients
     * @param parameters copied at once
     * @return this builder
     * @throws IllegalArgumentException if the context supports no such parameters
     */
    public Socks5ServerBuilder listenTls(InetSocketAddress address, SSLContext context, SSLParameters parameters) {
        return listenTls(address, TlsTerms.of(context, Objects.requireNonNull(parameters)));
    }

    private Socks5ServerBuilder listenTls(InetSocketAddress address, TlsTerms terms) {
        listen.add(new ListenAddress(Objects.requireNonNull(address), List.of(), terms));
        return this;
    }

    /**
     * Listens on a Unix domain socket, to which only this process's own user can connect; see
     * {@link #listenUnix(Path, Set)}.
     *
     * @param path the path of the socket
     * @return this builder
     * @throws IllegalArgumentException if it names no file, or has control characters, or is none of the system's own
     *     file system
     */
    public Socks5ServerBuilder listenUnix(Path path) {
        return listenUnix(path, PosixFilePermissions.fromString("rw-------"));
    }

    /**
     * Listens on a Unix domain socket: programs of this host reach it by its path, without a network. May be called
     * several times, and along with {@link #listen}; with this alone, no IP address is listened on.
     *
     * <p>The socket has its permissions before anybody can connect, and its path goes when the server is closed. A
     * socket that is left there from before, on which nobody listens, is replaced. The start fails if somebody listens
     * there, and if there is any other file, which is left alone, symbolic links too. The folder has to exist, and
     * nobody else should be able to write to it. A path has some 100 bytes at most, which is the system's limit.
     *
     * <p>A client is a {@link ClientAddress.Unix}, and its user is known if the JVM has the module {@code jdk.net}. For
     * the question of who can reach the server, this counts as loopback, whatever the permissions. UDP ASSOCIATE is
     * answered with "command not supported", because there is no address from which datagrams would come.
     *
     * @param path the path of the socket; if it is relative, the process's working directory comes before it
     * @param permissions of the socket: on Linux and macOS, whoever may write to it can connect
     * @return this builder
     * @throws IllegalArgumentException if it names no file, or has control characters, or is none of the system's own
     *     file system
     */
    public Socks5ServerBuilder listenUnix(Path path, Set<PosixFilePermission> permissions) {
        Path absolute = UnixDomainSocketAddress.of(path).getPath().toAbsolutePath();
        boolean controls = path.toString().chars().anyMatch(Character::isISOControl);
        if (absolute.getFileName() == null || path.toString().isEmpty() || controls) {
            throw new IllegalArgumentException("what stands for the path of a Unix domain socket is none");
        }
        paths.add(new ListenPath(absolute, Set.copyOf(permissions), null));
        return this;
    }

    /**
     * Listens on an address for balancers that relay the connections of clients and begin each with a header of
     * HAProxy's PROXY protocol, version 1 or 2; may be called several times, and along with {@link #listen}.
     *
     * <p>The client that the header names counts as the client everywhere: for events, rules, logins and
     * {@link #maxPerClient}. Where it names none, as in health checks, that is the balancer. Connections from other
     * addresses are closed at once, and so are those that do not begin with a header. Choose patterns that match the
     * balancers and nothing else, because whoever they match can pass for any client. The header counts into
     * {@link #handshakeTimeout}.
     *
     * <p>Clients may come from anywhere, so this counts as listening beyond loopback, even if it is on loopback: it
     * needs a login or {@link #allowAnonymous()}, and has the default rules refuse loopback and
     * private destinations.
     *
     * @param address resolved; port 0 has the system choose one, see {@link Socks5Server#localAddresses()}
     * @param balancers at least one pattern of IP addresses; a pattern of IPv4 matches no IPv6 address here. A port in
     *     it would be the one that the balancer connects from
     * @return this builder
     * @throws IllegalArgumentException if there is no pattern, or one is not of IP addresses
     */
    public Socks5ServerBuilder listenBehindBalancer(InetSocketAddress address, EndpointPattern... balancers) {
        List<EndpointPattern> patterns = List.of(balancers);
        if (patterns.isEmpty()) {
            throw new IllegalArgumentException("a balancer's address is needed: the word of others is not taken");
        }
        for (EndpointPattern pattern : patterns) {
            if (!pattern.ofAddresses()) {
                throw new IllegalArgumentException("a balancer is given by its IP address or block, not as " + pattern);
            }
        }
        listen.add(new ListenAddress(Objects.requireNonNull(address), patterns));
        return this;
    }

    /**
     * Requires a login from everyone, by user name and password (RFC 1929). Default: no login.
     *
     * @param authenticator decides which logins are good; {@link PasswordAuthenticator#of} takes a map
     * @return this builder
     */
    public Socks5ServerBuilder authenticator(PasswordAuthenticator authenticator) {
        this.authenticator = Objects.requireNonNull(authenticator);
        return this;
    }

    /**
     * Requires a login from everyone, by a security mechanism such as Kerberos (RFC 1961), and protects what follows as
     * the client and the mechanism's own settings agree. Short for {@link #method} with {@link AuthMethod#GSSAPI}.
     *
     * @param negotiations makes one for each connection, see {@link ServerNegotiation#gssapi}; the module
     *     {@code dev.socks5.gssapi} has a {@code GssapiAcceptor} that makes them for Kerberos. Called on an event loop,
     *     and must not block; the negotiation itself may
     * @return this builder
     * @throws IllegalArgumentException if there is this method already
     */
    public Socks5ServerBuilder gssapi(Supplier<? extends ServerNegotiation> negotiations) {
        Objects.requireNonNull(negotiations);
        return method(AuthMethod.GSSAPI, client -> negotiations.get());
    }

    /**
     * Requires a login from everyone, by a method of your own: a private one (X'80' to X'FE') for example. May be
     * called for several methods: of those that a client offers, the one that was given first is selected, and an
     * {@link #authenticator} comes last, whenever it is given. As soon as there is any of these, a client that offers
     * no login is refused, unless {@link AuthMethod#NO_AUTHENTICATION} is itself among the methods:
     *
     * <pre>{@code
     * builder.method(AuthMethod.of(0x80), client -> new TokenNegotiation(client))
     *         .method(AuthMethod.NO_AUTHENTICATION, client -> ServerNegotiation.noAuthentication())
     * }</pre>
     *
     * <p>A login is limited by {@link #handshakeTimeout}, and to 65,539 bytes for a message and 256 KiB for all
     * messages each way: one that needs more fails. A protection that a negotiation yields protects the rest of the
     * connection.
     *
     * @param method any but {@link AuthMethod#NO_ACCEPTABLE}
     * @param negotiations makes one for each connection whose client is to log in so
     * @return this builder
     * @throws IllegalArgumentException if it is another method, or there is this one already
     */
    public Socks5ServerBuilder method(AuthMethod method, MethodAuthenticator negotiations) {
        if (method.equals(AuthMethod.NO_ACCEPTABLE)) {
            throw new IllegalArgumentException("this says that there is no method: " + method);
        }
        if (isGiven(method)) {
            throw new IllegalArgumentException("a client could not select between two ways of one method: " + method);
        }
        methods.add(new LoginMethod(method, Objects.requireNonNull(negotiations)));
        return this;
    }

    private boolean isGiven(AuthMethod method) {
        return methods.stream().anyMatch(login -> login.method().equals(method));
    }

    /**
     * Lets clients log in by the certificate that they show by TLS: a client that offers no authentication, and whose
     * certificate is a login, is in. All others need a login by another method; where there is none, they are refused.
     * A client whose certificate is a login, and which offers other methods alone, logs in by one of those.
     *
     * @param authenticator decides whose certificate it is
     * @return this builder
     * @see #listenTls(InetSocketAddress, SSLContext, SSLParameters)
     */
    public Socks5ServerBuilder certificateLogin(CertificateAuthenticator authenticator) {
        this.certificates = Objects.requireNonNull(authenticator);
        return this;
    }

    /**
     * Lets the server listen beyond loopback or behind a balancer without a login: whoever can reach it can use it
     * then.
     *
     * @return this builder
     */
    public Socks5ServerBuilder allowAnonymous() {
        this.anonymousAllowed = true;
        return this;
    }

    /**
     * Decides who may go where. Default: rules without an entry, which leave everything to the server's defaults.
     *
     * <p>The defaults refuse addresses that are no single host (unspecified, multicast, broadcast), link-local
     * addresses (cloud metadata), and the server's own listening addresses; and, if it listens beyond loopback or
     * behind a balancer, loopback and private addresses. IPv6 addresses that carry an IPv4 address are judged by that
     * one.
     *
     * @param accessRule {@link Verdict#allow} lifts the defaults, {@link Verdict#undecided} keeps them
     * @return this builder
     */
    public Socks5ServerBuilder accessRule(AccessRule accessRule) {
        this.accessRule = Objects.requireNonNull(accessRule);
        return this;
    }

    /**
     * Finds the addresses of names. Default: {@link Resolver#system()} with a {@linkplain Resolver#cached() cache}.
     *
     * @param resolver called once for each request for a name, unless it goes through an {@link Upstream}, or by a
     *     dialler whose route does not look names up; and for the names of upstreams. See
     *     {@link Resolver#cached()}, {@link Resolver#prefer} and {@link Resolver#only}
     * @return this builder
     */
    public Socks5ServerBuilder resolver(Resolver resolver) {
        this.resolver = Objects.requireNonNull(resolver);
        return this;
    }

    /**
     * Decides how destinations are reached: directly, from a certain address, through other proxies, or by a
     * {@linkplain Route#by dialler} of the application. Default: directly.
     *
     * @param connector asked once for each request; {@link Connector#always} is the same for all
     * @return this builder
     */
    public Socks5ServerBuilder connector(Connector connector) {
        this.connector = Objects.requireNonNull(connector);
        return this;
    }

    /**
     * Adds a listener for events; may be called several times.
     *
     * @param listener called on the event loops; it must not block
     * @return this builder
     */
    public Socks5ServerBuilder listener(Socks5ServerListener listener) {
        listeners.add(Objects.requireNonNull(listener));
        return this;
    }

    /**
     * Sets the executor for work that may block: look-ups, and policies that say so. Default: virtual threads where the
     * JVM has them, else up to 256 daemon threads. The server does not shut it down.
     *
     * @param executor a task that it rejects fails that one login or request
     * @return this builder
     */
    public Socks5ServerBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor);
        return this;
    }

    /**
     * Has each socket prepared that the server opens towards the outside, before it is bound or connected. Default: the
     * sockets are as the system makes them.
     *
     * @param hook called on the event loops; it must not block
     * @return this builder
     */
    public Socks5ServerBuilder socketHook(SocketHook hook) {
        this.socketHook = Objects.requireNonNull(hook);
        return this;
    }

    /**
     * Limits the time from acceptance to the end of the request, login included; then the connection is closed.
     * {@link #connectTimeout} limits the rest of the handshake. Default: 10 seconds.
     *
     * @param limit positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder handshakeTimeout(Duration limit) {
        this.handshakeTimeout = positive(limit);
        return this;
    }

    /**
     * Limits the time from the request to the connection to its destination, look-up and upstreams included; then the
     * client is told that the host is unreachable. Default: 15 seconds.
     *
     * @param limit positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder connectTimeout(Duration limit) {
        this.connectTimeout = positive(limit);
        return this;
    }

    /**
     * Limits the time for which a tunnel or an association may stand without anything moving either way; then both ends
     * of the tunnel are reset, and the connection of the association is closed. Default: 1 hour.
     *
     * @param limit positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder idleTimeout(Duration limit) {
        this.idleTimeout = positive(limit);
        return this;
    }

    /**
     * Limits the idle time of a tunnel of which one direction has ended, if that is shorter than {@link #idleTimeout}.
     * Default: 2 minutes.
     *
     * @param limit positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder halfCloseTimeout(Duration limit) {
        this.halfCloseTimeout = positive(limit);
        return this;
    }

    /**
     * Limits how many connections from clients may be open; further ones are closed at once. Default: as many as the
     * JVM's greatest heap ({@code -Xmx}) has room for, at 6 KiB each, or 13.5 KiB if clients
     * connect by TLS; 9,898 or 4,399 with {@code -Xmx64m}.
     *
     * @param count positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder maxConnections(int count) {
        this.maxConnections = positive(count);
        return this;
    }

    /**
     * Limits the memory for what the server has read and a slow reader has not taken yet, all connections together. The
     * less of it is left, the less is read at a time; when it is used up, the connection that has held most of it for
     * longest is reset, with {@link CloseReason#SLOW_READER}. Default: an eighth of the JVM's greatest heap.
     *
     * @param bytes at least 64 KiB
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    public Socks5ServerBuilder maxBacklog(long bytes) {
        if (bytes < LEAST_BACKLOG) {
            throw new IllegalArgumentException("a backlog has at least " + LEAST_BACKLOG + " bytes: " + bytes);
        }
        this.maxBacklog = bytes;
        return this;
    }

    /**
     * Limits the open connections from one client address; further ones are closed at once. Default: no limit.
     *
     * @param count positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder maxPerClient(int count) {
        this.maxPerClient = positive(count);
        return this;
    }

    /**
     * Limits the connections that have not made their request yet; for each further one, the oldest of them is closed.
     * Default: 4096.
     *
     * @param count positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder maxUnauthenticated(int count) {
        this.maxUnauthenticated = positive(count);
        return this;
    }

    /**
     * Limits the open connections of one user, counted from the login to the end, by
     * {@link java.security.Principal#getName()}. A further login succeeds, and its request is refused with reply 02,
     * because RFC 1929 cannot say "too many connections". Default: no limit. Without a login it has no effect.
     *
     * @param count positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder maxPerUser(int count) {
        this.maxPerUser = positive(count);
        return this;
    }

    /**
     * Keeps out clients that guess at logins. When this number of logins from one client address has failed within this
     * time of the first, further connections from it are closed at once for as long again, and every login on its open
     * connections fails. An IPv6 address counts as its /64 network. Only the {@link PasswordAuthenticator}'s own "no"
     * counts; a good login does not clear the count. The last 10,000 addresses with failures are remembered.
     *
     * <p>Default: off, because an address need not be one client. Behind NAT, or behind a balancer without
     * {@link #listenBehindBalancer}, many share one, and any of them could shut out the others.
     *
     * @param failures positive
     * @param window positive
     * @return this builder
     * @throws IllegalArgumentException if one of them is not positive
     */
    public Socks5ServerBuilder loginThrottle(int failures, Duration window) {
        this.maxFailedLogins = positive(failures);
        this.failedLoginWindow = positive(window);
        return this;
    }

    /**
     * Limits the bytes a second that each connection may relay each way. Senders that are faster have to wait. Bursts
     * of 100 ms worth are let pass. Default: no limit.
     *
     * @param bytesPerSecond bytes; positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder bandwidthPerConnection(long bytesPerSecond) {
        this.bandwidthPerConnection = positive(bytesPerSecond);
        return this;
    }

    /**
     * Limits the bytes a second that all connections of one user, by {@link java.security.Principal#getName()}, may
     * relay each way together; they get equal parts of it. Senders that are faster have to wait. Default: no limit.
     * Without a login it has no effect.
     *
     * @param bytesPerSecond bytes; positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder bandwidthPerUser(long bytesPerSecond) {
        this.bandwidthPerUser = positive(bytesPerSecond);
        return this;
    }

    /**
     * Limits how much each user may relay: bytes of both directions and of all the user's sessions together, payload of
     * datagrams too. A session that would relay more than is left is ended with {@link CloseReason#QUOTA_USED}: both
     * its connections are reset. Further requests are refused ("not allowed") until the period is over. Sessions that
     * relay at the same moment may use up to 64 KiB each beyond it. Default: no limit. Sessions without a user have
     * none.
     *
     * <p>The server remembers what a user has used who has no session open, as long as no more than 10,000 other users
     * have left since.
     *
     * @param bytes positive
     * @param period positive; one begins with the first byte after the end of the one before
     * @return this builder
     * @throws IllegalArgumentException if one of them is not positive
     */
    public Socks5ServerBuilder quotaPerUser(long bytes, Duration period) {
        this.quota = new Quota.Grant(positive(bytes), Timers.nanos(positive(period)));
        return this;
    }

    /**
     * Has listeners told at an interval what sessions have relayed, see {@link Socks5ServerListener#progressed}. It
     * costs the more the shorter the interval is: a second is short. Default: they are not told.
     *
     * @param interval positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder progressEvery(Duration interval) {
        this.progressEvery = Timers.nanos(positive(interval));
        return this;
    }

    /**
     * Listens on a socket that is bound already, such as one that the process has inherited from systemd or inetd
     * ({@link System#inheritedChannel()}); may be called several times, and along with {@link #listen}. A restart of a
     * server whose socket stays open elsewhere refuses and resets nothing: clients that connect meanwhile wait in the
     * system.
     *
     * <p><b>The socket stays the caller's</b>: the server neither closes it nor shuts it down, and once the server is
     * closed another one can listen on it. As long as it is open and nobody accepts from it, clients wait for nothing.
     * The JDK takes standard input, output and error from the process when an inherited channel is closed. A socket of
     * the file system keeps its file, too.
     *
     * <p>What counts is where the channel is bound: beyond loopback it needs a login or {@link #allowAnonymous()} as
     * by {@link #listen}, and by default nobody can connect through the server to this address.
     *
     * @param channel bound, for TCP or at a path, and given to no other server that is running; it no longer blocks as
     *     soon as the server starts, also for other processes that have the same socket
     * @return this builder
     * @throws IllegalArgumentException if it is closed, or not bound to an IP address or a path
     */
    public Socks5ServerBuilder listenOn(ServerSocketChannel channel) {
        BoundSocket given = BoundSocket.of(channel);
        if (given.address() instanceof InetSocketAddress address) {
            listen.add(new ListenAddress(address, List.of(), null, given));
        } else {
            Path path = ((UnixDomainSocketAddress) given.address()).getPath();
            paths.add(new ListenPath(path.toAbsolutePath(), Set.of(), given));
        }
        return this;
    }

    /**
     * Lets other processes of the same user listen on the same IP addresses and ports, if they ask for it as well, and
     * the system share out the connections among them (SO_REUSEPORT): so a new server can start before the old one
     * ends. Default: nobody else can. It holds for all addresses that the server binds, and for no path.
     *
     * <p>A server that shuts down still takes in who has connected by then. But Linux loses some of the connections
     * that come while it closes the socket, unless {@code net.ipv4.tcp_migrate_req} is on: prefer {@link #listenOn}
     * where there is something that can keep a socket. Any process of the same user can take part of the connections.
     * The start fails on a system that has no such option.
     *
     * @return this builder
     */
    public Socks5ServerBuilder reusePort() {
        this.reusePort = true;
        return this;
    }

    /**
     * Answers CONNECT with 0.0.0.0 and port 0 instead of the address that the server, or the last upstream, connected
     * from (BND.ADDR, RFC 1928 section 6).
     *
     * @return this builder
     */
    public Socks5ServerBuilder hideBoundAddress() {
        this.hideBoundAddress = true;
        return this;
    }

    /**
     * Sets the address that clients are told to connect or send to for BIND and UDP ASSOCIATE, in place of the address
     * that the server listens on for them: the public one, where the server stands behind NAT. Default: the real
     * address.
     *
     * @param address an address of one host
     * @return this builder
     * @throws IllegalArgumentException if it is a wildcard or multicast address
     */
    public Socks5ServerBuilder advertisedAddress(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new IllegalArgumentException("nobody can send to " + Address.of(address));
        }
        this.advertisedAddress = address;
        return this;
    }

    /**
     * Sets the local ports for UDP relays and for BIND, as a firewall may want them. When all are taken, requests fail.
     * Default: the system chooses.
     *
     * @param first 1 to 65535; 0 with a {@code last} of 0 leaves it to the system
     * @param last 1 to 65535, not less than the first
     * @return this builder
     * @throws IllegalArgumentException if a port is out of range
     */
    public Socks5ServerBuilder relayPorts(int first, int last) {
        this.relayPorts = new PortRange(first, last);
        return this;
    }

    /**
     * Takes an association's datagrams from no port except DST.PORT of the request, if that is not 0 (RFC 1928 section
     * 6). Default: the first proper datagram from the address of the client's TCP connection settles the port, until
     * one comes from DST.PORT. Many clients write their destination's port there, and a NAT may change the client's
     * own.
     *
     * <p>Strictness helps where several users share one address, because one of them could send the first datagram in
     * place of the client. It does not help clients that send 0.
     *
     * @return this builder
     */
    public Socks5ServerBuilder strictAssociationPort() {
        this.strictAssociationPort = true;
        return this;
    }

    /**
     * Lets the client of an association move to another port of its address, as behind a NAT that has forgotten the old
     * one: the first proper datagram from another port does that, once no proper datagram has come from the old port
     * for this long. Each move is an event, {@link Socks5ServerListener#associationMoved}. Default: the port never
     * changes, because addresses are shared: whoever else has the address could take over an association that is
     * silent, and receive the answers. A port that {@link #strictAssociationPort} holds fast does not change either.
     *
     * @param silence positive; less than 30 seconds is seldom of use, because a NAT remembers a port for longer
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder associationMoveAfter(Duration silence) {
        this.associationMoveAfter = positive(silence);
        return this;
    }

    /**
     * Limits the time for which BIND waits for the connection from the expected peer; then the client is told that the
     * host is unreachable. Default: 1 minute.
     *
     * @param limit positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder bindTimeout(Duration limit) {
        this.bindTimeout = positive(limit);
        return this;
    }

    /**
     * Regards a client as gone that ends its output before the reply and has sent nothing behind its request: its
     * look-up and its connect are given up at once. Default: it may still wait for what the destination sends. A client
     * that resets its connection is gone in either case.
     *
     * @return this builder
     */
    public Socks5ServerBuilder hangUpOnEarlyEnd() {
        this.hangUpOnEarlyEnd = true;
        return this;
    }

    /**
     * Carries out Tor's RESOLVE and RESOLVE_PTR (0xF0 and 0xF1): the client is told the address of a name, or the name
     * of an address. Rules see them as commands of their own, mostly with port 0; an address or name that they or the
     * defaults refuse is not told. {@link #connectTimeout} holds for them. Default: answered as commands that are not
     * supported.
     *
     * @return this builder
     */
    public Socks5ServerBuilder torResolve() {
        this.torResolve = true;
        return this;
    }

    /**
     * Sets the number of threads that serve connections. Default: as many as there are processors.
     *
     * @param count positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     */
    public Socks5ServerBuilder eventLoops(int count) {
        this.eventLoops = positive(count);
        return this;
    }

    /**
     * Starts a server.
     *
     * @return a server that is listening already
     * @throws IllegalStateException if it would listen beyond loopback or behind a balancer and take clients without a
     *     login, though not told to {@link #allowAnonymous()}; or if there are both an {@link #authenticator} and
     *     another {@link #method} for user names and passwords
     * @throws java.net.BindException if it cannot listen on one of the addresses; it listens on none then
     * @throws java.net.UnknownHostException if one of the addresses is unresolved
     * @throws IOException if the system does not give something else that it needs
     */
    public Socks5Server start() throws IOException {
        return start(new SystemNetwork().prepared());
    }

    /** Starts a server on another network, for tests. */
    Socks5Server start(Network network) throws IOException {
        return new Socks5Server(network, settings());
    }

    /**
     * Returns the settings so far.
     *
     * @throws IllegalStateException as {@link #start()}
     */
    Settings settings() {
        return settings(
                maxBacklog == null ? MemoryPlan.ofThisJvm(1).backlog() : maxBacklog,
                eventLoops == null ? Runtime.getRuntime().availableProcessors() : eventLoops);
    }

    /**
     * Returns the settings so far, for a server that runs. What cannot change, and has a default that depends on the
     * machine, is as it is there, unless it has been set.
     *
     * @throws IllegalStateException as {@link #start()}
     */
    Settings settings(Settings running) {
        return settings(
                maxBacklog == null ? running.limits().backlog() : maxBacklog,
                eventLoops == null ? running.eventLoops() : eventLoops);
    }

    private Settings settings(long backlog, int loops) {
        List<ListenAddress> addresses = listen.isEmpty() && paths.isEmpty() ? List.of(STANDARD) : List.copyOf(listen);
        Settings.Logins logins = new Settings.Logins(List.copyOf(methods), authenticator, certificates);
        if (authenticator != null && isGiven(AuthMethod.USERNAME_PASSWORD)) {
            throw new IllegalStateException("an authenticator is a way of " + AuthMethod.USERNAME_PASSWORD
                    + ", and there is another one: a client could not select between them");
        }
        if (certificates != null && addresses.stream().noneMatch(ListenAddress::asksForCertificate)) {
            throw new IllegalStateException("no client is asked for a certificate to log in by:"
                    + " listenTls with SSLParameters that want or need one");
        }
        if (logins.admitAnybody() && !anonymousAllowed) {
            addresses.forEach(Socks5ServerBuilder::requireInsidersOnly);
        }
        return new Settings(
                addresses,
                List.copyOf(paths),
                logins,
                accessRule,
                resolver,
                connector,
                List.copyOf(listeners),
                executor,
                socketHook,
                Settings.Timeouts.of(handshakeTimeout, connectTimeout, bindTimeout, idleTimeout, halfCloseTimeout),
                new Settings.Limits(
                        maxConnections == null ? roomFor(addresses) : maxConnections,
                        maxPerClient,
                        maxUnauthenticated,
                        maxPerUser,
                        backlog,
                        maxFailedLogins,
                        failedLoginWindow),
                new Settings.Bandwidths(bandwidthPerConnection, bandwidthPerUser),
                quota,
                new Settings.Commands(torResolve, hangUpOnEarlyEnd, hideBoundAddress, advertisedAddress),
                new Settings.Relays(
                        relayPorts,
                        strictAssociationPort,
                        associationMoveAfter == null ? Long.MAX_VALUE : Timers.nanos(associationMoveAfter)),
                loops,
                progressEvery,
                reusePort);
    }

    private static int roomFor(List<ListenAddress> addresses) {
        MemoryPlan plan = MemoryPlan.ofThisJvm(1);
        return addresses.stream().anyMatch(address -> address.tls() != null) ? plan.secured() : plan.connections();
    }

    private static void requireInsidersOnly(ListenAddress listen) {
        if (listen.reachedFromOutside()) {
            throw new IllegalStateException(Endpoint.of(listen.address())
                    + (listen.behindBalancer() ? " is reached through a balancer" : " is not a loopback address")
                    + ": without a login, everyone who reaches it could use this server."
                    + " Set an authenticator, or allowAnonymous() if that is what you want");
        }
    }

    private static Duration positive(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a time limit is positive: " + limit);
        }
        return limit;
    }

    private static int positive(int count) {
        positive((long) count);
        return count;
    }

    private static long positive(long count) {
        if (count <= 0) {
            throw new IllegalArgumentException("a count is positive: " + count);
        }
        return count;
    }
}
