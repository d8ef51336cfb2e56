package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.SendAhead;
import dev.socks5.server.Connector;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Remains;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that is offered a private method. */
@Timeout(60)
class UpstreamMethodTest {

    private static final Logger LOG = Logger.getLogger("dev.socks5.server");
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final String PRIVATE_GREETING = "05 01 80";
    private static final String PRIVATE_SELECTED = "05 80";
    private static final String REQUEST = RawClient.connect("origin.example", 80);
    private static final String SUCCESS = "05 00 00 01 c0 00 02 01 9c 40";
    private static final PrivateLogin.Hook NOTHING = method -> {};

    private final Recorder events = new Recorder();
    private final Queue<PrivateLogin> logins = new ConcurrentLinkedQueue<>();
    private volatile PrivateLogin.Hook hook = NOTHING;
    private Level before;
    private RawUpstream upstream;

    @BeforeEach
    void start() throws IOException {
        before = LOG.getLevel();
        upstream = new RawUpstream();
    }

    @AfterEach
    void stop() {
        LOG.setLevel(before);
        upstream.close();
    }

    /** Of several rounds. */
    private ClientNegotiation begin(Endpoint proxy, Command command, Endpoint destination) {
        hook.called("begin");
        PrivateLogin login = new PrivateLogin(2, method -> hook.called(method));
        logins.add(login);
        return login;
    }

    private Socks5ServerBuilder through(Upstream first, Upstream... next) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .connector(Connector.always(Route.through(first, next)))
                .listener(events);
    }

    private Upstream withMethod() {
        return upstream.upstream().withMethod(this::begin);
    }

    private static RawClient request(Socks5Server server, String request) throws IOException {
        return new RawClient(server)
                .send(RawClient.GREETING)
                .expect(RawClient.ANONYMOUS)
                .send(request);
    }

    private static RawClient request(Socks5Server server) throws IOException {
        return request(server, REQUEST);
    }

    /** Both rounds, up to the request. */
    private static void logIn(RawUpstream proxy) throws IOException {
        proxy.expect(PRIVATE_GREETING).send(PRIVATE_SELECTED);
        proxy.expect("07 01").send("03 00 aa bb").expect("07 02").send("01 00");
    }

    private void assertWorks(Socks5Server server) throws Exception {
        try (RawClient client = request(server)) {
            logIn(upstream.accept());
            upstream.expect(REQUEST).send(SUCCESS);
            client.expect(SUCCESS).send("2e");
            upstream.expect("2e").end();
        }
    }

    private void assertFails(RawClient client, String reason) throws Exception {
        client.expectFailure(0x01);
        assertThat(events.until("requestFailed").toString())
                .contains("requestFailed 1 upstream ")
                .contains(reason);
    }

    private void assertAllAreClosed() throws InterruptedException {
        assertThat(logins).isNotEmpty();
        Remains.await(() -> logins.stream().allMatch(PrivateLogin::isClosed));
    }

    @Test
    void severalMessagesUpToTheTunnelWhoseFirstBytesComeRightBehindTheReply() throws Exception {
        try (Socks5Server server = through(withMethod()).start();
                RawClient client = request(server)) {
            logIn(upstream.accept());
            upstream.expect(REQUEST).send(SUCCESS + "68 65 6c 6c 6f");
            client.expect(SUCCESS + "68 65 6c 6c 6f").send("2e");
            upstream.expect("2e");
        }
        assertAllAreClosed();
    }

    @Test
    void answersMayComeByteByByte() throws Exception {
        try (Socks5Server server = through(withMethod()).start();
                RawClient client = request(server)) {
            upstream.accept().expect(PRIVATE_GREETING);
            sendOneByOne(PRIVATE_SELECTED);
            upstream.expect("07 01");
            sendOneByOne("03 00 aa bb");
            upstream.expect("07 02");
            sendOneByOne("01 00");
            upstream.expect(REQUEST);
            sendOneByOne(SUCCESS + "68 69");
            client.expect(SUCCESS + "68 69");
        }
    }

    private void sendOneByOne(String hex) throws IOException {
        for (byte octet : RawClient.bytes(hex)) {
            upstream.send(RawClient.hex(new byte[] {octet}));
        }
    }

    @Test
    void bothRepliesOfABind() throws Exception {
        String bind = "05 02 00 01 7f 00 00 01 00 00";
        try (Socks5Server server = through(withMethod()).start();
                RawClient client = request(server, bind)) {
            logIn(upstream.accept());
            upstream.expect(bind).send(SUCCESS);
            client.expect(SUCCESS);
            upstream.send("05 00 00 01 c0 00 02 02 9c 41 21");
            client.expect("05 00 00 01 c0 00 02 02 9c 41 21");
        }
    }

    @Test
    void theFactoryHearsOfTheProxyTheCommandAndTheDestination() throws Exception {
        String bind = "05 02 00 01 7f 00 00 01 00 00";
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        ClientNegotiation.Factory factory = (proxy, command, destination) -> {
            heard.add(proxy + " " + command.code() + " " + destination);
            return begin(proxy, command, destination);
        };
        Upstream first = upstream.upstream().withMethod(factory);
        Upstream second = new Upstream(Endpoint.of("inner.example", 1080), null).withMethod(factory);
        try (Socks5Server server = through(first, second).start();
                RawClient client = request(server, bind)) {
            logIn(upstream.accept());
            upstream.expect(RawClient.connect("inner.example", 1080));
            assertThat(heard).containsExactly(first.endpoint() + " 1 127.0.0.1:0");
            upstream.send(SUCCESS);
            logIn(upstream);
            upstream.expect(bind).send(SUCCESS);
            client.expect(SUCCESS);
            assertThat(heard).containsExactly(first.endpoint() + " 1 127.0.0.1:0", "inner.example:1080 2 127.0.0.1:0");
        }
    }

    @Test
    void theOffersAreInOrderWithoutNoAuthenticationAndTheLoginIsTheLast() throws Exception {
        ClientNegotiation.Factory another = (proxy, command, destination) -> new PrivateLogin(1, NOTHING) {
            @Override
            public AuthMethod method() {
                return new AuthMethod(0x81);
            }
        };
        Upstream both = upstream.upstream("a", "b").withMethod(another).withMethod(this::begin);
        try (Socks5Server server = through(both).start();
                RawClient client = request(server)) {
            upstream.accept()
                    .expect("05 03 81 80 02")
                    .send("05 02")
                    .expect("01 01 61 01 62")
                    .send("01 00");
            upstream.expect(REQUEST).send(SUCCESS);
            client.expect(SUCCESS);
            assertAllAreClosed(); // It was not selected.
        }
    }

    @Test
    void nothingOfAMethodThatMayBlockRunsOnALoop() throws Exception {
        Queue<String> onALoop = new ConcurrentLinkedQueue<>();
        hook = method -> {
            if (Thread.currentThread().getName().startsWith("socks5-loop")) {
                onALoop.add(method);
            }
        };
        try (Socks5Server server = through(withMethod()).start()) {
            assertWorks(server);
            assertThat(onALoop).doesNotContain("begin", "method", "send", "receive");
        }
    }

    @Test
    void aRefusedLogin() throws Exception {
        try (Socks5Server server = through(withMethod()).start();
                RawClient client = request(server)) {
            upstream.accept().expect(PRIVATE_GREETING).send(PRIVATE_SELECTED);
            upstream.expect("07 01").send("01 09");
            assertFails(client, upstream.upstream().endpoint() + ": refused in round 1");
            upstream.expectEnd();
        }
        assertAllAreClosed();
    }

    @Test
    void anEndInTheMiddle() throws Exception {
        try (Socks5Server server = through(withMethod()).start();
                RawClient client = request(server)) {
            upstream.accept().expect(PRIVATE_GREETING).send(PRIVATE_SELECTED);
            upstream.expect("07 01").end();
            assertFails(client, "the proxy closed the connection instead of answering the login");
        }
        assertAllAreClosed();
    }

    @Test
    void theSecondOfTwoRefuses() throws Exception {
        Upstream second = new Upstream(Endpoint.of("inner.example", 1080), null).withMethod(this::begin);
        try (Socks5Server server = through(withMethod(), second).start();
                RawClient client = request(server)) {
            logIn(upstream.accept());
            upstream.expect(RawClient.connect("inner.example", 1080)).send(SUCCESS);
            upstream.expect(PRIVATE_GREETING).send("05 ff");
            assertFails(client, "upstream 2 of 2, inner.example:1080: the proxy accepts none");
        }
        assertAllAreClosed();
    }

    /** As code in languages that do not check exceptions can. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void throwUnchecked(Throwable e) throws E {
        throw (E) e;
    }

    private static Throwable fault(String kind) {
        return switch (kind) {
            case "exception" -> new IllegalStateException("s3cret");
            case "checked" -> new Exception("s3cret");
            default -> new StackOverflowError("s3cret");
        };
    }

    @ParameterizedTest
    @CsvSource({
        "begin, exception",
        "begin, checked",
        "begin, error",
        "method, exception",
        "turn, exception",
        "turn, error",
        "send, exception",
        "send, checked",
        "send, error",
        "awaitsVerdict, exception",
        "receive, exception",
        "receive, checked",
        "receive, error",
        "missing, exception",
        "missing, error",
        "protection, exception",
        "protection, error",
        "close, exception",
        "close, error"
    })
    void whateverThrowsEndsThatRequestAndNothingElse(String where, String kind) throws Exception {
        LOG.setLevel(Level.OFF);
        try (Socks5Server server =
                through(withMethod().sendingAhead(SendAhead.ALL_BUT_LOGINS)).start()) {
            Remains remains = new Remains(server);
            hook = method -> {
                if (method.equals(where)) {
                    UpstreamMethodTest.<RuntimeException>throwUnchecked(fault(kind));
                }
            };
            try (RawClient client = request(server)) {
                // All that it could ask for; it may have hung up by then.
                upstream.accept().send(PRIVATE_SELECTED + "01 00" + "01 00" + SUCCESS);
                assertFails(client, upstream.upstream().endpoint() + ": an unexpected failure, which the log has");
                upstream.end();
            }
            hook = NOTHING;
            try (RawClient client = request(server)) {
                upstream.accept().expect(PRIVATE_GREETING).send(PRIVATE_SELECTED);
                upstream.expect("07 01").send("01 00").expect("07 02" + REQUEST).send("01 00" + SUCCESS);
                client.expect(SUCCESS);
                upstream.end();
            }
            Remains.await(() -> logins.stream().allMatch(PrivateLogin::isClosed));
            remains.awaitNone();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @SuppressWarnings("NullAway") // That is the point.
    void aFactoryThatMakesNoneOrOneTwiceIsSuchAFailureToo(boolean twice) throws Exception {
        LOG.setLevel(Level.OFF);
        Upstream bad = withMethod().withMethod(twice ? this::begin : (proxy, command, destination) -> null);
        try (Socks5Server server = through(bad).start();
                RawClient client = request(server)) {
            assertFails(client, upstream.upstream().endpoint() + ": an unexpected failure, which the log has");
            assertAllAreClosed();
        }
    }

    @Test
    void thoseOfALaterUpstreamAreNamedEvenIfItIsSentAhead() throws Exception {
        LOG.setLevel(Level.OFF);
        hook = method -> {
            if (method.equals("send")) {
                throw new IllegalStateException("on purpose");
            }
        };
        Upstream first = upstream.upstream().sendingAhead(SendAhead.ALL);
        Upstream second = new Upstream(Endpoint.of("inner.example", 1080), null)
                .withMethod(this::begin)
                .sendingAhead(SendAhead.ALL);
        try (Socks5Server server = through(first, second).start();
                RawClient client = request(server)) {
            assertFails(client, "upstream 2 of 2, inner.example:1080: an unexpected failure, which the log has");
            assertAllAreClosed();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Where it blocks, and what it sends next. */
    @ParameterizedTest
    @CsvSource({"begin, 05 01 80", "send, 07 01", "receive, 07 02"})
    void oneThatBlocksHoldsNobodyElseUp(String where, String next) throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        hook = method -> {
            if (method.equals(where)) {
                hook = NOTHING;
                blocked.countDown();
                await(released);
            }
        };
        try (Socks5Server server = through(withMethod()).start();
                RawClient slow = request(server)) {
            Socket its = upstream.accept().socket();
            if (!where.equals("begin")) {
                upstream.expect(PRIVATE_GREETING).send(PRIVATE_SELECTED);
            }
            if (where.equals("receive")) {
                upstream.expect("07 01").send("01 00");
            }
            await(blocked);
            assertWorks(server); // on the one loop
            assertThat(its.getInputStream().available()).isZero();
            released.countDown();
            assertThat(RawClient.hex(its.getInputStream().readNBytes(next.length() / 3 + 1)))
                    .isEqualTo(next);
            its.close();
            slow.expectFailure(0x01);
        }
        assertAllAreClosed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"send", "receive"})
    void oneThatStaysBlockedIsClosedWhenTheTimeIsUp(String where) throws Exception {
        CountDownLatch woken = new CountDownLatch(1);
        hook = method -> {
            if (method.equals("close")) {
                woken.countDown();
            } else if (method.equals(where)) {
                await(woken);
                throw new IllegalStateException("closed");
            }
        };
        try (Socks5Server server = through(withMethod()).connectTimeout(SHORT).start()) {
            Remains remains = new Remains(server);
            try (RawClient client = request(server)) {
                upstream.accept().expect(PRIVATE_GREETING).send(PRIVATE_SELECTED);
                if (where.equals("receive")) {
                    upstream.expect("07 01").send("01 00");
                }
                client.expectFailure(0x04);
                assertThat(events.until("requestFailed").toString())
                        .contains("timed out at upstream " + upstream.upstream().endpoint());
                upstream.expectEnd();
                upstream.end();
            }
            assertAllAreClosed();
            remains.awaitNone(); // and no warning: it was told to end
        }
    }

    /** It is made after the end of all that it is for. */
    @Test
    void oneThatIsMadeTooLateIsClosedAtOnce() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        hook = method -> {
            if (method.equals("begin")) {
                await(released);
            }
        };
        try (Socks5Server server = through(withMethod()).connectTimeout(SHORT).start()) {
            try (RawClient client = request(server)) {
                upstream.accept();
                client.expectFailure(0x04);
                upstream.expectEnd();
            }
            assertThat(logins).isEmpty();
            released.countDown();
            Remains.await(() -> !logins.isEmpty());
            assertAllAreClosed();
        }
    }

    @Test
    void aResetWhileOneBlocksIsAFailureLikeAnyOther() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        hook = method -> {
            if (method.equals("receive")) {
                await(released);
            }
        };
        try (Socks5Server server = through(withMethod()).start();
                RawClient client = request(server)) {
            upstream.accept().expect(PRIVATE_GREETING).send(PRIVATE_SELECTED);
            upstream.expect("07 01").send("01 00").reset();
            released.countDown();
            assertFails(client, upstream.upstream().endpoint() + ": the proxy closed the connection");
        }
        assertAllAreClosed();
    }

    @Test
    void withoutAThreadForItTheRequestFails() throws Exception {
        AtomicInteger tasks = new AtomicInteger();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (AutoCloseable end = thread::shutdownNow;
                Socks5Server server = through(withMethod())
                        .executor(task -> {
                            if (tasks.incrementAndGet() > 1) { // The first one is for the rule.
                                throw new RejectedExecutionException("on purpose");
                            }
                            thread.execute(task);
                        })
                        .start();
                RawClient client = request(server)) {
            assertFails(client, upstream.upstream().endpoint() + ": too much work is under way");
        }
    }

    @Test
    void noneIsLeftOpenWhenTheServerCloses() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (Socks5Server server = through(withMethod()).start()) {
            for (int i = 0; i < 10; i++) {
                clients.add(request(server));
                upstream.accept()
                        .expect(PRIVATE_GREETING)
                        .send(PRIVATE_SELECTED)
                        .expect("07 01");
            }
            server.close();
        }
        for (RawClient client : clients) {
            client.expectDropped();
            client.close();
        }
        assertThat(logins).hasSize(10);
        assertAllAreClosed();
    }
}
