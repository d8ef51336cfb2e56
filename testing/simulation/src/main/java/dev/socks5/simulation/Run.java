package dev.socks5.simulation;

import dev.socks5.codec.EndpointPattern;
import dev.socks5.server.CloseReason;
import dev.socks5.server.ServerUnderTest;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.simulation.Visit.End;
import dev.socks5.simulation.Visit.Form;
import dev.socks5.simulation.Visit.Garble;
import dev.socks5.simulation.Visit.Header;
import dev.socks5.simulation.Visit.Login;
import dev.socks5.simulation.Visit.LookUp;
import dev.socks5.simulation.Visit.Target;
import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.network.Fault;
import dev.socks5.simulation.network.Faults;
import dev.socks5.simulation.network.Reachability;
import dev.socks5.simulation.network.SimulatedNetwork;
import dev.socks5.simulation.network.World;
import dev.socks5.simulation.transport.Quirk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One run of a whole server, from its start to its end, by a {@link Plan}. */
final class Run {

    private static final Logger SERVER_LOG = Logger.getLogger("dev.socks5.server");

    static {
        SERVER_LOG.setLevel(Level.OFF); // What it warns of was done to it on purpose.
    }

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    /** By how much a loop may be late: selectors count milliseconds, and a busy machine takes longer. */
    private static final long USUAL_SLACK = 3 * MILLISECOND;

    /** Nobody comes, and no work goes on, so long after the beginning. */
    private static final long LONG_AGO = 200_000 * MILLISECOND;

    private static final long LATE_SLACK = 1_000 * MILLISECOND;

    private final Plan plan;
    private final World world;
    private final SimulatedNetwork network;
    private final Faults faults;
    private final Oracle oracle;
    private final List<Party> parties = new ArrayList<>();
    private final Map<Integer, Party> byPort = new HashMap<>();
    private @Nullable ServerUnderTest server;
    private @Nullable Diagram diagram;
    private @Nullable Operator operator;
    private boolean stopping;

    Run(Plan plan) {
        this.plan = plan;
        this.world = new World(plan.seed());
        this.faults = new Faults();
        plan.faults().forEach(faults::with);
        this.network = new SimulatedNetwork(world, faults, Addresses.SERVER);
        this.oracle = new Oracle(this);
    }

    /** Plays it once more, and draws its messages. */
    static String draw(Plan plan) {
        Run run = new Run(plan);
        Diagram diagram = new Diagram(run.world);
        run.diagram = diagram;
        run.world.trace().turn(true);
        try {
            run.play();
        } catch (RuntimeException | Error e) {
            // That is known.
        }
        return diagram.draw();
    }

    /** Plays it to its end; throws a {@link Violation} if something that must hold does not. */
    void play() {
        try {
            start();
            if (plan.setup().stopAfter() > 0) {
                world.runUntil(
                        () -> !checked() || world.elapsed() >= plan.setup().stopAfter() * MILLISECOND);
                stop();
                return;
            }
            world.runUntil(() -> !checked() || isOver());
            oracle.whenQuiet();
            stop();
        } catch (IOException e) {
            boolean made = faults.injected(Fault.NO_DESCRIPTOR) > 0 || faults.injected(Fault.PORT_TAKEN) > 0;
            holds(made, Rule.NOTHING_UNEXPECTED, "the server cannot be started: " + e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } catch (IllegalStateException e) {
            throw new Violation(Rule.ALL_COMES_TO_AN_END, String.valueOf(e.getMessage()));
        }
    }

    /** Whether all must be quiet: where the server tells progress, its loops never are. */
    private boolean isOver() {
        return operation().progress() > 0 && world.elapsed() > LONG_AGO && oracle.isQuiet();
    }

    private boolean checked() {
        oracle.afterStep();
        return true;
    }

    private void start() throws IOException {
        for (Visit visit : plan.visits()) {
            Party party = new Party(this, visit);
            parties.add(party);
            if (Addresses.port(visit) != Addresses.SOCKS) { // That one is nobody's own.
                byPort.put(Addresses.port(visit), party);
            }
            oracle.add(party);
            listen(party);
            world.after(visit.at() * MILLISECOND, party::start);
        }
        network.behave(Addresses.REFUSING, Reachability.REFUSED);
        network.behave(Addresses.UNREACHABLE, Reachability.UNREACHABLE);
        network.behave(Addresses.SILENT, Reachability.SILENT);
        for (int hop = 0; hop < plan.setup().upstream(); hop++) {
            network.listen(Addresses.upstream(hop), from -> new UpstreamProxy(this));
        }
        network.onDial(dialled -> {
            if (dialled.udp()) {
                oracle.sends(dialled.remote());
            } else if (!oracle.waysOut().connects(dialled.remote())) {
                oracle.dials(dialled.remote());
            }
        });
        server = ServerUnderTest.start(builder(), network);
        operator().start();
    }

    private void listen(Party party) {
        Visit visit = party.visit;
        for (int i = 0; i < visit.targets().size(); i++) {
            if (visit.targets().get(i).isOpen()) {
                InetSocketAddress at = Addresses.target(visit, i);
                network.listen(at, from -> party.far);
            }
        }
    }

    private Socks5ServerBuilder builder() {
        Setup setup = plan.setup();
        Policies policies = new Policies(this, world.chance().fork());
        Socks5ServerBuilder builder = Socks5Server.builder()
                .eventLoops(setup.loops())
                .resolver(policies.resolver())
                .connector(policies.connector())
                .handshakeTimeout(Duration.ofMillis(setup.handshake()))
                .connectTimeout(Duration.ofMillis(setup.connect()))
                .bindTimeout(Duration.ofMillis(setup.bind()))
                .idleTimeout(Duration.ofMillis(setup.idle()))
                .halfCloseTimeout(Duration.ofMillis(setup.halfClose()))
                .maxConnections(setup.maxConnections())
                .maxPerClient(setup.maxPerClient())
                .maxUnauthenticated(setup.maxUnauthenticated())
                .maxPerUser(setup.maxPerUser())
                .maxBacklog(setup.backlog());
        for (InetAddress own : Addresses.SERVER) {
            InetSocketAddress at = new InetSocketAddress(own, Addresses.SOCKS);
            if (setup.balancer()) {
                builder.listenBehindBalancer(at, EndpointPattern.parse(Addresses.BALANCER.getHostAddress()));
            } else {
                builder.listen(at);
            }
        }
        if (plan.faultyListener()) {
            builder.listener(Policies.faultyListener());
        }
        if (diagram != null) {
            builder.listener(diagram);
        }
        builder.listener(oracle);
        operator = new Operator(this, policies, builder);
        builder.listener(operator);
        if (operation().progress() > 0) {
            builder.progressEvery(Duration.ofMillis(operation().progress()));
        }
        if (operation().quota() > 0) {
            builder.quotaPerUser(operation().quota(), Duration.ofDays(1));
        }
        options(builder, setup);
        policies.put(builder, Terms.FIRST);
        return setup.login() ? builder : builder.allowAnonymous();
    }

    private static void options(Socks5ServerBuilder builder, Setup setup) {
        if (setup.bandwidth() > 0) {
            builder.bandwidthPerConnection(setup.bandwidth());
        }
        if (setup.userBandwidth() > 0) {
            builder.bandwidthPerUser(setup.userBandwidth());
        }
        if (setup.failedLogins() > 0) {
            builder.loginThrottle(setup.failedLogins(), Duration.ofSeconds(2));
        }
        if (setup.torResolve()) {
            builder.torResolve();
        }
        if (setup.hangUpOnEarlyEnd()) {
            builder.hangUpOnEarlyEnd();
        }
        if (setup.hideBound()) {
            builder.hideBoundAddress();
        }
        if (setup.strictPort()) {
            builder.strictAssociationPort();
        }
        if (setup.moveAfter() > 0) {
            builder.associationMoveAfter(Duration.ofMillis(setup.moveAfter()));
        }
    }

    private void stop() throws InterruptedException {
        stopping = true;
        Socks5Server running = server().server();
        if (plan.setup().grace() > 0) {
            shutDown(running);
        }
        running.close(); // Again, perhaps: that does nothing.
        world.runUntil(() -> false);
        oracle.rethrow();
        holds(network.openSockets() == 0, Rule.NOTHING_IS_LEFT, "open after the end: " + network.descriptions());
        holds(running.sessions().isEmpty(), Rule.NOTHING_IS_LEFT, "sessions are listed after the end");
        holds(running.statistics().connections() == 0, Rule.NOTHING_IS_LEFT, "connections are counted after the end");
        for (Party party : parties) {
            holds(party.acceptedAt < 0 || party.closedAt >= 0, Rule.NOTHING_IS_LEFT, "never closed: " + party);
            oracle.waysOut().whenQuiet(party);
        }
    }

    private void shutDown(Socks5Server running) throws InterruptedException {
        long begun = world.elapsed();
        long grace = plan.setup().grace() * MILLISECOND;
        int open = server().openConnections();
        boolean finished = running.shutdown(Duration.ofMillis(plan.setup().grace()));
        long took = world.elapsed() - begun;
        boolean asleep = parties.stream().anyMatch(Party::mayHoldOthersUp); // In the same thread.
        holds(
                took <= grace + slack() || asleep || plan.setup().blocking(),
                Rule.DEADLINES_ARE_KEPT,
                "shutdown took " + took + " ns");
        holds(finished || took >= grace, Rule.DEADLINES_ARE_KEPT, "shutdown gave up after " + took + " ns");
        holds(finished || open > 0, Rule.REASONS_ARE_RIGHT, "shutdown cut somebody, and nobody was there");
        for (Party party : parties) {
            boolean cut = party.end != null && party.end.reason() == CloseReason.SHUTDOWN;
            holds(!(finished && cut), Rule.REASONS_ARE_RIGHT, "shutdown cut " + party + ", and says that it did not");
        }
    }

    private static void holds(boolean condition, Rule rule, String otherwise) {
        Check.require(condition, rule, otherwise, null);
    }

    // ------------------------------------------------------------------ for those who take part

    Setup setup() {
        return plan.setup();
    }

    Operation operation() {
        return plan.operation();
    }

    Operator operator() {
        return Objects.requireNonNull(operator);
    }

    /** Has the drawing say something. */
    void note(String text) {
        if (diagram != null) {
            diagram.note(text);
        }
    }

    World world() {
        return world;
    }

    SimulatedNetwork network() {
        return network;
    }

    Oracle oracle() {
        return oracle;
    }

    List<Party> parties() {
        return parties;
    }

    ServerUnderTest server() {
        return Objects.requireNonNull(server);
    }

    Faults faults() {
        return faults;
    }

    /** Makes choices for one visit, which do not depend on the others. */
    Chance chance(Visit visit) {
        return new Chance(plan.seed() * 31 + visit.id());
    }

    @Nullable
    Party partyAt(int port) {
        return byPort.get(port);
    }

    boolean isStopping() {
        return stopping;
    }

    /** Returns by how much a deadline may be missed, in nanoseconds. */
    long slack() {
        return plan.injects(Fault.LATE_TURN, Fault.SELECT_FAILS) ? LATE_SLACK : USUAL_SLACK;
    }

    boolean injects(Fault... any) {
        return plan.injects(any);
    }

    /** Whether connections can break by themselves, and nobody be told. */
    boolean resets() {
        return plan.injects(Fault.RESET, Fault.ACCEPT_GONE, Fault.STALL);
    }

    boolean failsToConnect() {
        return !plan.isGentle();
    }

    boolean worksBadly() {
        return losesWork() || plan.injects(Fault.WORK_REJECTED);
    }

    boolean losesWork() {
        return plan.injects(Fault.WORK_LOST, Fault.WORK_SLOW);
    }

    /** Whether a few bytes may take long on their way. */
    boolean isSlow() {
        return plan.injects(Fault.SMALL_WINDOW, Fault.NO_WRITE);
    }

    /** Whether nothing stands in the way of what a client wants. */
    boolean isHealthy(Party party) {
        Visit visit = party.visit;
        boolean end = visit.end() == End.CLIENT_FIRST || visit.end() == End.FAR_FIRST;
        boolean target = !visit.targets().isEmpty() && visit.targets().stream().allMatch(Target::isOpen);
        boolean form = visit.form() == Form.IPV4
                || visit.form() == Form.IPV6
                || visit.form() == Form.MAPPED
                || visit.form() == Form.NUMBERS_AS_NAME
                || (visit.form() == Form.NAME && visit.lookUp() == LookUp.FOUND);
        boolean waitsForNobody = visit.form() != Form.NAME && !setup().blocking();
        boolean nobodyIsSlow = parties.stream().noneMatch(Party::mayHoldOthersUp);
        boolean way = !party.byDialer() || (visit.answer().isGood() && visit.quirk() == Quirk.NONE);
        return plan.isGentle()
                && !operation().changes()
                && operation().quota() == 0
                && !party.endedByOperator
                && (waitsForNobody || nobodyIsSlow)
                && setup().isGenerous()
                && setup().upstream() == 0
                && visit.kind() == Visit.Kind.CONNECT
                && visit.garble() == Garble.NOT
                && (!setup().login() || visit.login() == Login.GOOD)
                && (!setup().balancer() || visit.header() == Header.VERSION_1 || visit.header() == Header.VERSION_2)
                && visit.pace() == Visit.Pace.IN_TURN
                && visit.pause() < setup().halfClose() / 2
                && !visit.clientDeaf()
                && !visit.farDeaf()
                && end
                && target
                && form
                && way;
    }
}
