package dev.socks5.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of connects and datagrams, by what there is at an address. */
class ReachabilityTest {

    private static final InetSocketAddress ORIGIN = new InetSocketAddress(EchoHost.address("198.51.100.1"), 80);
    private static final InetSocketAddress ORIGIN6 = new InetSocketAddress(EchoHost.address("2001:db8:9::1"), 80);

    private final World world = new World(3);
    private final Faults faults = new Faults();
    private final SimulatedNetwork network =
            new SimulatedNetwork(world, faults, List.of(EchoHost.ADDRESS, EchoHost.ADDRESS6));

    @AfterEach
    void nothingIsLeft() {
        assertThat(network.descriptions()).isEmpty();
    }

    private static final class Silent implements Wire.Owner {
        @Override
        public void received(ByteBuffer data) {}
    }

    /** Connects, and returns the exception, or null. */
    private @Nullable IOException connect(InetSocketAddress to) throws IOException {
        boolean v4 = Addresses.isIpv4(to.getAddress());
        try (Selector selector = network.sockets().openSelector();
                SocketChannel channel = network.sockets()
                        .openSocketChannel(v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)) {
            channel.configureBlocking(false);
            try {
                if (!channel.connect(to)) {
                    channel.register(selector, SelectionKey.OP_CONNECT);
                    selector.select();
                    assertThat(channel.finishConnect()).isTrue();
                }
                assertThat(((InetSocketAddress) channel.getLocalAddress()).getAddress())
                        .isEqualTo(v4 ? EchoHost.ADDRESS : EchoHost.ADDRESS6);
                return null;
            } catch (IOException e) {
                assertThat(channel.isOpen()).isFalse();
                return e;
            }
        }
    }

    @Test
    void connectsToWhoListens() throws IOException {
        assertThat(connect(ORIGIN)).isInstanceOf(ConnectException.class);
        Closeable listener = network.listen(ORIGIN, from -> new Silent());
        network.listen(ORIGIN6, from -> new Silent());
        assertThat(connect(ORIGIN)).isNull();
        assertThat(connect(ORIGIN6)).isNull();
        listener.close();
        assertThat(connect(ORIGIN)).isInstanceOf(ConnectException.class);
        assertThat(network.dialled()).extracting(Dialled::remote).containsExactly(ORIGIN, ORIGIN, ORIGIN6, ORIGIN);
    }

    @Test
    void failsAsTheAddressHasIt() throws IOException {
        network.listen(ORIGIN, from -> new Silent());
        network.behave(ORIGIN, Reachability.REFUSED);
        assertThat(connect(ORIGIN)).isInstanceOf(ConnectException.class);
        network.behave(ORIGIN, Reachability.NO_ROUTE);
        assertThat(connect(ORIGIN)).isInstanceOf(NoRouteToHostException.class);
        network.behave(ORIGIN, Reachability.UNREACHABLE);
        long before = world.elapsed();
        assertThat(connect(ORIGIN)).isExactlyInstanceOf(SocketException.class);
        assertThat(world.elapsed()).isEqualTo(before);
        network.behave(ORIGIN, Reachability.TIMES_OUT);
        assertThat(connect(ORIGIN)).isInstanceOf(ConnectException.class);
        assertThat(world.elapsed() - before).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(127));
        network.behave(ORIGIN, Reachability.OPEN);
        network.behave(ORIGIN.getAddress(), Reachability.REFUSED);
        assertThat(connect(ORIGIN)).isNull();
    }

    @Test
    void failsByChanceWhateverTheAddressHas() throws IOException {
        network.listen(ORIGIN, from -> new Silent());
        Map<Fault, Class<? extends IOException>> failures = Map.of(
                Fault.CONNECT_REFUSED, ConnectException.class,
                Fault.CONNECT_NO_ROUTE, NoRouteToHostException.class,
                Fault.CONNECT_UNREACHABLE, SocketException.class,
                Fault.CONNECT_TIMES_OUT, ConnectException.class);
        for (Map.Entry<Fault, Class<? extends IOException>> entry : failures.entrySet()) {
            faults.with(entry.getKey(), Faults.ALWAYS);
            assertThat(connect(ORIGIN)).isExactlyInstanceOf(entry.getValue());
            assertThat(faults.injected(entry.getKey())).isOne();
            faults.with(entry.getKey(), 0);
        }
        assertThat(connect(ORIGIN)).isNull();
    }

    @Test
    void connectsAtOnceOrNever() throws IOException {
        network.listen(ORIGIN, from -> new Silent());
        faults.with(Fault.CONNECT_AT_ONCE, Faults.ALWAYS);
        try (SocketChannel channel = network.sockets().openSocketChannel(StandardProtocolFamily.INET)) {
            channel.configureBlocking(false);
            assertThat(channel.connect(ORIGIN)).isTrue();
        }
        faults.with(Fault.CONNECT_SILENT, Faults.ALWAYS);
        try (SocketChannel channel = network.sockets().openSocketChannel(StandardProtocolFamily.INET)) {
            channel.configureBlocking(false);
            assertThat(channel.connect(ORIGIN)).isFalse();
            world.run(TimeUnit.DAYS.toNanos(1));
            assertThat(channel.finishConnect()).isFalse();
        }
    }

    @Test
    void resetsTheOriginOfAConnectThatIsGivenUp() throws IOException {
        Caller origin = new Caller(world, 0);
        network.listen(ORIGIN, from -> origin);
        try (SocketChannel channel = network.sockets().openSocketChannel(StandardProtocolFamily.INET)) {
            channel.configureBlocking(false);
            channel.connect(ORIGIN);
            world.runUntil(() -> origin.connected);
        }
        world.run(TimeUnit.SECONDS.toNanos(1));
        assertThat(origin.reset).isTrue();
    }

    @Test
    void cannotSetOptionsOfAPeerThatIsGone() throws IOException {
        faults.with(Fault.ACCEPT_GONE, Faults.ALWAYS);
        try (ServerSocketChannel listener = network.sockets().openServerSocketChannel(StandardProtocolFamily.INET)) {
            listener.bind(EchoHost.at());
            network.connect(ORIGIN, EchoHost.at(), new Caller(world, 0));
            try (SocketChannel accepted = listener.accept()) {
                assertThat(accepted.getRemoteAddress()).isEqualTo(ORIGIN);
                assertThat(failure(() -> accepted.setOption(StandardSocketOptions.TCP_NODELAY, true)))
                        .isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void hasNoWayWithoutAnAddressOfTheFamily() throws IOException {
        SimulatedNetwork v4 = new SimulatedNetwork(world, faults, List.of(EchoHost.ADDRESS));
        try (SocketChannel channel = v4.sockets().openSocketChannel(StandardProtocolFamily.INET6)) {
            assertThat(failure(() -> channel.connect(ORIGIN6))).isInstanceOf(SocketException.class);
        }
    }

    private interface Call {
        Object call() throws IOException;
    }

    private static @Nullable IOException failure(Call call) {
        try {
            call.call();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    @Test
    void takesAsManyDescriptorsAsThereAre() throws IOException {
        network.descriptors(2);
        try (Selector selector = network.sockets().openSelector();
                DatagramChannel channel = network.sockets().openDatagramChannel(StandardProtocolFamily.INET)) {
            assertThat(failure(() -> network.sockets().openSocketChannel())).isNotNull();
            assertThat(network.openSockets()).isEqualTo(2);
        }
        assertThat(connect(ORIGIN)).isInstanceOf(ConnectException.class);
    }

    @Test
    void leavesProgramsWaitingWhileTheBacklogIsFull() throws IOException {
        try (ServerSocketChannel listener = network.sockets().openServerSocketChannel(StandardProtocolFamily.INET)) {
            listener.bind(EchoHost.at(), 1);
            Caller one = new Caller(world, 1);
            Caller other = new Caller(world, 1);
            network.connect(new InetSocketAddress(ORIGIN.getAddress(), 1), EchoHost.at(), one);
            network.connect(new InetSocketAddress(ORIGIN.getAddress(), 2), EchoHost.at(), other);
            world.run(TimeUnit.MILLISECONDS.toNanos(500));
            assertThat(one.connected).isNotEqualTo(other.connected);
            listener.accept().close();
            world.run(TimeUnit.SECONDS.toNanos(2));
            assertThat(one.connected && other.connected).isTrue();
        }
    }

    @Test
    void refusesProgramsWhereNobodyListens() {
        Caller caller = new Caller(world, 1);
        network.connect(ORIGIN, EchoHost.at(), caller);
        world.run(TimeUnit.SECONDS.toNanos(1));
        assertThat(caller.failure).isInstanceOf(ConnectException.class);
    }

    @Test
    void listensAtBothFamiliesForTheWildcardOfOne() throws IOException {
        try (ServerSocketChannel listener = network.sockets().openServerSocketChannel(StandardProtocolFamily.INET6)) {
            listener.bind(new InetSocketAddress(Addresses.ANY6, 7));
            for (InetSocketAddress at : List.of(EchoHost.at(), new InetSocketAddress(EchoHost.ADDRESS6, 7))) {
                network.connect(new InetSocketAddress(ORIGIN.getAddress(), 1), at, new Caller(world, 0));
                try (SocketChannel accepted = listener.accept()) {
                    assertThat(accepted.getLocalAddress()).isEqualTo(at);
                }
            }
        }
    }
}
