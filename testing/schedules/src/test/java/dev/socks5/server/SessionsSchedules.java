package dev.socks5.server;

import static dev.socks5.schedules.Race.require;

import dev.socks5.schedules.Race;
import dev.socks5.schedules.Scenario;
import dev.socks5.schedules.Schedules;
import dev.socks5.server.operation.OpenSession;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Threads that list and end sessions, while others come and go. */
class SessionsSchedules {

    private static final int LOOKS = 3;

    private final AtomicInteger open = new AtomicInteger();
    private final Queue<CloseReason> reasons = new ConcurrentLinkedQueue<>();

    private Socks5Server start() throws IOException {
        open.set(0);
        reasons.clear();
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(2)
                .listener(new Socks5ServerListener() {
                    @Override
                    public void accepted(SessionInfo session) {
                        open.incrementAndGet();
                    }

                    @Override
                    public void closed(SessionInfo session, SessionEnd ending) {
                        open.decrementAndGet();
                        reasons.add(ending.reason());
                    }
                })
                .start();
    }

    /** Connects, and hears that it is served. */
    private static Socket guest(Socks5Server server) throws IOException {
        Socket guest = new Socket();
        guest.connect(server.localAddresses().get(0));
        guest.getOutputStream().write(new byte[] {5, 1, 0});
        require(guest.getInputStream().readNBytes(2).length == 2, "no answer");
        return guest;
    }

    private static long count(List<OpenSession> sessions, Socket guest) {
        return sessions.stream()
                .filter(session -> session.session().client().toString().endsWith(":" + guest.getLocalPort()))
                .count();
    }

    @Test
    void listsWhoStaysOnceWhileOthersComeAndGo() {
        Schedules.exploreSome(() -> {
            try (Socks5Server server = start();
                    Socket stays = guest(server);
                    Socket goes = guest(server)) {
                Scenario looks = () -> {
                    for (int i = 0; i < LOOKS; i++) {
                        require(count(server.sessions(), stays) == 1, "whoever stays is listed once");
                    }
                };
                Scenario asks = () -> {
                    List<OpenSession> asked = new ArrayList<>();
                    require(server.closeIf(session -> !asked.add(session)) == 0, "nobody was to be ended");
                    require(count(asked, stays) == 1, "whoever stays is asked about once");
                };
                Race.of(looks, asks, goes::close, () -> guest(server).close());
            }
            require(open.get() == 0, "accepted and closed do not match");
        });
    }

    @Test
    void endsASessionOnceWhoeverEndsIt() {
        Schedules.exploreSome(() -> {
            try (Socks5Server server = start();
                    Socket stays = guest(server);
                    Socket victim = guest(server)) {
                long id = server.sessions().stream()
                        .filter(session -> count(List.of(session), victim) == 1)
                        .findFirst()
                        .orElseThrow()
                        .id();
                AtomicInteger ended = new AtomicInteger();
                Race.of(
                        () -> ended.addAndGet(server.close(id) ? 1 : 0),
                        () -> ended.addAndGet(server.closeIf(session -> session.id() == id)),
                        () -> requireDropped(victim),
                        () -> require(count(server.sessions(), stays) == 1, "whoever stays is listed once"));
                require(ended.get() >= 1, "nobody has found it");
                require(stays.getLocalPort() > 0 && count(server.sessions(), stays) == 1, "another one was ended");
            }
            require(
                    reasons.stream()
                                    .filter(CloseReason.ENDED_BY_OPERATOR::equals)
                                    .count()
                            == 1,
                    "not ended once");
            require(reasons.size() == 2 && open.get() == 0, "accepted and closed do not match");
        });
    }

    private static void requireDropped(Socket victim) {
        try {
            require(victim.getInputStream().read() < 0, "it was told something");
        } catch (IOException e) {
            // It was reset.
        }
    }
}
