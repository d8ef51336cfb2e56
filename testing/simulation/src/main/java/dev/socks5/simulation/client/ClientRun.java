package dev.socks5.simulation.client;

import dev.socks5.client.internal.async.LoopUnderTest;
import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.network.Dialled;
import dev.socks5.simulation.network.Fault;
import dev.socks5.simulation.network.SimulatedNetwork;
import dev.socks5.simulation.network.World;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Plays a {@link ClientPlan}: a client that connects without threads, its proxies, and a network between them. */
final class ClientRun {

    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long END = TimeUnit.SECONDS.toNanos(400);
    private static final int MOST_TURNS = 400;

    private final ClientPlan plan;
    private final Judge judge = new Judge();
    private final World world;
    private final Chance chance;
    private final SimulatedNetwork network;
    private final ClientNetwork client;
    private final LoopUnderTest loop;
    private final List<Progress> all = new ArrayList<>();
    private final Map<InetSocketAddress, Progress> places = new HashMap<>();
    private long lastActive;

    ClientRun(ClientPlan plan) {
        this.plan = plan;
        this.world = new World(plan.seed());
        this.chance = world.chance().fork();
        InetAddress own4 = Errand.address(new byte[] {(byte) 192, 0, 2, 1});
        InetAddress own6 = Errand.address(new byte[] {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        this.network = new SimulatedNetwork(world, plan.faults(), List.of(own4, own6));
        this.client = new ClientNetwork(network, world, plan, judge);
        this.loop = new LoopUnderTest(IDLE, client);
    }

    ClientPlan plan() {
        return plan;
    }

    Judge judge() {
        return judge;
    }

    World world() {
        return world;
    }

    Chance chance() {
        return chance;
    }

    LoopUnderTest loop() {
        return loop;
    }

    long settledAt() {
        return client.settledAt();
    }

    long turns() {
        return client.turns();
    }

    int queuedLookUps() {
        return client.queuedLookUps();
    }

    int openSockets() {
        return network.openSockets();
    }

    List<String> sockets() {
        return network.descriptions();
    }

    boolean isAnyActive() {
        return all.stream().anyMatch(Progress::isActive);
    }

    /** Notes when there was something to do for the thread. */
    void active(long time) {
        lastActive = Math.max(lastActive, time);
    }

    /** Plays it; throws what breaks a rule. */
    void play() {
        network.onDial(this::dialled);
        client.onEnd(this::threadEnds);
        plan.errands().forEach(this::prepare);
        boolean[] over = new boolean[1];
        world.after(END, () -> over[0] = true);
        world.runUntil(() -> over[0] || judge.isBroken());
        if (!judge.isBroken()) {
            end();
        }
        judge.pass();
    }

    private void prepare(Errand errand) {
        Progress progress = new Progress(this, errand);
        all.add(progress);
        errand.dialled().stream().distinct().map(errand::at).forEach(at -> {
            places.put(at, progress);
            network.behave(at, errand.reachability(at.getAddress()));
            network.listen(at, from -> new SimulatedProxy(progress));
        });
        world.after(errand.start(), progress::begin);
    }

    private void dialled(Dialled dial) {
        Progress progress = places.get(dial.remote());
        judge.check(ClientRule.DIALLED, progress != null, dial);
        if (progress != null) {
            progress.dialled(dial);
        }
    }

    private void threadEnds() {
        if (plan.slowWork() || plan.has(Fault.SELECT_FAILS)) {
            return; // An outcome is known here long after the thread has done with it; or it ends without being idle.
        }
        long idle = world.elapsed() - lastActive;
        boolean late = plan.has(Fault.LATE_TURN);
        judge.check(ClientRule.THREAD, idle >= IDLE.toNanos() - (late ? 500 : 1) * MILLISECOND, "ends after " + idle);
        boolean soon = idle <= IDLE.toNanos() + (late ? 500 : 2) * MILLISECOND;
        judge.check(ClientRule.THREAD, soon, "ends after " + idle);
    }

    private void end() {
        all.forEach(Progress::end);
        judge.check(ClientRule.NOTHING_LEFT, network.openSockets() == 0, network.descriptions());
        judge.check(ClientRule.NOTHING_LEFT, loop.size() == 0, loop.size() + " under way");
        judge.check(ClientRule.NOTHING_LEFT, client.threads() == 0, "a thread");
        judge.check(ClientRule.NOTHING_LEFT, client.work() == 0, client.work() + " pieces of work");
        boolean few = !plan.isCalm()
                || client.turns() <= (long) MOST_TURNS * plan.errands().size();
        judge.check(ClientRule.NO_SPIN, few, client.turns() + " turns");
    }
}
