package dev.socks5.simulation.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.internal.async.LoopUnderTest;
import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.Logins;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.client.internal.dial.Resolver;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.SendAhead;
import dev.socks5.simulation.network.Fault;
import dev.socks5.simulation.network.Faults;
import dev.socks5.simulation.network.Reachability;
import dev.socks5.simulation.network.SimulatedNetwork;
import dev.socks5.simulation.network.World;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the thread of all connections does with its time. */
class ConnectLoopTimesTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final InetAddress OWN = Errand.address(new byte[] {(byte) 192, 0, 2, 1});
    private static final InetSocketAddress PROXY =
            new InetSocketAddress(Errand.address(new byte[] {10, 0, 0, 1}), Errand.PROXY_PORT);

    private final World world = new World(1);
    private final Faults faults = new Faults();
    private final SimulatedNetwork network = new SimulatedNetwork(world, faults, List.of(OWN));
    private final ClientNetwork client =
            new ClientNetwork(network, world, new ClientPlan(1, false, false, Map.of(), List.of()), new Judge());
    private final LoopUnderTest loop = new LoopUnderTest(Duration.ofSeconds(5), client);

    private CompletableFuture<SocketChannel> connect() {
        Hop hop = new Hop(PROXY, Logins.NONE, SendAhead.NOTHING, false);
        ProxyPath path =
                new ProxyPath(List.of(hop), Duration.ofSeconds(30), null, ProxyPath.NOTHING, Set.of(), Resolver.SYSTEM);
        return loop.connect(path, Destination.of(Endpoint.of("example.com", 80)), Dialer.NOTHING);
    }

    @Test
    void itWaitsWithoutTurns() {
        network.behave(PROXY, Reachability.SILENT);
        CompletableFuture<SocketChannel> future = connect();
        world.run(29 * SECOND);
        assertThat(client.turns()).isLessThan(10);
        assertThat(future).isNotDone();
        world.run(2 * SECOND);
        assertThat(future).isCompletedExceptionally();
    }

    @Test
    void itEndsWhenIdleAndStartsAnew() {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<SocketChannel> future = connect();
            world.run(4 * SECOND);
            assertThat(future).isCompletedExceptionally(); // Refused: nobody listens there.
            assertThat(client.threads()).isOne();
            world.run(2 * SECOND);
            assertThat(client.threads()).isZero();
            assertThat(network.descriptions()).isEmpty();
        }
    }

    /** A selector that has failed may fail for ever. */
    @Test
    void itDoesNotGoRoundWithASelectorThatFails() {
        faults.with(Fault.SELECT_FAILS, Faults.ALWAYS);
        CompletableFuture<SocketChannel> future = connect();
        world.run(SECOND);
        assertThat(future).isCompletedExceptionally();
        assertThat(client.turns()).isLessThan(10);
        assertThat(client.threads()).isZero();
        faults.with(Fault.SELECT_FAILS, 0);
        network.behave(PROXY, Reachability.SILENT);
        CompletableFuture<SocketChannel> next = connect();
        world.run(29 * SECOND);
        assertThat(next).isNotDone();
    }
}
