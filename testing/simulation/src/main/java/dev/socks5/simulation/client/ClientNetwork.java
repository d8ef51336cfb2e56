package dev.socks5.simulation.client;

import dev.socks5.client.internal.async.Network;
import dev.socks5.server.internal.net.Network.LoopThread;
import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.network.SimulatedNetwork;
import dev.socks5.simulation.network.World;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;

/** The simulated host, as a client sees it. */
final class ClientNetwork implements Network {

    private final SimulatedNetwork network;
    private final World world;
    private final Chance chance;
    private final ClientPlan plan;
    private final Judge judge;
    private final List<ClientPool> pools = new ArrayList<>();
    private Runnable onEnd = () -> {};
    private int threads;
    private long turns;

    ClientNetwork(SimulatedNetwork network, World world, ClientPlan plan, Judge judge) {
        this.network = network;
        this.world = world;
        this.chance = world.chance().fork();
        this.plan = plan;
        this.judge = judge;
    }

    /** Has something done when a thread ends. */
    void onEnd(Runnable action) {
        onEnd = action;
    }

    int threads() {
        return threads;
    }

    /** Returns how many turns there were. */
    long turns() {
        return turns;
    }

    /** Returns how much work there is, in both pools. */
    int work() {
        return pools.stream().mapToInt(ClientPool::underWay).sum();
    }

    /** Returns how many look-ups have yet to begin. */
    int queuedLookUps() {
        return pools.get(0).queued();
    }

    /** Returns when the completion that is running was handed in. */
    long settledAt() {
        return pools.get(1).handedIn();
    }

    @Override
    public long nanoTime() {
        return world.nanoTime();
    }

    @Override
    public SelectorProvider sockets() {
        return network.sockets();
    }

    @Override
    public void start(String name, Turns turns) {
        judge.check(ClientRule.THREAD, threads == 0, "a second one");
        threads++;
        LoopThread thread = network.thread(name, new Counted(turns));
        thread.start();
    }

    private final class Counted implements dev.socks5.server.internal.net.Network.Turns {
        private final Turns its;

        private Counted(Turns its) {
            this.its = its;
        }

        @Override
        public long untilNext() {
            return Math.max(0, its.untilNext());
        }

        @Override
        public boolean turn() {
            turns++;
            boolean goesOn = its.turn();
            if (!goesOn) {
                threads--;
                onEnd.run();
            }
            return goesOn;
        }
    }

    @Override
    public ThreadPoolExecutor pool(String name, Duration idleLimit) {
        ClientPool pool = new ClientPool(world, chance.fork(), plan.slowWork(), plan.rejectsWork());
        pools.add(pool);
        return pool;
    }
}
