package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.interop.FailoverFault.Service;
import dev.socks5.junit.Fault;
import dev.socks5.junit.Socks5TestProxy;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several proxies that fail under load: no request is lost that one of them could serve. The test writes its figures
 * into {@code target}; {@code -Dfailover.requests=2000} has it make more requests for each fault.
 */
@Timeout(120)
class FailoverTest {

    private static final Path PAGE = Path.of("../../docs/failover.md");

    private static final Map<FailoverFault, Fault> SCRIPTED = Map.of(
            FailoverFault.HANGS_UP, Fault.cutAfter(0),
            FailoverFault.KEEPS_OUT, Fault.refuseLogin(),
            FailoverFault.BABBLES, Fault.answer('H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '4', '0', '0', '\r', '\n'),
            FailoverFault.GENERAL_FAILURE, Fault.reply(ReplyCode.GENERAL_FAILURE),
            FailoverFault.NOT_ALLOWED, Fault.reply(ReplyCode.NOT_ALLOWED),
            FailoverFault.HOST_UNREACHABLE, Fault.reply(ReplyCode.HOST_UNREACHABLE),
            FailoverFault.REFUSED, Fault.reply(ReplyCode.CONNECTION_REFUSED));

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    private Path folder;

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private static Socks5ClientBuilder client(MortalProxy proxy) {
        return Socks5Client.builder().proxy(proxy.address());
    }

    private MortalProxy danted() throws Exception {
        return new MortalProxy(DantedTest.on(folder));
    }

    private static MortalProxy microsocks() throws Exception {
        return new MortalProxy(port -> Program.MICROSOCKS.with("-i", "127.0.0.1", "-p", "" + port));
    }

    private static MortalProxy ours() throws Exception {
        return new MortalProxy(port -> List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.socks5.proxy.ServerCommand",
                "--listen=127.0.0.1:" + port));
    }

    @Test
    void realProxies() throws Exception {
        List<String> figures = new ArrayList<>();
        Future<MortalProxy> starting = threads.submit(FailoverTest::ours); // It takes longer than the others.
        try (Origin echo = Origin.echo();
                MortalProxy a = danted();
                MortalProxy b = microsocks();
                MortalProxy c = starting.get();
                FailoverLoad inOrder = FailoverLoad.inOrder(3, echo.port(), builders(a, b, c));
                FailoverLoad inTurn = FailoverLoad.inTurn(3, echo.port(), builders(a, b, c))) {
            List<FailoverLoad> loads = List.of(inOrder, inTurn);
            killedOneAfterTheOther(new FailoverRow(FailoverFault.KILLED, loads, figures), a, b, c);
            stopped(new FailoverRow(FailoverFault.HANGS, loads, figures), a);
            allKilled(new FailoverRow(FailoverFault.ALL_KILLED, loads, figures), List.of(a, b, c));
        }
        Files.write(Path.of("target/failover-real.md"), figures);
    }

    /** The first one is the one that hangs; the others may take their time, however busy this machine is. */
    private static List<Socks5ClientBuilder> builders(MortalProxy first, MortalProxy second, MortalProxy third) {
        return List.of(client(first).connectTimeout(Duration.ofSeconds(1)), client(second), client(third));
    }

    /** Each is killed while the one before it may still be in back-off, and the third is still starting. */
    private void killedOneAfterTheOther(FailoverRow row, MortalProxy first, MortalProxy second, MortalProxy third)
            throws Exception {
        third.kill();
        row.awaitRequests();
        Future<?> starting = threads.submit(() -> {
            third.start();
            return third;
        });
        first.kill();
        row.awaitRequests();
        first.start();
        row.healed();
        second.kill();
        row.awaitRequests();
        second.start();
        row.awaitReturn();
        row.assertNothingIsLost();
        row.assertPassedOver();
        for (FailoverLoad load : row.loads) {
            assertThat(load.history().cuts(row.since))
                    .as("tunnels of a proxy when it died")
                    .isLessThanOrEqualTo(3 * load.workers());
        }
        starting.get();
    }

    private static void stopped(FailoverRow row, MortalProxy first) throws Exception {
        first.suspend();
        for (FailoverLoad load : row.loads) {
            load.history().awaitFailure(row.since, FailoverRow.FIRST);
        }
        row.awaitRequests();
        first.resume();
        row.healed();
        row.awaitReturn();
        row.assertNothingIsLost();
        row.assertPassedOver();
    }

    /** Nothing goes direct, the failure names all of them, and the first to be there again serves at once. */
    private static void allKilled(FailoverRow row, List<MortalProxy> proxies) throws Exception {
        for (MortalProxy proxy : proxies) {
            proxy.kill();
        }
        long dead = System.nanoTime();
        row.awaitRequests();
        for (FailoverLoad load : row.loads) {
            assertThat(load.history().servedBy(FailoverRow.FIRST, dead)
                            + load.history().servedBy(1, dead)
                            + load.history().servedBy(2, dead))
                    .isZero();
            assertThat(load.history().losses(dead))
                    .hasSizeGreaterThanOrEqualTo(FailoverRow.REQUESTS)
                    .allSatisfy(loss -> assertThat(loss)
                            .isInstanceOf(ConnectException.class)
                            .hasMessageContainingAll(proxies.stream()
                                    .map(proxy -> ":" + proxy.address().getPort())
                                    .toArray(String[]::new)));
        }
        proxies.get(FailoverRow.FIRST).start();
        long alive = System.nanoTime();
        row.healed();
        row.awaitReturn();
        for (FailoverLoad load : row.loads) {
            load.history().awaitRequests(alive, FailoverRow.REQUESTS);
            assertThat(load.history().losses(alive)).hasSizeLessThanOrEqualTo(load.workers());
        }
    }

    @Test
    void scriptedProxies() throws Exception {
        List<String> figures = new ArrayList<>();
        try (Origin echo = Origin.echo();
                Socks5TestProxy good = Socks5TestProxy.start()) {
            List<Future<List<String>>> rows = new ArrayList<>();
            for (FailoverFault fault : FailoverFault.values()) {
                if (SCRIPTED.containsKey(fault)) {
                    rows.add(threads.submit(() -> scripted(fault, good, echo.port())));
                }
            }
            for (Future<List<String>> row : rows) {
                figures.addAll(row.get());
            }
        }
        assertThat(figures).hasSize(2 * SCRIPTED.size() - 1);
        Files.write(Path.of("target/failover-scripted.md"), figures);
    }

    private static List<String> scripted(FailoverFault fault, Socks5TestProxy good, int port) throws Exception {
        List<String> figures = new ArrayList<>();
        try (Socks5TestProxy bad = Socks5TestProxy.builder()
                        .login("alice", "secret")
                        .server(server -> server.eventLoops(1))
                        .start();
                FailoverLoad inOrder = FailoverLoad.inOrder(2, port, builders(bad, good));
                FailoverLoad inTurn = FailoverLoad.inTurn(2, port, builders(bad, good))) {
            // In turn, a refusal by the destination is the answer of either proxy.
            List<FailoverLoad> loads = fault.service == Service.NONE ? List.of(inOrder) : List.of(inOrder, inTurn);
            FailoverRow row = new FailoverRow(fault, loads, figures);
            bad.always(Objects.requireNonNull(SCRIPTED.get(fault)));
            long since = System.nanoTime();
            row.awaitRequests();
            if (fault.service == Service.NONE) {
                assertThat(inOrder.history().losses(since)).isNotEmpty().allSatisfy(FailoverTest::assertRefused);
                assertThat(inOrder.history().servedBy(1, since)).isZero();
            } else {
                row.assertNothingIsLost();
                assertThat(inOrder.history().servedBy(1, since)).isPositive();
            }
            if (fault.passedOver) {
                row.assertPassedOver();
            } else {
                int served = inOrder.history().servedBy(1, since); // Before the other one is counted, which grows.
                assertThat(inOrder.history().failures(FailoverRow.FIRST, row.since))
                        .as("requests that asked the first proxy first")
                        .isGreaterThanOrEqualTo(served);
            }
            bad.always(Fault.none());
            row.healed();
            row.awaitReturn();
        }
        return figures;
    }

    private static List<Socks5ClientBuilder> builders(Socks5TestProxy bad, Socks5TestProxy good) {
        return List.of(
                Socks5Client.builder().proxy(bad.address()).credentials("alice", "secret"),
                Socks5Client.builder().proxy(good.address()));
    }

    private static void assertRefused(IOException loss) {
        assertThat(loss)
                .isInstanceOfSatisfying(
                        RequestRejectedException.class,
                        refusal -> assertThat(refusal.reply().code()).isEqualTo(ReplyCode.CONNECTION_REFUSED));
    }

    @Test
    void thePageHasARowForEachFault() throws IOException {
        assertThat(Files.readAllLines(PAGE))
                .containsSubsequence(Stream.of(FailoverFault.values())
                        .map(FailoverFault::row)
                        .toList());
    }
}
