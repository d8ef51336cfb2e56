package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.proxy.load.Cast;
import dev.socks5.proxy.load.Cast.Member;
import dev.socks5.proxy.load.EchoOrigin;
import dev.socks5.proxy.load.Tunnel;
import dev.socks5.server.CloseReason;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files are changed again and again while tunnels carry data, and while others try to get in. Each change takes one
 * user's right away, in one of four ways. Run by hand with more of both: {@code -Dsocks5.tunnels=500
 * -Dsocks5.changes=200}.
 */
@Timeout(300)
class ReloadUnderLoadTest {

    private static final int TUNNELS = Integer.getInteger("socks5.tunnels", 40);
    private static final int CHANGES = Integer.getInteger("socks5.changes", 12);
    private static final int PUMPS = 4;
    private static final int INTRUDERS = 2;

    /** The number of a connection that is nobody's tunnel. */
    private static final int PROBE = -1;

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<Long, Integer> numbers = new ConcurrentHashMap<>(); // Of sessions that are tunnels.
    private final Map<Integer, SessionEnd> ends = new ConcurrentHashMap<>();
    private final List<CountDownLatch> ended = new ArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();

    private EchoOrigin origin;
    private Cast cast;
    private Path users;
    private Path rules;
    private Socks5Server server;
    private FilesOfOptions options;
    private Socks5ServerBuilder builder;

    private volatile int begun; // Changes whose files may have been read.
    private volatile int done; // Changes that have been taken up.
    private volatile boolean over;

    @BeforeEach
    void start() throws Exception {
        origin = new EchoOrigin();
        int common = origin.listen();
        List<Member> staying = new ArrayList<>();
        for (int i = 0; i < TUNNELS - CHANGES; i++) {
            staying.add(new Member("stays" + i % 10, common));
        }
        List<Member> leaving = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            leaving.add(new Member("leaves" + i, i % 4 == 3 ? origin.listen() : common));
            ended.add(new CountDownLatch(1));
        }
        cast = new Cast(staying.stream().distinct().toList(), leaving);
        users = Files.writeString(folder.resolve("users"), cast.users(0));
        rules = Files.writeString(folder.resolve("rules"), cast.rules(0));
        builder = Socks5Server.builder().listen("127.0.0.1", 0).listener(new Watcher());
        options = FilesOfOptions.read(builder, users, rules);
        server = builder.start();
    }

    @AfterEach
    void stop() throws Exception {
        over = true;
        threads.shutdownNow();
        server.close();
        origin.close();
    }

    /** Knows the tunnels by the order in which they were opened, before anybody else was there. */
    private final class Watcher implements Socks5ServerListener {
        @Override
        public void closed(SessionInfo session, SessionEnd ending) {
            Integer number = numbers.get(session.id());
            if (number != null) {
                ends.put(number, ending);
                if (number < CHANGES) {
                    ended.get(number).countDown();
                }
            }
        }
    }

    private Socket connect(Member member) throws IOException {
        return Socks5Client.builder()
                .proxy(server.localAddresses().get(0))
                .credentials(member.name(), "secret")
                .build()
                .connect("127.0.0.1", member.port());
    }

    /** The first ones are of those who leave, in that order. */
    private List<Tunnel> openAll() throws IOException {
        List<Tunnel> tunnels = new ArrayList<>();
        for (int i = 0; i < TUNNELS; i++) {
            Member member = i < CHANGES
                    ? cast.leaving().get(i)
                    : cast.staying().get(i % cast.staying().size());
            tunnels.add(new Tunnel(i, connect(member)));
            int number = i;
            server.sessions().stream()
                    .filter(session -> !numbers.containsKey(session.id()))
                    .forEach(session -> numbers.put(session.id(), number));
        }
        return tunnels;
    }

    private void pump(List<Tunnel> all, int share) {
        List<Tunnel> mine =
                all.stream().filter(tunnel -> tunnel.number() % PUMPS == share).toList();
        while (!over) {
            mine.forEach(Tunnel::send);
            mine.forEach(Tunnel::receive);
            for (Tunnel tunnel : mine) {
                if (!tunnel.isOpen() && tunnel.number() >= begun) {
                    wrong.add("tunnel " + tunnel.number() + " was cut after " + begun + " changes");
                    over = true;
                }
            }
        }
    }

    /** Tries to get in as one of those who leave: whoever is gone before it begins must not. */
    private void intrude(int seed) {
        Random random = new Random(seed);
        while (!over) {
            int who = random.nextInt(CHANGES);
            int before = done;
            boolean in = getsIn(cast.leaving().get(who));
            int after = begun;
            (in ? served : refused).incrementAndGet();
            if ((in && who < before) || (!in && who >= after)) {
                wrong.add(who + (in ? " got in after " : " was kept out before ") + before + " changes");
            }
        }
    }

    private boolean getsIn(Member member) {
        try (Socket socket = connect(member)) {
            new Tunnel(PROBE, socket);
            return true;
        } catch (AuthenticationFailedException | RequestRejectedException e) {
            return false;
        } catch (IOException e) {
            return false; // It got in, and was ended by the change: the bounds of that are checked above.
        }
    }

    private void write(int change) throws IOException {
        write(users, cast.users(change), change % 2 == 0);
        write(rules, cast.rules(change), change % 2 == 0);
    }

    private static void write(Path file, String text, boolean byRename) throws IOException {
        if (byRename) {
            Path other = Files.writeString(file.resolveSibling("other"), text);
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.writeString(file, text);
        }
    }

    @Test
    void whatIsAllowedLosesNothingAndWhatIsNotIsServedNoMore() throws Exception {
        List<Tunnel> tunnels = openAll();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < PUMPS; i++) {
            int share = i;
            running.add(threads.submit(() -> pump(tunnels, share)));
        }
        for (int i = 0; i < INTRUDERS; i++) {
            int seed = i;
            running.add(threads.submit(() -> intrude(seed)));
        }
        long slowest = 0;
        for (int change = 0; change < CHANGES && !over; change++) {
            begun = change + 1;
            write(change + 1);
            options.steps().lookUntilStill(options.live(server, builder));
            done = change + 1;
            long returned = System.nanoTime();
            ended.get(change).await();
            slowest = Math.max(slowest, System.nanoTime() - returned);
        }
        over = true;
        for (Future<?> each : running) {
            each.get();
        }
        assertThat(getsIn(cast.leaving().get(0))).isFalse();
        assertThat(wrong).isEmpty();
        assertThat(options.steps().log().stream().filter(line -> line.startsWith("reloaded: ")))
                .hasSize(CHANGES)
                .noneMatch(line -> line.endsWith(" 0 sessions ended"));
        long carried = 0;
        for (Tunnel tunnel : tunnels) {
            EchoOrigin.Seen seen = origin.seen(tunnel.number());
            if (tunnel.number() < CHANGES) {
                assertThat(ends.get(tunnel.number()).reason()).isEqualTo(CloseReason.NO_LONGER_ALLOWED);
                assertThat(seen.endedInOrder()).as("taken for a whole one").isFalse();
                assertThat(seen.bytes())
                        .as("served after its end")
                        .isLessThanOrEqualTo(ends.get(tunnel.number()).bytesUp());
            } else {
                assertThat(tunnel.isOpen()).isTrue();
                assertThat(seen.bytes()).isEqualTo(tunnel.sent());
            }
            carried += seen.bytes();
            tunnel.close();
        }
        System.out.printf(
                "%d changes, %d tunnels: %d MB each way, %d probes served, %d refused, ended within %.1f ms%n",
                CHANGES, TUNNELS, carried / 1_000_000, served.get(), refused.get(), slowest / 1e6);
    }
}
