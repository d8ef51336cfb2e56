package dev.socks5.benchmarks.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DelayLineTest {

    private static final Duration DELAY = Duration.ofMillis(40);
    private static final int PATIENCE_MILLIS = 10_000;
    private static final byte[] MUCH = randomBytes(8 * 1024 * 1024);

    private ServerSocket listener;
    private DelayLine line;
    private Socket client = new Socket();
    private Socket server = new Socket();

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        listener.setSoTimeout(PATIENCE_MILLIS);
        line = DelayLine.open((InetSocketAddress) listener.getLocalSocketAddress(), DELAY);
    }

    @AfterEach
    void close() throws IOException {
        line.close();
        listener.close();
        client.close();
        server.close();
    }

    private void open() throws IOException {
        dial();
        server = listener.accept();
        server.setSoTimeout(PATIENCE_MILLIS);
    }

    private void dial() throws IOException {
        client = new Socket(line.address().getAddress(), line.address().getPort());
        client.setSoTimeout(PATIENCE_MILLIS);
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(25).nextBytes(bytes);
        return bytes;
    }

    /** A round trip for the handshake of TCP, and one for the bytes. */
    @Test
    void theFirstAnswerTakesTwoRoundTripsAndTheNextOne() throws IOException {
        long start = System.nanoTime();
        open();
        assertThat(pass(client, server, start)).isGreaterThanOrEqualTo(DELAY.multipliedBy(3));
        assertThat(pass(server, client, start)).isGreaterThanOrEqualTo(DELAY.multipliedBy(4));

        long next = System.nanoTime();
        assertThat(pass(client, server, next)).isGreaterThanOrEqualTo(DELAY);
        assertThat(pass(server, client, next)).isGreaterThanOrEqualTo(DELAY.multipliedBy(2));
    }

    /** The client's acknowledgement has to reach it first. */
    @Test
    void aServerThatSpeaksFirstIsHeardAfterTwoRoundTrips() throws IOException {
        long start = System.nanoTime();
        open();
        assertThat(pass(server, client, start)).isGreaterThanOrEqualTo(DELAY.multipliedBy(4));
    }

    /** Gives the time from the start until one byte has come through, without what it takes to check it. */
    private static Duration pass(Socket from, Socket to, long start) throws IOException {
        from.getOutputStream().write(7);
        int received = to.getInputStream().read();
        Duration taken = since(start);
        assertThat(received).isEqualTo(7);
        return taken;
    }

    private static void pass(Socket from, Socket to) throws IOException {
        pass(from, to, System.nanoTime());
    }

    /** At 64 KiB a chunk, the delays of single chunks would add up to more than 10 s. */
    @Test
    void keepsOrderThroughputAndTheEndOfEachDirection() throws IOException {
        open();
        long start = System.nanoTime();
        CompletableFuture<Void> asked = send(client);
        assertThat(server.getInputStream().readAllBytes()).isEqualTo(MUCH);
        asked.join();
        CompletableFuture<Void> answered = send(server);
        assertThat(client.getInputStream().readAllBytes()).isEqualTo(MUCH);
        answered.join();
        assertThat(since(start)).isLessThan(DELAY.multipliedBy(50));
    }

    private static CompletableFuture<Void> send(Socket socket) {
        return CompletableFuture.runAsync(() -> {
            try {
                socket.getOutputStream().write(MUCH);
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    @Test
    void theEndTakesAsLongAsAByte() throws IOException {
        open();
        pass(client, server);
        long start = System.nanoTime();
        client.shutdownOutput();
        int end = server.getInputStream().read();
        assertThat(since(start)).isGreaterThanOrEqualTo(DELAY);
        assertThat(end).isNegative();
    }

    @Test
    void endsTheConnectionWhenTheServerResetsIt() throws IOException {
        open();
        pass(client, server);
        server.setSoLinger(true, 0);
        server.close();
        assertEnded(client);
    }

    @Test
    void endsTheConnectionWhenThereIsNoServer() throws IOException {
        listener.close();
        dial();
        assertEnded(client);
    }

    @Test
    void closingEndsItsConnections() throws IOException {
        open();
        pass(client, server);
        line.close();
        assertEnded(client);
        assertEnded(server);
        assertThatThrownBy(line::address).isInstanceOf(IOException.class);
    }

    /** Which of the two it is depends on what has been read. */
    private static void assertEnded(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            assertThat(in.read()).isNegative();
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
