package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.CloseReason;
import dev.socks5.server.Inside;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that do not read, and little memory for them. */
@Timeout(60)
class SlowReadersTest {

    private static final int BACKLOG = 64 * 1024;
    private static final int READERS = 64;

    private final Recorder events = new Recorder();
    private final List<RawClient> clients = new ArrayList<>();
    private Origin origin;
    private Socks5Server server;

    @BeforeEach
    void start() throws IOException {
        origin = new Origin();
        server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(2)
                .maxBacklog(BACKLOG)
                .listener(events)
                .start();
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        server.close();
        origin.close();
    }

    private Socket tunnel() throws Exception {
        clients.add(new RawClient(server).tunnelTo(origin.address()));
        return origin.take();
    }

    /** Writes until the socket breaks. */
    private static void flood(Socket socket) {
        Thread thread = new Thread(() -> {
            byte[] block = new byte[64 * 1024];
            try (socket) {
                OutputStream out = socket.getOutputStream();
                while (true) {
                    out.write(block);
                }
            } catch (IOException e) {
                // As it should be in the end.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void awaitHeld(long atMost) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (Inside.core(server).backlog().held() > atMost) {
            assertThat(System.nanoTime()).as("held for too long").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void assertServed() throws Exception {
        try (RawClient other = new RawClient(server).tunnelTo(origin.address())) {
            other.send("2e");
            Socket behind = origin.take();
            assertThat(behind.getInputStream().read()).isEqualTo('.');
            behind.getOutputStream().write('!');
            other.expect("21");
        }
    }

    @Test
    void aCrowdOfThemIsShedUntilTheRestFits() throws Exception {
        for (int i = 0; i < READERS; i++) {
            flood(tunnel());
        }
        assertThat(events.ending().reason()).isEqualTo(CloseReason.SLOW_READER);
        awaitHeld(BACKLOG);
        assertServed();
        for (RawClient client : clients) {
            client.reset();
        }
        awaitHeld(0);
    }

    /** The origin's end of a tunnel is a reader, too. */
    @Test
    void anOriginThatDoesNotReadIsShedAsWell() throws Exception {
        for (int i = 0; i < READERS; i++) {
            tunnel();
        }
        for (RawClient client : clients) {
            flood(client.socket());
        }
        assertThat(events.ending().reason()).isEqualTo(CloseReason.SLOW_READER);
        assertServed();
        server.close();
        assertThat(Inside.core(server).backlog().held()).isZero();
    }

    @Test
    void theBuilderTakesNoLessThanSixteenReads() {
        assertThatThrownBy(() -> Socks5Server.builder().maxBacklog(BACKLOG - 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536");
    }
}
