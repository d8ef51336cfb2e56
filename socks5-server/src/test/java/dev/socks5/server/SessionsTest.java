package dev.socks5.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Command;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.server.operation.OpenSession;
import dev.socks5.server.operation.SessionState;
import dev.socks5.server.operation.Usage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a running server tells of its sessions, and how it ends them when it is asked to. */
@Timeout(60)
class SessionsTest {

    private static final String NO_SUCH_COMMAND = "05 09 00 01 7f 00 00 01 00 09";

    private final Recorder events = new Recorder();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(2).listener(events);
    }

    private Socks5Server server() throws IOException {
        return opened(builder().start());
    }

    private RawClient greeted(Socks5Server server) throws IOException {
        return opened(new RawClient(server)).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    private static OpenSession only(Socks5Server server) {
        List<OpenSession> sessions = server.sessions();
        assertThat(sessions).hasSize(1);
        return sessions.get(0);
    }

    private static void expectReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void aTunnelIsListedFromItsAcceptanceToItsEnd() throws Exception {
        Origin origin = opened(new Origin());
        Socks5Server server = server();
        assertThat(server.sessions()).isEmpty();
        RawClient client = greeted(server);
        OpenSession early = only(server);
        assertThat(early.id()).isEqualTo(1);
        assertThat(early.session().client().ip()).contains(client.socket().getLocalAddress());
        assertThat(early.session().request()).isNull();
        assertThat(early.state()).isEqualTo(SessionState.HANDSHAKE);
        assertThat(early.usage()).isEqualTo(Usage.NONE);
        assertThat(early.peer()).isNull();
        assertThat(early.route()).isNull();

        client.send(RawClient.connect(origin.address()) + "2e 2e").expectSuccess();
        Socket behind = origin.take();
        behind.getInputStream().readNBytes(2);
        behind.getOutputStream().write(new byte[5]);
        client.read(5);
        OpenSession relaying = only(server);
        assertThat(relaying.id()).isEqualTo(1);
        assertThat(relaying.state()).isEqualTo(SessionState.RELAYING);
        assertThat(Objects.requireNonNull(relaying.session().request()).command())
                .isEqualTo(Command.CONNECT);
        assertThat(relaying.peer()).isEqualTo(origin.address());
        assertThat(relaying.route()).isEqualTo(Route.direct());
        assertThat(relaying.usage()).isEqualTo(new Usage(2, 5, DatagramCounts.NONE));
        assertThat(relaying.age()).isGreaterThanOrEqualTo(early.age());

        client.reset();
        events.until("closed 2 5 BROKEN");
        assertThat(server.sessions()).isEmpty();
        assertThat(server.close(1)).isFalse();
    }

    @Test
    void aRequestIsListedWhileItWaits() throws Exception {
        BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
        Socks5Server server = opened(builder().executor(work::add).start());
        RawClient client = greeted(server);
        client.send(RawClient.connect("origin.test", 80));
        Runnable lookUp = work.take();
        assertThat(only(server).state()).isEqualTo(SessionState.REQUESTED);
        assertThat(only(server).route()).isNull();
        assertThat(server.close(1)).isTrue();
        client.expectDropped();
        assertThat(events.until("closed")).last().isEqualTo("closed 0 0 ENDED_BY_OPERATOR");
        lookUp.run(); // For nobody.
    }

    /** Its reply is on its way: that is no reason to take back how it has ended. */
    @Test
    void whatHasFailedIsListedAsEndingAndKeepsItsReason() throws Exception {
        Socks5Server server = server();
        RawClient client = greeted(server);
        client.send(NO_SUCH_COMMAND).expect("05 07 00 01 00 00 00 00 00 00");
        assertThat(only(server).state()).isEqualTo(SessionState.ENDING);
        assertThat(server.close(1)).isFalse();
        assertThat(events.until("closed")).last().isEqualTo("closed 0 0 REQUEST_FAILED"); // And at once.
    }

    /** Nobody may take a transfer that was cut for a whole one. */
    @Test
    void aTunnelThatIsClosedIsResetOnBothSides() throws Exception {
        Origin origin = opened(new Origin());
        Socks5Server server = server();
        RawClient first = opened(new RawClient(server)).tunnelTo(origin.address());
        Socket behindFirst = origin.take();
        RawClient second = opened(new RawClient(server)).tunnelTo(origin.address());
        Socket behindSecond = origin.take();
        first.send("2e");
        behindFirst.getInputStream().readNBytes(1);
        assertThat(server.close(1)).isTrue();
        expectReset(first.socket());
        expectReset(behindFirst);
        assertThat(events.until("closed")).last().isEqualTo("closed 1 0 ENDED_BY_OPERATOR");
        assertThat(server.close(1)).isFalse();
        assertThat(server.close(3)).isFalse();
        second.send("2e");
        assertThat(behindSecond.getInputStream().readNBytes(1)).hasSize(1);
        assertThat(only(server).id()).isEqualTo(2);
    }

    @Test
    void sessionsAreClosedByWhatIsKnownOfThem() throws Exception {
        Socks5Server server = opened(builder()
                .authenticator(PasswordAuthenticator.of(Map.of("al", "pw", "bo", "pw")))
                .start());
        RawClient nobody =
                opened(new RawClient(server)).send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
        RawClient al = loggedIn(server, "61 6c");
        RawClient bo = loggedIn(server, "62 6f");
        assertThatThrownBy(() -> server.closeIf(session -> {
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");
        assertThat(server.sessions()).hasSize(3);
        int ended = server.closeIf(session -> session.session().user() != null
                && session.session().user().getName().equals("al"));
        assertThat(ended).isEqualTo(1);
        al.expectDropped();
        assertThat(events.until("closed")).last().isEqualTo("closed 0 0 ENDED_BY_OPERATOR");
        assertThat(server.closeIf(session -> true)).isEqualTo(2);
        nobody.expectDropped();
        bo.expectDropped();
        events.until("closed");
        events.until("closed");
        assertThat(server.sessions()).isEmpty();
        assertThat(server.closeIf(session -> true)).isZero();
    }

    private RawClient loggedIn(Socks5Server server, String name) throws IOException {
        return opened(new RawClient(server))
                .send(RawClient.LOGIN_GREETING)
                .expect(RawClient.LOGIN_SELECTED)
                .send("01 02 " + name + " 02 70 77")
                .expect("01 00");
    }

    @Test
    void anAssociationTellsItsDatagramsAndIsClosed() throws Exception {
        Socks5Server server = server();
        UdpOrigin origin = opened(new UdpOrigin());
        UdpClient client = opened(new UdpClient(server));
        client.send(origin.address(), new byte[3]);
        origin.expect(new byte[3]);
        origin.answer(new byte[5]);
        client.receive(origin.address());
        client.send(origin.address(), new byte[0]);
        origin.expect(new byte[0]); // By now, what was before it has been counted.
        OpenSession session = only(server);
        assertThat(session.state()).isEqualTo(SessionState.RELAYING);
        assertThat(session.usage().bytesUp()).isEqualTo(3);
        assertThat(session.usage().bytesDown()).isEqualTo(5);
        assertThat(session.usage().datagrams().down()).isEqualTo(1);
        assertThat(server.close(session.id())).isTrue();
        client.control().expectDropped();
        SessionEnd ending = events.ending();
        assertThat(ending.reason()).isEqualTo(CloseReason.ENDED_BY_OPERATOR);
        assertThat(ending.datagrams()).isEqualTo(new DatagramCounts(2, 1, 0, 0, 0, 0, 0));
    }

    /** Told of its acceptance, when no loop has it yet. */
    @Test
    void aSessionIsClosedThatHasHardlyBegun() throws Exception {
        AtomicReference<Socks5Server> running = new AtomicReference<>();
        BlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
        Socks5Server server = opened(builder()
                .listener(new Socks5ServerListener() {
                    @Override
                    public void accepted(SessionInfo session) {
                        closed.add(Objects.requireNonNull(running.get()).close(session.id()));
                    }
                })
                .start());
        running.set(server);
        for (int i = 0; i < 4; i++) { // On its own loop, and on the other one.
            opened(new RawClient(server)).expectDropped();
            assertThat(closed.take()).isTrue();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 ENDED_BY_OPERATOR");
        }
        assertThat(server.sessions()).isEmpty();
    }

    /** Behind a balancer that has not said yet whose connection it is, the balancer stands for the client. */
    @Test
    void aConnectionOfABalancerIsListedToo() throws Exception {
        Socks5Server server = opened(Socks5Server.builder()
                .listenBehindBalancer(new InetSocketAddress("127.0.0.1", 0), EndpointPattern.parse("127.0.0.1"))
                .listener(events)
                .maxPerClient(1)
                .allowAnonymous()
                .start());
        RawClient first = opened(new RawClient(server));
        Remains.await(() -> server.sessions().size() == 1);
        assertThat(only(server).session().client().ip()).contains(first.socket().getLocalAddress());
        first.send("PROXY TCP4 192.0.2.1 127.0.0.1 40000 1080\r\n".getBytes(US_ASCII));
        events.until("accepted");
        assertThat(only(server).session().client().toString()).isEqualTo("192.0.2.1:40000");
        RawClient second = opened(new RawClient(server));
        second.send("PROXY TCP4 192.0.2.1 127.0.0.1 40001 1080\r\n".getBytes(US_ASCII));
        second.expectDropped();
        events.until("rejected");
        assertThat(only(server).id()).isEqualTo(1);
        assertThat(server.core().registry().tickets()).hasSize(1);
    }

    @Test
    void aClosedServerHasNoSessions() throws Exception {
        Socks5Server server = server();
        greeted(server);
        assertThat(server.sessions()).hasSize(1);
        server.close();
        assertThat(server.sessions()).isEmpty();
        assertThat(server.close(1)).isFalse();
    }

    /** While others come and go on both loops, those that stay are listed once each, time after time. */
    @Test
    void whatStaysIsListedExactlyOnce() throws Exception {
        Socks5Server server = server();
        List<RawClient> stay = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            stay.add(greeted(server));
            opened(new RawClient(server)).close(); // So that the numbers are not in one piece.
        }
        Remains.await(() -> server.sessions().size() == stay.size());
        Set<Long> ids = new TreeSet<>();
        server.sessions().forEach(session -> ids.add(session.id()));
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> others = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread thread = new Thread(() -> {
                try {
                    while (!over.get()) {
                        try (RawClient comes = new RawClient(server)) {
                            comes.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                            comes.reset();
                        }
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            thread.start();
            others.add(thread);
        }
        long before = server.statistics().accepted();
        long walks = 0;
        try {
            while (failure.get() == null && (walks < 500 || server.statistics().accepted() < before + 200)) {
                Map<Long, Integer> seen = new HashMap<>();
                server.sessions().forEach(session -> seen.merge(session.id(), 1, Integer::sum));
                assertThat(seen.keySet()).containsAll(ids);
                assertThat(seen.values()).containsOnly(1);
                walks++;
            }
        } finally {
            over.set(true);
            for (Thread thread : others) {
                thread.join();
            }
        }
        assertThat(failure.get()).isNull();
    }
}
