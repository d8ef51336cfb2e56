package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.ServerUnderTest;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.simulation.network.Faults;
import dev.socks5.simulation.network.SimulatedNetwork;
import dev.socks5.simulation.network.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A server, and a network on which each packet takes a millisecond: what one test plays on, in virtual time. At its end
 * the server is closed, and nothing may be left of it.
 */
final class Stage implements AutoCloseable {

    static final int SOCKS = 1080;
    static final long LATENCY = TimeUnit.MILLISECONDS.toNanos(1);
    static final String GREETING = "05 01 00";
    static final String ANONYMOUS = "05 00";
    static final String LOGIN_GREETING = "05 01 02";
    static final String LOGIN_SELECTED = "05 02";

    /** By how much a loop may be late: selectors count milliseconds, and a turn takes its moment. */
    private static final long TICK = TimeUnit.MICROSECONDS.toNanos(1_100);

    final Setting setting;
    final Faults faults = new Faults();
    final World world;
    final SimulatedNetwork network;
    final Events events;

    /** Work that would block, kept until a test does it; only where {@link #executor()} was given to the server. */
    final Queue<Runnable> work = new ArrayDeque<>();

    private @Nullable ServerUnderTest server;
    private int ports;

    @SuppressWarnings("EnumOrdinal") // A seed of its own for each.
    Stage(Setting setting) {
        this.setting = setting;
        this.world = new World(setting.ordinal());
        this.network = new SimulatedNetwork(
                world, faults, List.of(Setting.IPV4.server, Setting.IPV6.server, Setting.ip("127.0.0.1")));
        network.latency(LATENCY);
        this.events = new Events(world);
    }

    Stage() {
        this(Setting.IPV4);
    }

    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    // ------------------------------------------------------------------ the server

    /** Starts a server that asks for no login. */
    Stage serve(UnaryOperator<Socks5ServerBuilder> settings) {
        return start(settings.apply(builder().allowAnonymous()));
    }

    Stage serve() {
        return serve(builder -> builder);
    }

    /** Starts a server that asks for what the settings say. */
    Stage serveUsers(UnaryOperator<Socks5ServerBuilder> settings) {
        return start(settings.apply(builder()));
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen(socks()).eventLoops(setting.loops).listener(events);
    }

    private Stage start(Socks5ServerBuilder builder) {
        try {
            server = ServerUnderTest.start(builder, network);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    InetSocketAddress socks() {
        return new InetSocketAddress(setting.server, SOCKS);
    }

    ServerUnderTest inside() {
        return Objects.requireNonNull(server);
    }

    Socks5Server server() {
        return inside().server();
    }

    /** Keeps the work that it is given until a test does it, or for good. */
    Executor executor() {
        return work::add;
    }

    void doWork() {
        for (Runnable piece = work.poll(); piece != null; piece = work.poll()) {
            piece.run();
        }
    }

    // ------------------------------------------------------------------ programs

    /** Returns a number that was not given before, for a port. */
    int nextPort() {
        return ports++;
    }

    Program client() {
        return client(setting.client);
    }

    /** Connects to the server. */
    Program client(InetAddress from) {
        Program program = connecting(from);
        program.connected();
        return program;
    }

    Program connecting(InetAddress from) {
        return connect(new InetSocketAddress(from, 40_000 + nextPort()), socks());
    }

    Program connect(InetSocketAddress from, InetSocketAddress to) {
        Program program = new Program(world);
        network.connect(from, to, program.ears());
        return program;
    }

    /** Connects, and is asked for no login. */
    Program greeted() {
        return client().says(GREETING).hears(ANONYMOUS);
    }

    /** Connects, and logs in with a password of two letters. */
    Program loggedIn(String user) {
        return client().says(LOGIN_GREETING)
                .hears(LOGIN_SELECTED)
                .says("01 02 " + Setting.hex(user.getBytes(java.nio.charset.StandardCharsets.US_ASCII)) + " 02 70 77")
                .hears("01 00");
    }

    /** Connects, and makes a request: its command, and its destination as it is sent. */
    Program asks(int command, String destination) {
        return greeted().says("05 %02x 00 %s".formatted(command, destination));
    }

    Program asks(int command, InetSocketAddress destination) {
        return asks(command, Setting.hex(destination));
    }

    InetSocketAddress far(int host) {
        return setting.far(host, 80);
    }

    Origin origin(InetSocketAddress at) {
        return new Origin(this, at);
    }

    Origin origin() {
        return origin(far(1));
    }

    Datagrams datagrams(InetSocketAddress at) {
        return new Datagrams(this, at);
    }

    // ------------------------------------------------------------------ time

    void passes(Duration time) {
        world.run(time.toNanos());
    }

    void passes(long nanos) {
        world.run(nanos);
    }

    /** Checks that a limit was kept to the millisecond: something happened at its end, neither before nor later. */
    static void assertKept(Duration limit, long from, long to) {
        assertKept(limit, from, to, 1);
    }

    /** Checks a time that is made up of so many limits, one behind the other. */
    static void assertKept(Duration limit, long from, long to, int parts) {
        assertThat(Duration.ofNanos(to - from)).isBetween(limit, limit.plusNanos(parts * TICK));
    }

    /** Closes the server, and checks that nothing is left of it. */
    @Override
    public void close() {
        if (server != null) {
            server.server().close();
            doWork();
            world.runUntil(() -> false);
            assertThat(network.descriptions()).isEmpty();
            assertNothingIsHeld();
        }
        network.close();
    }

    /** Checks that nothing is left of the sessions that there have been. */
    void assertNothingIsLeft() {
        assertNothingIsHeld();
        assertThat(inside().blockingWork()).as("blocking work").isZero();
        assertThat(network.descriptions()).as("sockets and selectors").hasSize(1 + setting.loops);
    }

    private void assertNothingIsHeld() {
        assertThat(inside().timers()).as("timers").isZero();
        assertThat(inside().heldBytes()).as("bytes held").isZero();
        assertThat(inside().openConnections()).as("connections counted").isZero();
        assertThat(inside().inLobby()).as("in the lobby").isZero();
        assertThat(server().statistics().connections())
                .as("connections told of")
                .isZero();
        assertThat(server().statistics().tunnels()).as("tunnels told of").isZero();
        assertThat(server().statistics().associations())
                .as("associations told of")
                .isZero();
    }
}
