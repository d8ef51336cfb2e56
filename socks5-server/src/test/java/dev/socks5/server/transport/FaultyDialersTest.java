package dev.socks5.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.Inside;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Remains;
import dev.socks5.server.Route;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The table of docs/faults.md: each fault of a dialler, in each form, met by a client. A row that does not say what the
 * client gets fails, with the row that does. Meanwhile others are served by the same loop, and at the end nothing is
 * held.
 */
@Timeout(120)
class FaultyDialersTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "faults.md");

    /** The table's first line; its rows follow until there is none. */
    private static final String HEAD = "| the dialler | the client gets | the session's reason |";

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Logger LOG = Logger.getLogger("dev.socks5.server");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<FaultyDialer> dialers = new ArrayList<>();
    private final Sessions sessions = new Sessions();
    private final Set<Thread> threadsBefore = serverThreads();
    private @Nullable Level before;

    @BeforeEach
    void silence() {
        before = LOG.getLevel();
        LOG.setLevel(Level.OFF); // What it warns of is done to it on purpose.
    }

    @AfterEach
    void speak() {
        LOG.setLevel(before);
        dialers.forEach(FaultyDialer::release);
        threads.shutdownNow();
    }

    private static Set<Thread> serverThreads() {
        Set<Thread> found = new LinkedHashSet<>(Thread.getAllStackTraces().keySet());
        found.removeIf(thread -> !thread.getName().startsWith("socks5-"));
        return found;
    }

    /** With one loop. A small port is the number of a dialler; any other leads to the origin. */
    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(sessions)
                .connector(request -> {
                    int port = request.destination().port();
                    return port < dialers.size() ? Route.by(dialers.get(port)) : Route.direct();
                });
    }

    @Test
    void eachRowSaysWhatTheClientGets() throws Exception {
        for (DialerFault fault : DialerFault.values()) {
            for (FaultyDialer.Form form : FaultyDialer.Form.values()) {
                dialers.add(new FaultyDialer(fault, form, threads));
            }
        }
        List<String> made = new ArrayList<>();
        try (Origin origin = new Origin();
                Socks5Server prompt = builder().start();
                Socks5Server impatient = builder().connectTimeout(SHORT).start();
                Socks5Server idle = builder().idleTimeout(SHORT).start()) {
            List<FaultyClient> clients = new ArrayList<>();
            for (int i = 0; i < dialers.size(); i++) {
                DialerFault fault = dialers.get(i).fault();
                Socks5Server server = fault.takesUntilTheReply() ? impatient : fault.takesUntilIdle() ? idle : prompt;
                FaultyClient client = new FaultyClient(server, dialers.get(i), i, threads);
                clients.add(client);
                dialers.get(i).awaitAsked();
                if (i % FaultyDialer.Form.values().length == 0) {
                    goesOn(server, origin);
                }
            }
            for (DialerFault fault : DialerFault.values()) {
                made.add(row(fault, clients));
            }
            for (Socks5Server server : List.of(prompt, impatient, idle)) {
                goesOn(server, origin);
                awaitNone(server);
            }
            assertCounts(List.of(prompt.statistics(), impatient.statistics(), idle.statistics()));
        }
        Remains.await(() -> threadsBefore.containsAll(serverThreads()));
        assertThat(written()).isEqualTo(made);
    }

    private String row(DialerFault fault, List<FaultyClient> clients) throws Exception {
        Set<String> outcomes = new LinkedHashSet<>();
        Set<String> reasons = new LinkedHashSet<>();
        for (FaultyClient client : clients) {
            if (client.dialer().fault() == fault) {
                if (fault.takesUntilIdle()) {
                    sessions.awaitEnd(client.address()); // It reads nothing until then.
                }
                outcomes.add(client.outcome());
                reasons.add("`" + sessions.awaitEnd(client.address()) + "`");
                assertThat(sessions.of(client.address()))
                        .containsExactly(
                                "accepted",
                                "requested",
                                client.isConnected() ? "connected" : "requestFailed",
                                "closed");
                client.close();
                client.dialer().release();
                Remains.await(client.dialer()::isOver);
                if (fault == DialerFault.NEVER && !client.dialer().mayBlock()) {
                    assertThat(client.dialer().isCancelled()).as("cancelled").isTrue();
                }
            }
        }
        // One each, unless it matters which form it is.
        return "| %s | %s | %s |".formatted(fault.row(), String.join(" / ", outcomes), String.join(" / ", reasons));
    }

    /** Others are served meanwhile, by the only loop that there is. */
    private static void goesOn(Socks5Server server, Origin origin) throws Exception {
        try (RawClient other = new RawClient(server, InetAddress.getByName("127.0.0.2"))) {
            other.tunnelTo(origin.address());
            try (Socket there = origin.take()) {
                other.send("01 02");
                assertThat(there.getInputStream().readNBytes(2)).containsExactly(1, 2);
                there.getOutputStream().write(3);
                other.expect("03");
            }
            other.expectEnd();
        }
    }

    private static void awaitNone(Socks5Server server) throws InterruptedException {
        Remains.await(() -> Inside.core(server).connectionLimits().connections() == 0);
        Remains.await(() -> Inside.core(server).blockingWork().underWay() == 0);
        Remains.await(() -> Inside.core(server).backlog().held() == 0);
    }

    private void assertCounts(List<ServerStatistics> all) {
        assertThat(all.stream().mapToLong(ServerStatistics::accepted).sum()).isEqualTo(sessions.count("accepted"));
        assertThat(all.stream().mapToLong(ServerStatistics::requestsFailed).sum())
                .isEqualTo(sessions.count("requestFailed"));
        assertThat(all.stream().mapToLong(ServerStatistics::tunnels).sum()).isZero();
    }

    private static List<String> written() throws Exception {
        return Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.equals(HEAD))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }
}
