package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.server.Connector;
import dev.socks5.server.Loops;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.session.PendingRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the last upstream replies, and what becomes of it. */
@Timeout(60)
class ChainReplyTest {

    private static final String REQUEST = RawClient.connect("origin.example", 80);
    private static final String ZEROS = "05 00 00 01 00 00 00 00 00 00";

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder through(RawUpstream upstream) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .connector(Connector.always(Route.through(upstream.upstream())))
                .listener(events);
    }

    private static RawClient request(Socks5Server front) throws IOException {
        return new RawClient(front)
                .send(RawClient.GREETING)
                .expect(RawClient.ANONYMOUS)
                .send(REQUEST);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "4, 4", "5, 5", "6, 6", "7, 1", "8, 8", "9, 1", "240, 1", "255, 1"})
    void theLastOnesReplyIsPassedOnIfItIsAboutTheDestination(int reply, int told) throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(upstream).start();
                RawClient client = request(front)) {
            upstream.acceptRequest(REQUEST).send("05 %02x 00 01 00 00 00 00 00 00".formatted(reply));
            client.expectFailure(told);
            upstream.expectEnd();
            assertThat(events.until("requestFailed").toString()).contains("(0x%02X)".formatted(reply));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "05 00 00 01 c0 00 02 01 9c 40, 05 00 00 01 c0 00 02 01 9c 40",
        "05 00 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 9c 40, "
                + "05 00 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 9c 40",
        "05 00 00 03 01 61 9c 40, 05 00 00 01 00 00 00 00 00 00"
    })
    void ofTheBoundAddressAnAddressIsPassedOn(String reply, String told) throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(upstream).start();
                RawClient client = request(front)) {
            upstream.acceptRequest(REQUEST).send(reply);
            client.expect(told);
            List<String> seen = events.until("connected");
            assertThat(seen.get(seen.size() - 1))
                    .isEqualTo("connected " + upstream.address().getPort());
        }
    }

    @Test
    void theBoundAddressCanBeHidden() throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(upstream).hideBoundAddress().start();
                RawClient client = request(front)) {
            upstream.acceptRequest(REQUEST).send("05 00 00 01 c0 00 02 01 9c 40");
            client.expect(ZEROS);
        }
    }

    @Test
    void ofABindTheClientIsNeverToldAWildcard() throws Exception {
        String bind = "05 02 00 01 c0 00 02 01 00 14";
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(upstream).start();
                RawClient client = new RawClient(front)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(bind);
            upstream.acceptRequest(bind).send("05 00 00 01 00 00 00 00 9c 40");
            client.expect("05 00 00 01 7f 00 00 01 9c 40"); // It would take that for this server's address.
        }
    }

    @ParameterizedTest
    @CsvSource({"61 2e 62, true", "61 0a 62, false", "61 20 62, false", "00 00 00, false"})
    void ofALookUpANameIsPassedOnIfItIsThatOfAHost(String name, boolean isHostName) throws Exception {
        String lookUp = "05 f1 00 01 c0 00 02 01 00 00";
        String answer = "05 00 00 03 03 " + name + " 00 00";
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(upstream).torResolve().start();
                RawClient client = new RawClient(front)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(lookUp);
            upstream.acceptRequest(lookUp).send(answer);
            if (isHostName) {
                client.expect(answer).expectEnd();
            } else {
                client.expectFailure(0x04);
            }
        }
    }

    private static PendingRequest on(EventLoop loop) {
        PendingRequest pending = mock(PendingRequest.class);
        when(pending.loop()).thenReturn(loop);
        return pending;
    }

    @Test
    void ofABindBothRepliesAreReported() throws Exception {
        EventLoop loop = Loops.open();
        loop.start();
        try (RawUpstream upstream = new RawUpstream()) {
            Listener caller = new Listener();
            Request bind = new Request(Command.BIND, Endpoint.of("192.0.2.1", 20));
            Chain chain = new Chain(on(loop), List.of(upstream.upstream()), Egress.ANY, bind, caller);
            loop.execute(chain::start);
            upstream.acceptRequest("05 02 00 01 c0 00 02 01 00 14").send("05 00 00 01 c6 33 64 01 04 00");
            assertThat(caller.next()).isEqualTo("listening at 198.51.100.1:1024");
            upstream.send("05 00 00 01 c0 00 02 01 00 14 21");
            assertThat(caller.next()).isEqualTo("peer 192.0.2.1:20");
            loop.execute(chain::cancel); // Too late: the connection has another owner.
            loop.execute(caller::readOn);
            assertThat(caller.next()).isEqualTo("21");
        } finally {
            loop.stop();
            loop.join();
        }
    }

    @Test
    void theSecondReplyOfABindCanFail() throws Exception {
        EventLoop loop = Loops.open();
        loop.start();
        try (RawUpstream upstream = new RawUpstream()) {
            Listener caller = new Listener();
            Request bind = new Request(Command.BIND, Endpoint.of("192.0.2.1", 20));
            Chain chain = new Chain(on(loop), List.of(upstream.upstream()), Egress.ANY, bind, caller);
            loop.execute(chain::start);
            upstream.acceptRequest("05 02 00 01 c0 00 02 01 00 14").send(ZEROS);
            assertThat(caller.next()).isEqualTo("listening at 0.0.0.0:0");
            upstream.send("05 06 00 01 00 00 00 00 00 00");
            assertThat(caller.next()).isEqualTo("failed TTL expired (0x06)");
            upstream.expectEnd();
        } finally {
            loop.stop();
            loop.join();
        }
    }

    /** A step that is taken elsewhere, when the test says so. */
    private static PendingRequest on(EventLoop loop, BlockingQueue<Runnable> elsewhere) {
        PendingRequest pending = on(loop);
        doAnswer(call -> {
                    Supplier<Object> work = call.getArgument(0);
                    Consumer<Object> then = call.getArgument(2);
                    return elsewhere.add(() -> {
                        Object result = work.get();
                        loop.execute(() -> then.accept(result));
                    });
                })
                .when(pending)
                .run(any(), any(), any());
        return pending;
    }

    @Test
    void aReplyThatComesBackFromElsewhereAfterTheEndIsNotReported() throws Exception {
        EventLoop loop = Loops.open();
        loop.start();
        try (RawUpstream upstream = new RawUpstream()) {
            BlockingQueue<Runnable> elsewhere = new LinkedBlockingQueue<>();
            Listener caller = new Listener();
            Request request = Request.connect(Endpoint.of("192.0.2.1", 20));
            Upstream hop =
                    upstream.upstream().withMethod((proxy, command, destination) -> new PrivateLogin(1, method -> {}));
            Chain chain = new Chain(on(loop, elsewhere), List.of(hop), Egress.ANY, request, caller);
            loop.execute(chain::start);
            upstream.accept();
            elsewhere.take().run();
            upstream.expect("05 01 80").send("05 80");
            elsewhere.take().run();
            upstream.expect("07 01").send("01 00");
            elsewhere.take().run(); // with the length only
            elsewhere.take().run();
            upstream.expect("05 01 00 01 c0 00 02 01 00 14").send(ZEROS);
            elsewhere.take().run(); // without the address
            Runnable reply = elsewhere.take();
            loop.execute(chain::cancel);
            upstream.expectEnd();
            reply.run();
            loop.execute(() -> caller.failed(ReplyCode.GENERAL_FAILURE, "the end of the test"));
            assertThat(caller.next()).isEqualTo("failed " + ReplyCode.GENERAL_FAILURE);
        } finally {
            loop.stop();
            loop.join();
        }
    }

    /** Writes down what it hears. */
    private static final class Listener implements Chain.Caller {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final AtomicReference<Connection> given = new AtomicReference<>();

        String next() throws InterruptedException {
            return Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS));
        }

        @Override
        public void listening(Reply reply) {
            heard.add("listening at " + reply.bound());
        }

        @Override
        public void opened(Connection connection, Reply reply) {
            given.set(connection);
            heard.add("peer " + reply.bound());
        }

        @Override
        public void failed(ReplyCode code, String reason) {
            heard.add("failed " + code);
        }

        void readOn() {
            ByteBuffer in = ByteBuffer.allocate(16);
            try {
                Objects.requireNonNull(given.get()).read(in);
                heard.add(RawClient.hex(Arrays.copyOf(in.array(), in.position())));
            } catch (IOException e) {
                heard.add(e.toString());
            }
        }
    }
}
