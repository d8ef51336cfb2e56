package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.internal.front.Acceptor;
import dev.socks5.server.internal.front.Countdown;
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
import dev.socks5.server.internal.net.Timers;
import dev.socks5.server.internal.policy.DefaultRule;
import dev.socks5.server.internal.policy.InForce;
import dev.socks5.server.internal.policy.ListenAddress;
import dev.socks5.server.internal.policy.ListenPath;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Settings;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.report.Counters;
import dev.socks5.server.internal.report.Events;
import dev.socks5.server.internal.report.JavaFlightRecorder;
import dev.socks5.server.internal.session.Core;
import dev.socks5.server.internal.session.Progress;
import dev.socks5.server.internal.session.Registry;
import dev.socks5.server.internal.session.SecondJudgement;
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
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final List<InetSocketAddress> localAddresses = new ArrayList<>();
    private final List<Path> localPaths;
    private final ConnectionLimits connectionLimits;
    private final Counters counters = new Counters();
    private final InForce inForce = new InForce();
    private final LoginThrottle throttle;
    private final DefaultRule defaults;
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
        this.throttle =
                new LoginThrottle(() -> limits().failedLogins(), () -> limits().failedLoginWindow(), network::nanoTime);
        Backlog backlog = new Backlog(settings.limits().backlog(), network::nanoTime);
        Reserve reserve = new Reserve(network::nanoTime);
        this.connectionLimits =
                new ConnectionLimits(network, () -> limits().connections(), () -> limits().perClient(), throttle);
        try {
            for (ListenAddress listen : settings.listen()) {
                bind(listen, settings.reusePort());
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
        this.defaults = new DefaultRule(network, localAddresses, settings.reachedFromOutside());
        inForce.replace(terms(settings));
        this.core = new Core(
                inForce,
                network,
                connectionLimits,
                new Lobby(() -> limits().unauthenticated()),
                new UserLimits(
                        () -> limits().perUser(),
                        () -> inForce.terms().settings().bandwidths().perUser(),
                        () -> inForce.terms().settings().quota(),
                        network::nanoTime),
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

    private Terms terms(Settings settings) {
        Screening screening = new Screening(settings.accessRule(), defaults, settings.resolver());
        return new Terms(settings, screening, settings.logins().methods(throttle));
    }

    /** Returns the limits that hold now. */
    private Settings.Limits limits() {
        return inForce.terms().settings().limits();
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

    private void bind(ListenAddress listen, boolean reusePort) throws IOException {
        InetSocketAddress address = listen.address();
        if (address.isUnresolved()) {
            throw new UnknownHostException("cannot listen on " + address.getHostString() + ": unknown host");
        }
        Listener listener;
        try {
            listener = listen.given() == null ? bind(address, reusePort) : Listener.on(listen.given());
        } catch (IOException | UnsupportedOperationException e) { // The latter without IPv6.
            BindException named = new BindException("cannot listen on " + Endpoint.of(address) + ": " + e.getMessage());
            named.initCause(e);
            throw named;
        }
        listeners.add(listener);
        localAddresses.add(listen.given() == null ? listener.localAddress() : address);
    }

    private Listener bind(InetSocketAddress address, boolean reusePort) throws IOException {
        return Listener.bind(
                network,
                address.getAddress(),
                new PortRange(address.getPort(), address.getPort()),
                BACKLOG,
                reusePort ? Listener.REUSING_PORT : Listener.AS_IT_IS);
    }

    private void bind(ListenPath listen) throws IOException {
        try {
            listeners.add(
                    listen.given() == null
                            ? Listener.bind(network, listen.path(), listen.permissions(), BACKLOG)
                            : Listener.on(listen.given()));
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
            acceptors.add(acceptor);
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
     * Ends a session, soon: both connections of a tunnel are reset, so that nobody takes a cut transfer for a whole
     * one; before a tunnel, and of an association, they are closed. {@link Socks5ServerListener#closed} follows with
     * {@link CloseReason#ENDED_BY_OPERATOR}, unless the session ends by itself before that. One that is ending already
     * ({@link dev.socks5.server.operation.SessionState#ENDING}) ends at once, for the reason that it has. May be called
     * by any thread, and does not wait.
     *
     * @param id see {@link SessionInfo#id}
     * @return whether this call ends it: false if it is not open, or is ending already, or another call has come first
     */
    public boolean close(long id) {
        @Nullable Ticket ticket = core.registry().find(id);
        return ticket != null && ticket.abort(CloseReason.ENDED_BY_OPERATOR);
    }

    /**
     * Ends all sessions that a condition is true for, as {@link #close(long)}.
     *
     * @param condition called by this thread, once for each session; what it throws ends this call
     * @return how many this call ends: those for which {@code close} returns true
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
     * Tells what each user has relayed since the server was started, open sessions included. The entry for nobody
     * ({@link UserUsage#user} is {@code null}) is always there, and comes first. It has the sessions without a login,
     * those that were beyond {@link Socks5ServerBuilder#maxPerUser} when they logged in, and what users have relayed
     * who are forgotten: of users without a session, the last 10,000 are remembered. May be called by any thread, and
     * after the server is closed.
     *
     * @return a new list; behind the entry for nobody in no order
     */
    public List<UserUsage> users() {
        return core.userLimits().users(connectionLimits.connections());
    }

    /**
     * Replaces the settings that may change while the server runs, all at once: each decision that begins after this
     * has returned is made by the new ones, and one that is under way is made again by them. A login that is under way
     * has to be admitted by the new authenticator as well ({@link PasswordAuthenticator#admits}). Open tunnels and
     * associations go on, see {@link #judgeAgain}, and so does a connection to a destination that is being made; the
     * destinations of associations are judged anew. May be called by any thread, also by a policy or a listener, and
     * does not wait. After an exception everything is as before.
     *
     * <p>One thing is left to upstreams: answers to datagrams that an association has sent to a name through them.
     * Nobody here knows from which addresses these come. When such a name is refused, its answers are dropped only once
     * the association sends to no other name.
     *
     * <p>The addresses and paths that it listens on, with their TLS contexts, cannot change, and neither can
     * {@link Socks5ServerBuilder#listener}, {@code executor}, {@code socketHook}, {@code maxBacklog},
     * {@code eventLoops}, {@code progressEvery} and {@code reusePort}. {@code maxBacklog} and {@code eventLoops} need
     * not be set on another builder.
     *
     * @param settings has all settings, those that stay the same as well: the builder that has started this server,
     *     with its changes, or another one. To take back what cannot be unset there, such as an authenticator, a quota
     *     or a bandwidth, takes a new builder. It is read during the call alone
     * @throws IllegalArgumentException if something differs that cannot change; its message names the option
     * @throws IllegalStateException as {@link Socks5ServerBuilder#start}
     */
    public void reconfigure(Socks5ServerBuilder settings) {
        Settings next = settings.settings(core.settings());
        next.requireSameForGood(core.settings());
        inForce.replace(terms(next));
    }

    /**
     * Ends the sessions that the settings of now would not allow: as {@link #close(long)}, with
     * {@link CloseReason#NO_LONGER_ALLOWED}. For each session it asks the authenticator about the user, and the rules
     * about the name as the client wrote it and the address that was reached; or the one that an upstream or a dialler
     * was asked for. Nothing is looked up. A session without a user is ended if a login is needed now, and one whose
     * user has come in by a way that there is no more. What has not been decided yet is left to the decision.
     *
     * <p>Authenticators and rules are called by this thread, which may take its time if they block. What they throw is
     * logged, and ends the session. May be called by any thread.
     *
     * @return how many this call ends: those for which {@code close} would return true
     */
    public int judgeAgain() {
        int ended = 0;
        for (Ticket ticket : core.registry().tickets()) {
            if (!ticket.hasEnded()
                    && !SecondJudgement.allows(core.terms(), ticket)
                    && ticket.abort(CloseReason.NO_LONGER_ALLOWED)) {
                ended++;
            }
        }
        return ended;
    }

    /**
     * Stops accepting, lets open connections finish, and closes. Those who have connected by then, and wait in the
     * system to be accepted, are still served; those who wait at a socket of {@link Socks5ServerBuilder#listenOn} are
     * left to the next server. To make it faster, call {@link #close()}, or this again with a shorter limit, from
     * another thread: all calls then return as soon as the server is closed.
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
            finished = !inCallback() && finish(network.nanoTime() + Timers.nanos(limit));
        } finally {
            close();
        }
        return finished && !connectionLimits.wasCut();
    }

    /** Returns whether all connections had finished by then. */
    private boolean finish(long deadline) throws InterruptedException {
        Countdown accepting = new Countdown(network, acceptors.size());
        acceptors.forEach(acceptor -> acceptor.finish(accepting::done));
        accepting.await(deadline);
        return connectionLimits.awaitNone(Duration.ofNanos(Math.max(0, deadline - network.nanoTime())));
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
