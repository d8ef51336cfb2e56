package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two servers behind HAProxy, which is set up by the very file that docs/scaling.md shows. One server gets headers of
 * version 2, the other of version 1.
 */
@Timeout(120)
class HaproxyTest {

    private static final Path CONFIGURATION =
            Path.of("..", "..", "docs", "haproxy.cfg").toAbsolutePath();

    private final BlockingQueue<String> allEvents = new LinkedBlockingQueue<>();
    private final List<BalancedServer> instances = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private Origin origin;
    private BalancedServer first;
    private BalancedServer second;
    private Daemon haproxy;

    @BeforeEach
    void start() throws Exception {
        Program.HAPROXY.require();
        origin = Origin.echo();
        first = balanced();
        second = balanced();
        haproxy = Daemon.start(port -> {
            List<String> command = new ArrayList<>(List.of(
                    "env",
                    "SOCKS_BIND=127.0.0.1:" + port,
                    "SOCKS_SERVER_1=" + Endpoint.of(first.address()),
                    "SOCKS_SERVER_2=" + Endpoint.of(second.address())));
            command.addAll(Program.HAPROXY.with("-db", "-f", CONFIGURATION.toString()));
            return command;
        });
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        Daemon.stop(haproxy);
        instances.forEach(instance -> instance.server.close());
        if (origin != null) {
            origin.close();
        }
    }

    private BalancedServer balanced() throws IOException {
        BalancedServer server = new BalancedServer(origin.port(), allEvents);
        instances.add(server);
        return server;
    }

    private Socket connect(InetSocketAddress to, String from) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.setSoTimeout(BalancedServer.PATIENCE_MILLIS);
        socket.connect(to, BalancedServer.PATIENCE_MILLIS);
        return socket;
    }

    /** A tunnel from a client with this address; empty if the server hangs up on it. */
    private Optional<Socket> tunnel(String from) throws IOException {
        Socket socket = connect(haproxy.address(), from);
        try {
            socket.getOutputStream().write(new byte[] {5, 1, 0});
            byte[] selection = socket.getInputStream().readNBytes(2);
            if (selection.length == 0) {
                return Optional.empty();
            }
            assertThat(selection).isEqualTo(new byte[] {5, 0});
            Request request = Request.connect(Endpoint.of("127.0.0.1", origin.port()));
            socket.getOutputStream().write(request.encode().array());
            assertThat(socket.getInputStream().readNBytes(10)).startsWith(5, 0, 0, 1);
            return Optional.of(socket);
        } catch (SocketException e) {
            return Optional.empty(); // Hung up by a reset.
        }
    }

    private static String name(Socket socket) {
        return Endpoint.of((InetSocketAddress) socket.getLocalSocketAddress()).toString();
    }

    private static void assertEchoes(Socket tunnel) throws IOException {
        tunnel.getOutputStream().write('.');
        assertThat(tunnel.getInputStream().read()).isEqualTo('.');
    }

    /** Those of the tunnels whose clients an instance has seen. */
    private Set<String> served(BalancedServer instance, List<Socket> tunnels) {
        Set<String> names = new HashSet<>();
        tunnels.forEach(tunnel -> names.add("connected " + name(tunnel)));
        names.retainAll(instance.events);
        return names;
    }

    /** One each from 127.0.0.2 and on. */
    private List<Socket> tunnels() throws IOException {
        List<Socket> tunnels = new ArrayList<>();
        for (int last = 2; last <= 7; last++) {
            tunnels.add(tunnel("127.0.0." + last).orElseThrow());
        }
        return tunnels;
    }

    @Test
    void bothServersSeeTheTrueClients() throws Exception {
        List<Socket> tunnels = tunnels();
        for (Socket tunnel : tunnels) {
            Echo.check(tunnel);
        }
        Set<String> byFirst = served(first, tunnels);
        Set<String> bySecond = served(second, tunnels);
        assertThat(byFirst).isNotEmpty().doesNotContainAnyElementsOf(bySecond);
        assertThat(bySecond).isNotEmpty();
        assertThat(byFirst.size() + bySecond.size()).isEqualTo(tunnels.size());
    }

    @Test
    void healthChecksAreServedAsTheBalancersOwn() throws Exception {
        for (BalancedServer instance : List.of(first, second)) {
            for (int i = 0; i < 4; i++) { // The probe at the start, and three: two that failed would take a server out.
                BalancedServer.await(instance.events, "closed 127.0.0.1:");
            }
        }
        List<Socket> tunnels = tunnels();
        assertThat(served(first, tunnels)).isNotEmpty();
        assertThat(served(second, tunnels)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "50524f585920 54435034 20 3139322e302e322e31 20 3139322e302e322e31 20 31 20 31 0d0a", // TCP4 192.0.2.1
                "0d0a0d0a000d0a515549540a 21 11 000c c0000201 c0000201 0001 0001"
            })
    void aHeaderFromElsewhereIsRefused(String header) throws Exception {
        byte[] spoofed = HexFormat.of().parseHex(header.replace(" ", ""));
        for (BalancedServer instance : List.of(first, second)) {
            Socket liar = connect(instance.address(), "127.0.0.9");
            assertHungUpOn(liar, spoofed);
            assertThat(BalancedServer.await(instance.events, "rejected "))
                    .isEqualTo("rejected " + name(liar) + " NOT_A_BALANCER");
        }
    }

    @Test
    void aHeaderThroughTheBalancerIsNotSocks() throws Exception {
        Socket liar = connect(haproxy.address(), "127.0.0.9");
        assertHungUpOn(liar, "PROXY TCP4 192.0.2.1 192.0.2.1 1 1\r\n".getBytes(US_ASCII));
        assertThat(BalancedServer.await(allEvents, "closed " + name(liar))).endsWith(" MALFORMED");
    }

    private static void assertHungUpOn(Socket liar, byte[] header) throws IOException {
        try {
            liar.getOutputStream().write(header);
            liar.getOutputStream().write(new byte[] {5, 1, 0});
            assertThat(liar.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
            // A reset will do.
        }
    }

    @Test
    void connectionsAreCountedForTheTrueClient() throws Exception {
        int open = 0;
        for (int i = 0; i < 2 * BalancedServer.MAX_PER_CLIENT + 1; i++) {
            open += tunnel("127.0.0.5").isPresent() ? 1 : 0;
        }
        assertThat(open).isBetween(BalancedServer.MAX_PER_CLIENT, 2 * BalancedServer.MAX_PER_CLIENT);
        assertThat(BalancedServer.await(allEvents, "rejected 127.0.0.5:")).endsWith(" TOO_MANY_FROM_CLIENT");
        assertEchoes(tunnel("127.0.0.6").orElseThrow());
    }

    @Test
    void aServerThatIsShutDownFinishesWhatItHasAndGetsNothingNew() throws Exception {
        Socket old = tunnel("127.0.0.2").orElseThrow();
        boolean atFirst = !served(first, List.of(old)).isEmpty();
        BalancedServer leaving = atFirst ? first : second;
        BalancedServer staying = atFirst ? second : first;
        CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> drain(leaving));
        while (canBeReached(leaving)) {
            Thread.onSpinWait();
        }
        for (int last = 3; last <= 7; last++) {
            Socket tunnel = tunnel("127.0.0." + last).orElseThrow();
            assertEchoes(tunnel);
            assertThat(served(staying, List.of(tunnel))).isNotEmpty();
        }
        assertEchoes(old);
        assertThat(drained).isNotDone();
        old.close();
        assertThat(drained.get(BalancedServer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                .isTrue();
    }

    private static boolean drain(BalancedServer instance) {
        try {
            return instance.server.shutdown(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean canBeReached(BalancedServer instance) {
        try (Socket probe =
                new Socket(instance.address().getAddress(), instance.address().getPort())) {
            return probe.getLocalPort() != probe.getPort(); // Nobody but itself, that is.
        } catch (IOException e) {
            return false;
        }
    }
}
