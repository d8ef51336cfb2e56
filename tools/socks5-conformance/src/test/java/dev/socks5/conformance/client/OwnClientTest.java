package dev.socks5.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.RemoteListener;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.client.Socks5DatagramSocket;
import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.peer.PeerProgram;
import dev.socks5.conformance.peer.RightClient.Kind;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Has the client of this project pass every case. */
class OwnClientTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST = 65_536;

    private final ExecutorService pool = Executors.newFixedThreadPool(8);

    @AfterEach
    void closePool() {
        pool.shutdownNow();
    }

    @TestFactory
    List<DynamicTest> bySockets() {
        return passes(Own::fetchBySocket, UnaryOperator.identity());
    }

    @TestFactory
    List<DynamicTest> byChannels() {
        return passes(Own::fetchByChannel, UnaryOperator.identity());
    }

    @TestFactory
    List<DynamicTest> sendingAhead() {
        return passes(Own::fetchBySocket, Socks5ClientBuilder::sendAhead);
    }

    private List<DynamicTest> passes(Fetching fetching, UnaryOperator<Socks5ClientBuilder> settings) {
        return ClientCases.all().stream()
                .map(one -> {
                    Future<Outcome> trial = pool.submit(() -> ClientTrials.ofRight(
                            one,
                            ClientUnderTest.of(program(Kind.FETCH, fetching, settings))
                                    .withLogin(program(Kind.LOGIN, fetching, settings))
                                    .withUdp(program(Kind.UDP, fetching, settings))
                                    .withBind(program(Kind.BIND, fetching, settings))));
                    return DynamicTest.dynamicTest(one.id(), () -> {
                        Outcome outcome = trial.get();
                        assertThat(outcome.verdict()).as(outcome.reason()).isEqualTo(Verdict.PASSED);
                    });
                })
                .toList();
    }

    private static PeerProgram program(Kind kind, Fetching fetching, UnaryOperator<Socks5ClientBuilder> settings) {
        return new PeerProgram(() -> {
            Own own = new Own();
            return new PeerProgram.Started((task, out) -> own.run(kind, fetching, settings, task, out), own::end);
        });
    }

    /** Fetches a page in one of the ways that the client has. */
    @FunctionalInterface
    private interface Fetching {
        void fetch(Own own, Socks5Client client, Task task, OutputStream out) throws Exception;
    }

    /** Uses the client once. */
    private static final class Own {

        private Closeable open = () -> {};

        void run(Kind kind, Fetching fetching, UnaryOperator<Socks5ClientBuilder> settings, Task task, OutputStream out)
                throws Exception {
            Socks5ClientBuilder builder =
                    Socks5Client.builder().proxy(task.proxy()).connectTimeout(TIMEOUT);
            if (kind == Kind.LOGIN) {
                builder.credentials(task.user(), task.password());
            }
            Socks5Client client = settings.apply(builder).build();
            switch (kind) {
                case UDP -> datagram(client, task, out);
                case BIND -> bind(client, task, out);
                default -> fetching.fetch(this, client, task, out);
            }
        }

        void fetchBySocket(Socks5Client client, Task task, OutputStream out) throws IOException {
            try (Socket socket = closing(client.connect(task.host(), task.port()))) {
                fetch(socket.getInputStream(), socket.getOutputStream(), task, out);
            }
        }

        void fetchByChannel(Socks5Client client, Task task, OutputStream out) throws Exception {
            try (SocketChannel channel =
                    closing(client.connectAsync(task.host(), task.port()).get())) {
                channel.configureBlocking(true);
                fetch(Channels.newInputStream(channel), Channels.newOutputStream(channel), task, out);
            }
        }

        private static void fetch(InputStream in, OutputStream request, Task task, OutputStream out)
                throws IOException {
            request.write(("GET " + task.path() + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            in.transferTo(out);
        }

        private void datagram(Socks5Client client, Task task, OutputStream out) throws IOException {
            try (Socks5DatagramSocket socket = closing(client.associate())) {
                socket.setSoTimeout((int) TIMEOUT.toMillis());
                socket.send(Endpoint.of(task.host(), task.port()), new byte[] {'?'}, 0, 1);
                ByteBuffer answer = ByteBuffer.allocate(MOST);
                socket.receive(answer);
                out.write(answer.array(), 0, answer.position());
            }
        }

        private void bind(Socks5Client client, Task task, OutputStream out) throws IOException {
            try (RemoteListener listener = closing(client.bind(Endpoint.of(task.host(), task.port())));
                    Socket socket = listener.accept()) {
                socket.getInputStream().transferTo(out);
            }
        }

        private synchronized <C extends Closeable> C closing(C resource) {
            open = resource;
            return resource;
        }

        synchronized void end() {
            try {
                open.close();
            } catch (IOException e) {
                // it is closed
            }
        }
    }
}
