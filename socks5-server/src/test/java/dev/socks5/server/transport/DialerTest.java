package dev.socks5.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.server.AccessRules;
import dev.socks5.server.Connector;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Resolver;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import dev.socks5.server.Warnings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dialler is asked, and what the client hears of its answer. */
@Timeout(60)
class DialerTest {

    private static final String REJECTED =
            "RequestRejectedException: the proxy rejected CONNECT (0x01) to x.example:1: ";
    private static final Duration SHORT = Duration.ofMillis(100);

    private final Recorder events = new Recorder();
    private final BlockingQueue<DialRequest> asked = new LinkedBlockingQueue<>();

    private Socks5ServerBuilder builder(Route route) {
        return Socks5Server.builder().listen("127.0.0.1", 0).listener(events).connector(Connector.always(route));
    }

    private static RawClient greeted(Socks5Server server) throws IOException {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    private Transport hello(DialRequest request) {
        asked.add(request);
        return Transport.servedBy((in, out) -> out.write("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    private static Dialer throwing(Throwable failure) {
        return request -> sneaky(failure);
    }

    /** As languages that check no exceptions do. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T sneaky(Throwable e) throws E {
        throw (E) e;
    }

    @Test
    void aNameGoesToTheDiallerAsItIs() throws Exception {
        Resolver none = host -> {
            throw new AssertionError("looked up");
        };
        try (Socks5Server server = builder(Route.by(this::hello)).resolver(none).start();
                RawClient client = greeted(server)) {
            InetSocketAddress bound =
                    client.send(RawClient.connect("Metrics.Internal", 81)).readReply();
            assertThat(bound).isEqualTo(new InetSocketAddress("0.0.0.0", 0));
            assertThat(client.read(5)).asString().isEqualTo("hello");
            DialRequest request = asked.remove();
            assertThat(request.targets()).containsExactly(Endpoint.of("metrics.internal", 81));
            assertThat(request.request().destination()).isEqualTo(request.target());
            assertThat(request.request().command()).isEqualTo(Command.CONNECT);
            client.expectEnd();
            client.socket().shutdownOutput();
            assertThat(events.until("closed")).contains("connected 81", "closed 0 5 FINISHED");
        }
    }

    @Test
    void aRouteThatLooksNamesUpGivesTheAddressesThatTheRulesAllow() throws Exception {
        Resolver resolver = host -> List.of(
                InetAddress.getByName("127.0.0.2"),
                InetAddress.getByName("127.0.0.3"),
                InetAddress.getByName("127.0.0.4"));
        try (Socks5Server server = builder(Route.by(this::hello).lookingUpNames())
                        .resolver(resolver)
                        .accessRule(AccessRules.builder().deny("127.0.0.3").build())
                        .start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("three.example", 81)).expectSuccess();
            assertThat(asked.remove().targets())
                    .containsExactly(Endpoint.of("127.0.0.2", 81), Endpoint.of("127.0.0.4", 81));
        }
    }

    /** Row 20 of what must hold: neither the rules nor the defaults can be passed by. */
    @ParameterizedTest
    @ValueSource(strings = {"denied.example", "169.254.169.254", "127.0.0.3", "::ffff:7f00:3", "inside.example"})
    void theRulesJudgeBeforeTheDiallerIsAsked(String host) throws Exception {
        Resolver inside = name -> List.of(InetAddress.getByName("127.0.0.3"));
        for (Route route : List.of(Route.by(this::hello), Route.by(this::hello).lookingUpNames())) {
            if (host.equals("inside.example") && !route.looksUpNames()) {
                continue; // Nobody but the dialler knows what it means.
            }
            try (Socks5Server server = builder(route)
                            .resolver(inside)
                            .accessRule(AccessRules.builder()
                                    .deny("denied.example")
                                    .deny("127.0.0.3")
                                    .build())
                            .start();
                    RawClient client = greeted(server)) {
                Endpoint destination = Endpoint.of(host, 80);
                client.send(
                                destination.isName()
                                        ? RawClient.connect(host, 80)
                                        : RawClient.connect(destination.toInetSocketAddress()))
                        .expectFailure(0x02);
                assertThat(asked).isEmpty();
            }
        }
    }

    /** The failure of another proxy, as a client meets it. */
    static Throwable rejected(int code) {
        ClientHandshake handshake = new ClientHandshake(new Request(Command.CONNECT, Endpoint.of("x.example", 1)));
        try {
            handshake.send();
            handshake.receive(ByteBuffer.wrap(RawClient.bytes(RawClient.ANONYMOUS)));
            handshake.send();
            handshake.receive(ByteBuffer.wrap(RawClient.bytes("05 %02x 00 01 00 00 00 00 00 00".formatted(code))));
        } catch (Socks5Exception e) {
            return e;
        }
        throw new AssertionError("not rejected");
    }

    /** Who allows addresses alone allows no name, because nobody here knows its address. */
    @Test
    void aNameIsJudgedOnceMoreAsWhatTheDiallerIsAsked() throws Exception {
        try (Socks5Server server = builder(Route.by(this::hello))
                        .accessRule(AccessRules.builder().allow("0.0.0.0/0").build())
                        .start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("x.example", 80)).expectFailure(0x02);
            assertThat(asked).isEmpty();
        }
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new DialException(ReplyCode.TTL_EXPIRED, "far"), 0x06, "far"),
                Arguments.of(new DialException(ReplyCode.COMMAND_NOT_SUPPORTED, "no", new IOException()), 0x07, "no"),
                Arguments.of(rejected(0x02), 0x02, REJECTED + "not allowed by the rules (0x02)"),
                Arguments.of(rejected(0x07), 0x01, REJECTED + "command not supported (0x07)"),
                Arguments.of(new ConnectException("no channel"), 0x05, "ConnectException: no channel"),
                Arguments.of(new UnknownHostException("x.example"), 0x04, "UnknownHostException: x.example"),
                Arguments.of(new SocketTimeoutException("late"), 0x04, "SocketTimeoutException: late"),
                Arguments.of(new TimeoutException("late"), 0x04, "TimeoutException: late"),
                Arguments.of(new NoRouteToHostException("none"), 0x03, "NoRouteToHostException: none"),
                Arguments.of(
                        new SocketException("away\n\u00e9\u2028\\"),
                        0x03,
                        "SocketException: away\\x0a\\xe9\\u2028\\x5c"),
                Arguments.of(new BindException("taken"), 0x01, "BindException: taken"),
                Arguments.of(new UnresolvedAddressException(), 0x04, "UnresolvedAddressException"),
                Arguments.of(new UncheckedIOException(new ConnectException("far")), 0x05, "ConnectException: far"),
                Arguments.of(new IOException("x".repeat(501)), 0x01, "IOException: " + "x".repeat(500) + "..."),
                Arguments.of(new IOException(""), 0x01, "IOException"),
                Arguments.of(new IllegalStateException("secret"), 0x01, "IllegalStateException"),
                Arguments.of(new StackOverflowError("secret"), 0x01, "StackOverflowError"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureBecomesAReply(Throwable failure, int code, String reason) throws Exception {
        CompletableFuture<Transport> failed = new CompletableFuture<>();
        failed.completeExceptionally(failure);
        CompletableFuture<Transport> wrapped = new CompletableFuture<>();
        wrapped.completeExceptionally(new CompletionException(failure));
        for (Dialer dialer :
                List.of(throwing(failure), request -> Transport.when(failed), request -> Transport.when(wrapped))) {
            try (Socks5Server server = builder(Route.by(dialer)).start();
                    RawClient client = greeted(server)) {
                client.send(RawClient.connect("x.example", 1)).expectFailure(code);
                client.close();
                assertThat(events.until("closed"))
                        .contains("requestFailed " + code + " the dialler: " + reason, "closed 0 0 REQUEST_FAILED");
            }
        }
    }

    @Test
    @SuppressWarnings("NullAway") // A user's code need not know of nullness.
    void nothingInsteadOfATransportIsAFailure() throws Exception {
        @Nullable Transport none = null;
        Warnings warnings = new Warnings();
        for (Dialer dialer :
                List.<Dialer>of(request -> none, request -> Transport.when(CompletableFuture.completedFuture(none)))) {
            try (Socks5Server server = builder(Route.by(dialer)).start();
                    RawClient client = greeted(server)) {
                client.send(RawClient.connect("x.example", 1)).expectFailure(0x01);
            }
        }
        assertThat(warnings.seen())
                .filteredOn(seen -> seen.startsWith("a dialler failed: for x.example:1: "))
                .hasSize(2);
    }

    @Test
    void aSocketThatNoSelectorCanServeIsAFailureAndIsClosed() throws Exception {
        try (SocketChannel unconnected = SocketChannel.open();
                Socks5Server server =
                        builder(Route.by(request -> Transport.of(unconnected))).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("x.example", 1)).expectFailure(0x01);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (unconnected.isOpen() && System.nanoTime() - end < 0) {
                Thread.onSpinWait(); // It is closed by another thread.
            }
            assertThat(unconnected.isOpen()).isFalse();
        }
    }

    private static Transport closing(CountDownLatch closed) {
        return Transport.of(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), closed::countDown);
    }

    @Test
    void aTransportThatComesTooLateIsClosed() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Dialer slow = request -> {
            awaitUninterrupted(late);
            return closing(closed);
        };
        try (Socks5Server server = builder(Route.by(slow)).connectTimeout(SHORT).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("x.example", 1)).expectFailure(0x04);
            late.countDown();
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFutureThatNobodyWaitsForIsCancelledAndItsTransportClosed() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        BlockingQueue<CompletableFuture<Transport>> futures = new LinkedBlockingQueue<>();
        Dialer never = request -> {
            CompletableFuture<Transport> stubborn = new CompletableFuture<>() {
                @Override
                public boolean cancel(boolean interrupt) {
                    cancelled.countDown();
                    return false;
                }
            };
            futures.add(stubborn);
            return Transport.when(stubborn);
        };
        try (Socks5Server server =
                        builder(Route.by(never)).connectTimeout(SHORT).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("x.example", 1)).expectFailure(0x04);
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
            futures.remove().complete(closing(closed));
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aClientThatLeavesEndsTheWait() throws Exception {
        BlockingQueue<CompletableFuture<Transport>> futures = new LinkedBlockingQueue<>();
        Dialer never = request -> {
            CompletableFuture<Transport> future = new CompletableFuture<>();
            futures.add(future);
            return Transport.when(future);
        };
        try (Socks5Server server = builder(Route.by(never)).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("x.example", 1));
            CompletableFuture<Transport> future = Objects.requireNonNull(futures.poll(10, TimeUnit.SECONDS));
            client.reset();
            CountDownLatch cancelled = new CountDownLatch(1);
            CompletableFuture<?> unused = future.whenComplete((transport, failure) -> cancelled.countDown());
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(future).isCancelled();
            assertThat(events.until("closed")).contains("closed 0 0 CLIENT_LEFT");
        }
    }

    @Test
    void theServersEndEndsTheWait() throws Exception {
        CompletableFuture<Transport> future = new CompletableFuture<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        CompletableFuture<?> unused = future.whenComplete((transport, failure) -> cancelled.countDown());
        CountDownLatch waiting = new CountDownLatch(1);
        Dialer never = request -> {
            waiting.countDown();
            return Transport.when(future);
        };
        try (Socks5Server server = builder(Route.by(never)).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("x.example", 1));
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
            server.close();
            client.expectDropped();
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(future).isCancelled();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "f0", "f1", "03"})
    void otherCommandsAreNotSupported(String command) throws Exception {
        for (Route route : List.of(Route.by(this::hello), Route.by(this::hello).lookingUpNames())) {
            try (Socks5Server server = builder(route).torResolve().start();
                    RawClient client = greeted(server)) {
                client.send("05 " + command + " 00 01 7f 00 00 02 00 50").expectFailure(0x07);
                assertThat(asked).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itIsCalledOnALoopOnlyIfItNeverBlocks(boolean blocks) throws Exception {
        BlockingQueue<String> threads = new LinkedBlockingQueue<>();
        Dialer dialer = new Dialer() {
            @Override
            public Transport dial(DialRequest request) {
                threads.add(Thread.currentThread().getName());
                return hello(request).bound(Endpoint.of("192.0.2.7", 77));
            }

            @Override
            public boolean mayBlock() {
                return blocks;
            }
        };
        assertThat(Dialer.nonBlocking(dialer)).hasToString(dialer.toString());
        for (Dialer asked : List.of(dialer, Dialer.nonBlocking(dialer))) {
            try (Socks5Server server = builder(Route.by(asked)).start();
                    RawClient client = greeted(server)) {
                InetSocketAddress bound =
                        client.send(RawClient.connect("x.example", 1)).readReply();
                assertThat(bound).isEqualTo(new InetSocketAddress("192.0.2.7", 77));
                assertThat(threads.remove().startsWith("socks5-loop")).isEqualTo(asked != dialer || !blocks);
            }
        }
    }

    @Test
    void theBoundAddressCanBeHiddenAndIsNeverAName() throws Exception {
        for (Endpoint told : List.of(Endpoint.of("192.0.2.7", 77), Endpoint.of("inside.example", 77))) {
            Socks5ServerBuilder builder =
                    builder(Route.by(request -> hello(request).bound(told)));
            try (Socks5Server server = (told.isName() ? builder : builder.hideBoundAddress()).start();
                    RawClient client = greeted(server)) {
                InetSocketAddress bound =
                        client.send(RawClient.connect("x.example", 1)).readReply();
                assertThat(bound).isEqualTo(new InetSocketAddress("0.0.0.0", 0));
            }
        }
    }

    @Test
    void aRouteByADiallerSaysSo() throws Exception {
        Dialer dialer = this::hello;
        Route route = Route.by(dialer);
        assertThat(route.dialer()).isSameAs(dialer);
        assertThat(route.isDirect()).isFalse();
        assertThat(route.looksUpNames()).isFalse();
        assertThat(route.lookingUpNames().looksUpNames()).isTrue();
        assertThat(route.lookingUpNames().dialer()).isSameAs(dialer);
        assertThat(route.toString()).startsWith("by ");
        InetAddress local = InetAddress.getByName("127.0.0.1");
        assertThatThrownBy(() -> route.from(local)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Route.direct().looksUpNames()).isTrue();
        Route through = Route.through(Upstream.parse("socks5://127.0.0.1:1"));
        assertThat(through.looksUpNames()).isFalse();
        assertThatThrownBy(through::lookingUpNames).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new DialException(ReplyCode.SUCCEEDED, ""))
                .isInstanceOf(IllegalArgumentException.class);
        Transport served = Transport.servedBy((in, out) -> {});
        assertThatThrownBy(() -> served.endingOutputBy(() -> {})).isInstanceOf(IllegalStateException.class);
    }
}
