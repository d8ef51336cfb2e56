package dev.socks5.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Connector;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.Warnings;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers in this JVM, and channels that break their contract. */
@Timeout(60)
class TransportTest {

    private static final int MUCH = 3_000_000;

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder(Dialer dialer) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .listener(events)
                .connector(Connector.always(Route.by(dialer)));
    }

    private static RawClient tunnel(Socks5Server server) throws IOException {
        RawClient client = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
        client.send(RawClient.connect("inside.example", 80)).expectSuccess();
        return client;
    }

    private static byte[] random(int seed) {
        byte[] bytes = new byte[MUCH];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void write(OutputStream out, byte[] bytes, int seed) throws IOException {
        Random random = new Random(seed);
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
            out.write(bytes, at, count);
            at += count;
        }
    }

    private static Thread start(Transport.Action action, BlockingQueue<String> failures) {
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (IOException e) {
                failures.add(e.toString());
            }
        });
        thread.start();
        return thread;
    }

    /** Both directions at once, to the last byte. */
    @Test
    void muchGoesThroughAHandler() throws Exception {
        byte[] up = random(1);
        byte[] down = random(2);
        BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
        BlockingQueue<String> failures = new LinkedBlockingQueue<>();
        Transport.Handler handler = (in, out) -> {
            Thread writer = start(
                    () -> {
                        write(out, down, 3);
                        out.close();
                    },
                    failures);
            received.add(in.readAllBytes());
            join(writer);
        };
        try (Socks5Server server =
                        builder(request -> Transport.servedBy(handler)).start();
                RawClient client = tunnel(server)) {
            Socket socket = client.socket();
            start(
                    () -> {
                        write(socket.getOutputStream(), up, 4);
                        socket.shutdownOutput();
                    },
                    failures);
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(down);
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(up);
            assertThat(failures).isEmpty();
            SessionEnd end = events.ending();
            assertThat(end.reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(end.bytesUp()).isEqualTo(MUCH);
            assertThat(end.bytesDown()).isEqualTo(MUCH);
        }
    }

    /** Streams that give nothing until the whole is closed. */
    private static Transport silent(CountDownLatch closed, Closeable whole) {
        InputStream in = new InputStream() {
            @Override
            public int read() {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return read();
            }
        };
        return Transport.of(in, OutputStream.nullOutputStream(), whole);
    }

    @Test
    void oneThatIsGivenOutAgainFailsAndLeavesTheFirstTunnelAlone() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        BlockingQueue<String> closes = new LinkedBlockingQueue<>();
        Transport cached = silent(closed, () -> {
            closes.add("closed");
            closed.countDown();
        });
        try (Socks5Server server =
                        builder(request -> cached.bound(Endpoint.UNSPECIFIED)).start();
                RawClient first = tunnel(server);
                RawClient second =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            second.send(RawClient.connect("inside.example", 80)).expectFailure(0x01);
            assertThat(events.until("requestFailed")).last().asString().contains("a transport was given out before");
            second.close();
            assertThat(closes).isEmpty();
            server.close();
            first.expectDropped();
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(closes).hasSize(1);
        }
    }

    /** A loop that closes the server goes on until it has ended its connections. */
    @Test
    void aServerThatIsClosedByACallbackClosesTransportsElsewhere() throws Exception {
        CompletableFuture<Socks5Server> started = new CompletableFuture<>();
        CountDownLatch closed = new CountDownLatch(1);
        BlockingQueue<String> by = new LinkedBlockingQueue<>();
        Transport transport = silent(closed, () -> {
            by.add(Thread.currentThread().getName());
            closed.countDown();
        });
        Socks5ServerListener closing = new Socks5ServerListener() {
            @Override
            public void connected(SessionInfo session, SocketAddress peer, Duration took) {
                started.join().close();
            }
        };
        try (Socks5Server server =
                builder(request -> transport).listener(closing).start()) {
            started.complete(server);
            try (RawClient client = new RawClient(server)
                    .send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(RawClient.connect("inside.example", 80))) {
                assertThat(by.poll(10, TimeUnit.SECONDS)).isNotNull().doesNotStartWith("socks5-loop");
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Byte by byte, one direction waits for the other. */
    @Test
    void aHandlerAnswersAndIsAnswered() throws Exception {
        Transport.Handler echo = (in, out) -> {
            for (int next = in.read(); next >= 0; next = in.read()) {
                out.write(next);
            }
        };
        try (Socks5Server server = builder(request -> Transport.servedBy(echo)).start();
                RawClient client = tunnel(server)) {
            for (int i = 0; i < 300; i++) {
                client.send(new byte[] {(byte) i});
                assertThat(client.read(1)).containsExactly((byte) i);
            }
            client.socket().shutdownOutput();
            client.expectEnd();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.FINISHED);
        }
    }

    @Test
    void aHandlerThatFailsResetsTheClient() throws Exception {
        List<CloseReason> reasons = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        for (Transport.Handler handler : new Transport.Handler[] {
            (in, out) -> {
                in.read();
                throw new IOException("broken on purpose");
            },
            (in, out) -> {
                in.read();
                throw new UncheckedIOException(new IOException("broken on purpose"));
            },
            (in, out) -> {
                in.read();
                throw new StackOverflowError("broken on purpose");
            }
        }) {
            Warnings warnings = new Warnings();
            try (Socks5Server server =
                            builder(request -> Transport.servedBy(handler)).start();
                    RawClient client = tunnel(server)) {
                client.send("2e");
                assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketException.class);
                reasons.add(events.ending().reason());
                seen.addAll(warnings.seen());
            }
        }
        assertThat(reasons).containsExactly(CloseReason.BROKEN, CloseReason.BROKEN, CloseReason.FAULT);
        assertThat(seen)
                .filteredOn(warning -> warning.startsWith("a handler"))
                .containsExactly("a handler has failed: for inside.example/<unresolved>:80: "
                        + "java.lang.StackOverflowError: broken on purpose");
    }

    /** What comes after its return is dropped: a reset might take the answer with it. */
    @Test
    void aHandlerMayReturnBeforeTheClientHasSentAll() throws Exception {
        Transport.Handler answer = (in, out) -> out.write('.');
        try (Socks5Server server =
                        builder(request -> Transport.servedBy(answer)).start();
                RawClient client = tunnel(server)) {
            client.send(random(1));
            client.socket().shutdownOutput();
            client.expect("2e");
            client.expectEnd();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.FINISHED);
        }
    }

    @Test
    void aHandlerLearnsThatItsClientHasGone() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Transport.Handler handler = (in, out) -> {
            try {
                in.read();
            } catch (IOException e) {
                seen.add("read: " + e.getMessage());
            }
            try {
                out.write('.');
            } catch (IOException e) {
                seen.add("write: " + e.getMessage());
                throw e;
            }
        };
        try (Socks5Server server =
                        builder(request -> Transport.servedBy(handler)).start();
                RawClient client = tunnel(server)) {
            client.reset();
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("read: the client's connection has ended");
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("write: the client's connection has ended");
            assertThat(events.ending().reason()).isEqualTo(CloseReason.BROKEN);
        }
    }

    /** What it has written waits in the socket buffers of both sides, and in a few small ones of ours. */
    @Test
    void aClientThatDoesNotReadStopsTheHandler() throws Exception {
        AtomicLong written = new AtomicLong();
        BlockingQueue<Thread> writers = new LinkedBlockingQueue<>();
        Transport.Handler endless = (in, out) -> {
            writers.add(Thread.currentThread());
            while (true) {
                out.write(new byte[1024]);
                written.addAndGet(1024);
            }
        };
        try (Socks5Server server =
                        builder(request -> Transport.servedBy(endless)).start();
                RawClient client = tunnel(server)) {
            Thread writer = writers.take();
            long before = -1;
            while (writer.getState() != Thread.State.WAITING || before != written.get()) {
                before = written.get();
                Thread.onSpinWait();
            }
            assertThat(written.get()).isLessThan(32 * 1024 * 1024);
            assertThat(client.read(MUCH)).hasSize(MUCH); // And it goes on.
            client.reset();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.BROKEN);
        }
    }

    @Test
    void anIdleTunnelEndsAndItsTransportIsClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch reset = new CountDownLatch(1);
        Dialer dialer = request -> {
            CountDownLatch never = new CountDownLatch(1);
            InputStream silent = new InputStream() {
                @Override
                public int read() throws IOException {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return -1;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    return read();
                }
            };
            return Transport.of(silent, OutputStream.nullOutputStream(), () -> {
                        never.countDown();
                        closed.countDown();
                    })
                    .resettingBy(reset::countDown);
        };
        try (Socks5Server server =
                        builder(dialer).idleTimeout(Duration.ofMillis(100)).start();
                RawClient client = tunnel(server)) {
            assertThat(events.ending().reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(reset.getCount()).isZero();
            client.expectDropped();
        }
    }

    @Test
    void aTunnelThatWaitsForItsTurnGoesOn() throws Exception {
        Transport.Handler echo = InputStream::transferTo;
        try (Socks5Server server = builder(request -> Transport.servedBy(echo))
                        .bandwidthPerConnection(4_000_000)
                        .start();
                RawClient client = tunnel(server)) {
            byte[] sent = random(1);
            BlockingQueue<String> failures = new LinkedBlockingQueue<>();
            start(() -> client.send(sent), failures);
            assertThat(client.read(MUCH)).isEqualTo(sent);
            assertThat(failures).isEmpty();
        }
    }

    /** The ways to break the contract of a channel. */
    enum Fault {
        READS_MORE_THAN_ASKED,
        READS_WITHOUT_MOVING_THE_BUFFER,
        READS_NOTHING_FOR_EVER,
        READS_BACKWARDS,
        READ_FAILS_WITH_AN_ERROR,
        READ_FAILS_WITHOUT_A_CAUSE,
        READ_COMPLETES_WITH_NULL,
        WRITES_MORE_THAN_GIVEN,
        WRITES_NOTHING_FOR_EVER,
        WRITE_ENDS,
        WRITE_THROWS,
        CLOSE_THROWS
    }

    @ParameterizedTest
    @EnumSource
    void aChannelThatBreaksItsContractEndsItsOwnTunnelAndNothingElse(Fault fault) throws Exception {
        Faulty faulty = new Faulty(fault);
        AtomicBoolean first = new AtomicBoolean(true);
        Dialer dialer = request ->
                first.getAndSet(false) ? Transport.of(faulty) : Transport.servedBy((in, out) -> in.transferTo(out));
        try (Socks5Server server = builder(dialer).eventLoops(1).start();
                RawClient client = tunnel(server);
                RawClient other = tunnel(server)) {
            client.send("2e");
            client.expectDropped();
            assertThat(events.ending().reason()).isIn(CloseReason.FAULT, CloseReason.BROKEN, CloseReason.FINISHED);
            assertThat(faulty.closed.await(10, TimeUnit.SECONDS)).isTrue();
            other.send("2e").expect("2e");
        }
    }

    @Test
    void aSecondCompletionCountsForNothing() throws Exception {
        AsynchronousByteChannel twice = new Faulty(Fault.CLOSE_THROWS) {
            private int reads;

            @Override
            public <A> void read(ByteBuffer into, A attachment, CompletionHandler<Integer, ? super A> handler) {
                if (reads++ == 0) {
                    into.put((byte) '.');
                    handler.completed(1, attachment);
                    handler.completed(1, attachment);
                    handler.failed(new IOException("too late"), attachment);
                } else {
                    handler.completed(-1, attachment);
                }
            }
        };
        try (Socks5Server server = builder(request -> Transport.of(twice)).start();
                RawClient client = tunnel(server)) {
            client.expect("2e").expectEnd();
            client.socket().shutdownOutput();
            assertThat(events.ending().bytesDown()).isEqualTo(1);
        }
    }

    /** Does one thing wrong, and the others right, as far as it comes to them. */
    private static class Faulty implements AsynchronousByteChannel {

        private final Fault fault;
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile boolean nothingForEver;
        private volatile Runnable afterWrite = () -> {}; // A fault at once might take the reply with it.

        private Faulty(Fault fault) {
            this.fault = fault;
        }

        @Override
        public <A> void read(ByteBuffer into, A attachment, CompletionHandler<Integer, ? super A> handler) {
            if (nothingForEver) {
                handler.completed(0, attachment);
            } else {
                afterWrite = () -> fail(into, attachment, handler);
            }
        }

        private <A> void fail(ByteBuffer into, A attachment, CompletionHandler<Integer, ? super A> handler) {
            switch (fault) {
                case READS_MORE_THAN_ASKED -> handler.completed(into.remaining() + 1, attachment);
                case READS_WITHOUT_MOVING_THE_BUFFER -> handler.completed(1, attachment);
                case READS_NOTHING_FOR_EVER -> {
                    nothingForEver = true;
                    handler.completed(0, attachment);
                }
                case READS_BACKWARDS -> handler.completed(-2, attachment);
                case READ_FAILS_WITH_AN_ERROR -> handler.failed(new StackOverflowError(), attachment);
                case READ_FAILS_WITHOUT_A_CAUSE -> handler.failed(nothing(), attachment);
                case READ_COMPLETES_WITH_NULL -> handler.completed(nothing(), attachment);
                case CLOSE_THROWS -> handler.failed(new IOException("broken on purpose"), attachment);
                default -> {} // It never completes.
            }
        }

        @Override
        public <A> void write(ByteBuffer from, A attachment, CompletionHandler<Integer, ? super A> handler) {
            switch (fault) {
                case WRITES_MORE_THAN_GIVEN -> handler.completed(from.remaining() + 1, attachment);
                case WRITES_NOTHING_FOR_EVER -> handler.completed(0, attachment);
                case WRITE_ENDS -> handler.completed(-1, attachment);
                case WRITE_THROWS -> throw new IllegalStateException("broken on purpose");
                default -> {
                    int count = from.remaining();
                    from.position(from.limit());
                    handler.completed(count, attachment);
                    afterWrite.run();
                }
            }
        }

        @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // A user's code need not know of nullness.
        private static <T> T nothing() {
            return null;
        }

        @Override
        public Future<Integer> read(ByteBuffer into) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Integer> write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return closed.getCount() > 0;
        }

        @Override
        public void close() {
            closed.countDown();
            if (fault == Fault.CLOSE_THROWS) {
                throw new IllegalStateException("broken on purpose");
            }
        }
    }
}
