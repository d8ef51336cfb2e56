package dev.socks5.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.Connector;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Transports that are made of what a future brings, and of sockets. */
@Timeout(60)
class AwaitedTransportTest {

    private static final Duration SHORT = Duration.ofMillis(100);

    private final Recorder events = new Recorder();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Closeable something = closed::countDown;

    private Socks5ServerBuilder builder(Dialer dialer) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .listener(events)
                .connector(Connector.always(Route.by(Dialer.nonBlocking(dialer))));
    }

    private static RawClient asking(Socks5Server server) throws IOException {
        RawClient client = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
        return client.send(RawClient.connect("x.example", 80));
    }

    private static Transport closing(Closeable whole) {
        return Transport.of(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), whole);
    }

    private void awaitClosed() throws InterruptedException {
        assertThat(closed.await(10, TimeUnit.SECONDS)).as("closed").isTrue();
    }

    @Test
    void whatComesIsMadeATransport() throws Exception {
        CompletableFuture<SocketChannel> source = new CompletableFuture<>();
        try (Origin origin = new Origin();
                Socks5Server server = builder(request -> {
                            source.complete(SocketChannel.open(origin.address()));
                            return Transport.when(source, Transport::of);
                        })
                        .start();
                RawClient client = asking(server)) {
            client.expectSuccess();
            client.send("01");
            Socket there = origin.take();
            assertThat(there.getInputStream().read()).isEqualTo(1);
            there.close();
            client.expectEnd();
        }
    }

    /** A future that was made of the source would be cancelled by itself, and the source go on. */
    @Test
    void aSourceThatNobodyWaitsForIsCancelled() throws Exception {
        CompletableFuture<SocketChannel> source = new CompletableFuture<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        CompletableFuture<?> unused = source.whenComplete((channel, failure) -> cancelled.countDown());
        try (Socks5Server server = builder(request -> Transport.when(source, Transport::of))
                        .connectTimeout(SHORT)
                        .start();
                RawClient client = asking(server)) {
            client.expectFailure(0x04);
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(source).isCancelled();
        }
    }

    @Test
    void whatComesAllTheSameIsClosed() throws Exception {
        CompletableFuture<Closeable> source = new CompletableFuture<>();
        try (Socks5Server server = builder(request ->
                                Transport.when(source.minimalCompletionStage(), AwaitedTransportTest::closing))
                        .connectTimeout(SHORT)
                        .start();
                RawClient client = asking(server)) {
            client.expectFailure(0x04);
            source.complete(something);
            awaitClosed();
        }
    }

    @Test
    @SuppressWarnings("NullAway") // A user's code need not know of nullness.
    void whatNoTransportCanBeMadeOfIsClosed() throws Exception {
        @Nullable Transport none = null;
        CountDownLatch both = new CountDownLatch(2);
        CompletableFuture<Closeable> source = CompletableFuture.completedFuture(both::countDown);
        for (Function<Closeable, Transport> making : List.<Function<Closeable, Transport>>of(come -> none, come -> {
            throw new IllegalStateException("on purpose");
        })) {
            try (Socks5Server server =
                            builder(request -> Transport.when(source, making)).start();
                    RawClient client = asking(server)) {
                client.expectFailure(0x01);
            }
        }
        assertThat(both.getCount()).isZero();
    }

    /** A close of its output stream would close the socket, and lose what the other side says then. */
    @Test
    void theStreamsOfASocketAreHalfClosed() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder(request -> {
                            Socket socket = new Socket(
                                    origin.address().getAddress(),
                                    origin.address().getPort());
                            return Transport.of(socket.getInputStream(), socket.getOutputStream(), socket);
                        })
                        .start();
                RawClient client = asking(server)) {
            client.expectSuccess();
            client.send("01");
            client.socket().shutdownOutput();
            try (Socket there = origin.take()) {
                assertThat(there.getInputStream().readAllBytes()).containsExactly(1);
                there.getOutputStream().write(2);
            }
            client.expect("02").expectEnd();
            assertThat(events.until("closed")).contains("closed 1 1 FINISHED");
        }
    }

    @Test
    void aSocketThatIsNotConnectedIsAFailure() throws Exception {
        try (Socket unconnected = new Socket();
                Socks5Server server =
                        builder(request -> Transport.of(unconnected)).start();
                RawClient client = asking(server)) {
            client.expectFailure(0x01);
            client.close();
            assertThat(events.until("closed"))
                    .contains("requestFailed 1 the dialler: IOException: the socket of a transport is not connected, "
                            + "or closed");
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void nothingIsRefusedByName() {
        ByteArrayInputStream in = new ByteArrayInputStream(new byte[0]);
        @Nullable Closeable none = null;
        assertThatThrownBy(() -> Transport.of(in, new ByteArrayOutputStream(), none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("whole");
        @Nullable CompletableFuture<Transport> nothing = null;
        assertThatThrownBy(() -> Transport.when(nothing)).hasMessage("later");
        assertThatThrownBy(() -> Transport.when(nothing, transport -> transport))
                .hasMessage("source");
    }
}
