package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.internal.front.Acceptor;
import dev.socks5.server.internal.limits.ConnectionLimits;
import dev.socks5.server.internal.limits.Lobby;
import dev.socks5.server.internal.limits.LoginThrottle;
import dev.socks5.server.internal.limits.MemoryPlan;
import dev.socks5.server.internal.limits.UserLimits;
import dev.socks5.server.internal.net.Backlog;
import dev.socks5.server.internal.net.BlockingWork;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Listener;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.internal.net.Network;
import dev.socks5.server.internal.net.PortRange;
import dev.socks5.server.internal.net.Reserve;
import dev.socks5.server.internal.policy.DefaultRule;
import dev.socks5.server.internal.policy.ListenAddress;
import dev.socks5.server.internal.policy.ListenPath;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.report.Counters;
import dev.socks5.server.internal.report.Events;
import dev.socks5.server.internal.report.JavaFlightRecorder;
import dev.socks5.server.internal.session.Core;
import dev.socks5.server.internal.session.Progress;
import dev.socks5.server.internal.session.Registry;
import dev.socks5.server.internal.session.Ticket;
import dev.socks5.server.operation.OpenSession;
import dev.socks5.server.operation.UserUsage;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A running SOCKS5 server (RFC 1928, RFC 1929).
 *
 * <pre>{@code
 * try (Socks5Server server = Socks5Server.builder().listen("127.0.0.1", 0).start()) {
 *     InetSocketAddress proxy = server.localAddresses().get(0);
 *     ...
 * }
 * }</pre>
 *
 * <p>It serves CONNECT, BIND and UDP ASSOCIATE, and Tor's RESOLVE and RESOLVE_PTR if
 * {@link Socks5ServerBuilder#torResolve} says so; other commands are answered with "command not supported". Its threads
 * are not daemons: the JVM stays up until the server is closed. Safe for use by several threads.
 */
public final class Socks5Server implements AutoCloseable {

    /** How many logins and look-ups may be under way at once; further ones fail. */
    private static final int MAX_BLOCKING_WORK = 1024;

    /** How many connections may wait to be accepted; the system has its own limit. */
    private static final int BACKLOG = 4096;

    private final Network network;
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final List<InetSocketAddress> localAddresses = new ArrayList<>();
    private final List<Path> localPaths;
    private final ConnectionLimits connectionLimits;
    private final Counters counters = new Counters();
    private final Core core;
    private final ExecutorService workers;
    private final ExecutorService carriers;

    /**
     * Creates a builder with the defaults.
     *
     * @return a new builder
     */
    public static Socks5ServerBuilder builder() {
        return new Socks5ServerBuilder();
    }

    /** Binds everything, or nothing. */
    Socks5Server(Network network, Settings settings) throws IOException {
        this.network = network;
        this.localPaths = settings.paths().stream().map(ListenPath::path).toList();
        this.workers = network.workers();
        this.carriers = network.carriers();
        Settings.Limits limits = settings.limits();
        LoginThrottle throttle =
                new LoginThrottle(limits.failedLogins(), limits.failedLoginWindow(), network::nanoTime);
        Backlog backlog = new Backlog(limits.backlog(), network::nanoTime);
        Reserve reserve = new Reserve(network::nanoTime);
        this.connectionLimits = new ConnectionLimits(network, limits.connections(), limits.perClient(), throttle);
        try {
            for (ListenAddress listen : settings.listen()) {
                bind(listen.address());
            }
            for (ListenPath listen : settings.paths()) {
                bind(listen);
            }
            int bufferSize = MemoryPlan.ofThisJvm(settings.eventLoops()).bufferSize();
            for (int i = 0; i < settings.eventLoops(); i++) {
                loops.add(new EventLoop(network, "socks5-loop-" + i, bufferSize, backlog, reserve));
            }
        } catch (Throwable e) {
            listeners.forEach(Listener::close);
            loops.forEach(EventLoop::discard);
            workers.shutdown();
            carriers.shutdown();
            throw e;
        }
        Executor given = settings.executor();
        this.core = new Core(
                settings,
                network,
                new Screening(
                        settings.accessRule(),
                        new DefaultRule(network, localAddresses, settings.reachedFromOutside()),
                        settings.resolver()),
                connectionLimits,
                new Lobby(limits.unauthenticated()),
                new UserLimits(limits.perUser(), settings.bandwidths().perUser(), settings::quota, network::nanoTime),
                settings.logins().methods(throttle),
                new Events(all(settings)),
                counters,
                new Registry(),
                new BlockingWork(given == null ? workers : given, MAX_BLOCKING_WORK),
                carriers,
                backlog,
                reserve);
        startAccepting(core);
        if (settings.progressEvery() > 0) {
            loops.forEach(loop -> loop.execute(new Progress(core.registry(), loop, settings.progressEvery())::begin));
        }
        loops.forEach(EventLoop::start);
        Log.debug(
                "listening on {0}",
                Stream.concat(localAddresses.stream(), localPaths.stream()).toList());
    }

    /**
     * Returns all listeners, first the server's own: the statistics have an event by the time that a user's listener
     * receives it.
     */
    private List<Socks5ServerListener> all(Settings settings) {
        List<Socks5ServerListener> all = new ArrayList<>();
        all.add(counters);
        SocketAddress first =
                localAddresses.isEmpty() ? UnixDomainSocketAddress.of(localPaths.get(0)) : localAddresses.get(0);
        JavaFlightRecorder.listener(first).ifPresent(all::add);
        all.addAll(settings.listeners());
        return all;
    }

    private void bind(InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw new UnknownHostException("cannot listen on " + address.getHostString() + ": unknown host");
        }
        Listener listener;
        try {
            listener = Listener.bind(
                    network, address.getAddress(), new PortRange(address.getPort(), address.getPort()), BACKLOG);
        } catch (IOException | UnsupportedOperationException e) { // The latter without IPv6.
            BindException named = new BindException("cannot listen on " + Endpoint.of(address) + ": " + e.getMessage());
            named.initCause(e);
            throw named;
        }
        listeners.add(listener);
        localAddresses.add(listener.localAddress());
    }

    private void bind(ListenPath listen) throws IOException {
        try {
            listeners.add(Listener.bind(network, listen.path(), listen.permissions(), BACKLOG));
        } catch (IOException | UnsupportedOperationException e) { // The latter where the system has no such sockets.
            BindException named = new BindException("cannot listen on " + listen + ": " + reason(e));
            named.initCause(e);
            throw named;
        }
    }

    /** Says why a path cannot be listened on, where the message of the exception is no more than the path. */
    private static String reason(Exception failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such folder";
        }
        if (failure instanceof AccessDeniedException) {
            return "this user may not write to the folder";
        }
        return failure instanceof UnsupportedOperationException
                ? "this system has no such sockets, or no permissions for them"
                : String.valueOf(failure.getMessage());
    }

    private void startAccepting(Core core) {
        AtomicLong ids = new AtomicLong();
        for (int i = 0; i < listeners.size(); i++) {
            EventLoop home = loops.get(i % loops.size());
            List<ListenAddress> addresses = core.settings().listen();
            ListenAddress listen = i < addresses.size() ? addresses.get(i) : ListenPath.TERMS; // These come last.
            Acceptor acceptor = new Acceptor(core, listen, listeners.get(i), home, loops, ids);
            home.execute(acceptor::open);
        }
    }

    /**
     * Returns the addresses that it listens on, in the order in which they were given, with the ports that were chosen
     * for port 0. Paths are not among them, see {@link #localPaths}.
     *
     * @return an immutable list, the same after the server is closed; empty if it listens on paths alone
     */
    public List<InetSocketAddress> localAddresses() {
        return List.copyOf(localAddresses);
    }

    /**
     * Returns the paths that it listens on, in the order in which they were given.
     *
     * @return an immutable list of absolute paths, the same after the server is closed
     */
    public List<Path> localPaths() {
        return localPaths;
    }

    /**
     * Returns what the server does now, and what it has done since it was started. Cheap enough to be asked every
     * second; may be called by any thread, and after the server is closed.
     *
     * @return the figures of this moment
     */
    public ServerStatistics statistics() {
        return counters.statistics(connectionLimits.connections());
    }

    /**
     * Lists the connections that are open, in no order, those that have not logged in yet too. One that is open
     * throughout the call is listed exactly once. May be called by any thread, and holds up no session; with 10,000 of
     * them it takes some milliseconds. Empty once the server is closed.
     *
     * @return a new list
     */
    public List<OpenSession> sessions() {
        List<OpenSession> open = new ArrayList<>(connectionLimits.connections());
        for (Ticket ticket : core.registry().tickets()) {
            if (!ticket.hasEnded()) {
                open.add(ticket.describe());
            }
        }
        return open;
    }

    /**
     * Ends a session, soon: both connections of a tunnel are reset, others are closed, and
     * {@link Socks5ServerListener#closed} follows with {@link CloseReason#ENDED_BY_OPERATOR}. One that is ending
     * already ends at once, with the reason that it has. May be called by any thread, and does not wait.
     *
     * @param id see {@link SessionInfo#id}
     * @return whether it was open
     */
    public boolean close(long id) {
        @Nullable Ticket ticket = core.registry().find(id);
        return ticket != null && ticket.abort(CloseReason.ENDED_BY_OPERATOR);
    }

    /**
     * Ends all sessions that a condition is true for, as {@link #close(long)}.
     *
     * @param condition called by this thread, once for each session; what it throws ends this call
     * @return how many there were
     */
    public int closeIf(Predicate<? super OpenSession> condition) {
        Objects.requireNonNull(condition);
        int ended = 0;
        for (Ticket ticket : core.registry().tickets()) {
            if (!ticket.hasEnded()
                    && condition.test(ticket.describe())
                    && ticket.abort(CloseReason.ENDED_BY_OPERATOR)) {
                ended++;
            }
        }
        return ended;
    }

    /**
     * Tells what each user has relayed since the server was started, open sessions included. Of users without a
     * session, the last 10,000 are remembered; what others have relayed is in the entry for nobody. May be called by
     * any thread, and after the server is closed.
     *
     * @return a new list, first the entry for nobody, the others in no order
     */
    public List<UserUsage> users() {
        return core.userLimits().users(connectionLimits.connections());
    }

    /**
     * Replaces the settings that may change while the server runs, all at once.
     *
     * @param settings what holds from now on
     * @throws IllegalArgumentException if something differs that cannot change
     * @throws IllegalStateException as {@link Socks5ServerBuilder#start}
     */
    public void reconfigure(Socks5ServerBuilder settings) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends the sessions that the settings of now would not allow.
     *
     * @return how many there were
     */
    public int judgeAgain() {
        throw new UnsupportedOperationException();
    }

    /**
     * Stops accepting, lets open connections finish, and closes. To make it faster, call {@link #close()}, or this
     * again with a shorter limit, from another thread: all calls then return as soon as the server is closed.
     *
     * @param limit how long to wait for them; the connections that are left then are closed as by {@link #close()}.
     *     From a listener's callback it does not wait
     * @return whether all had finished by themselves, and none was closed by this call or another
     * @throws InterruptedException if the thread is interrupted; the server is closed then, too
     */
    public boolean shutdown(Duration limit) throws InterruptedException {
        Objects.requireNonNull(limit);
        boolean finished;
        try {
            stopAccepting();
            finished = !inCallback() && connectionLimits.awaitNone(limit);
        } finally {
            close();
        }
        return finished && !connectionLimits.wasCut();
    }

    /**
     * Closes the server and all its connections at once, and waits until its threads have ended. May be called again,
     * and from any thread; from a listener's callback it does not wait.
     */
    @Override
    public void close() {
        try {
            stopAccepting();
            connectionLimits.cut();
        } finally { // Whatever fails: the loops have to end.
            loops.forEach(EventLoop::stop);
        }
        try {
            if (!inCallback()) {
                for (EventLoop loop : loops) {
                    loop.join();
                }
                // The loops need them to the end; those of loops that are not waited for vanish when they are idle.
                carriers.shutdown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            workers.shutdownNow(); // Last, for this may be one of their threads.
        }
    }

    /** Whether this is a loop's thread: two callbacks, each on its own loop, would wait for each other. */
    private boolean inCallback() {
        return loops.stream().anyMatch(EventLoop::inLoop);
    }

    /** Returns what its connections share, for tests. */
    Core core() {
        return core;
    }

    /** Returns the loops, for tests. */
    List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    private void stopAccepting() {
        listeners.forEach(Listener::close);
        // A selector holds on to a closed channel, and its port, until it looks again.
        loops.forEach(loop -> loop.execute(() -> {}));
    }
}
