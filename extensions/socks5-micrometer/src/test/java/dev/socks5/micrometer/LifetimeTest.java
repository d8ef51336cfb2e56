package dev.socks5.micrometer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.Socks5Server;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** What keeps what alive: a running server its metrics, and a registry nothing. */
class LifetimeTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    /** The application has let go of the server and of the metrics, but it runs on. */
    @Test
    void aServerThatRunsIsMeasured() throws Exception {
        WeakReference<Socks5Server> running = new WeakReference<>(start());
        collect(running);
        try (Socks5Server server = requireNonNull(running.get(), "collected")) {
            InetSocketAddress address = server.localAddresses().get(0);
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.getOutputStream().write(new byte[] {5, 1, 0});
                assertThat(socket.getInputStream().readNBytes(2)).containsExactly(5, 0);
                assertThat(registry.get("socks5.server.connections").gauge().value())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void aServerThatWasClosedIsNotKept() throws Exception {
        Socks5Server server = start();
        WeakReference<Socks5Server> closed = new WeakReference<>(server);
        server.close();
        server = null;
        collect(closed);
        assertThat(closed.get()).isNull();
        assertThat(registry.get("socks5.server.connections.accepted")
                        .functionCounter()
                        .count())
                .isEqualTo(0);
    }

    private Socks5Server start() throws IOException {
        Socks5ServerMetrics metrics = new Socks5ServerMetrics();
        metrics.bindTo(registry);
        Socks5Server server =
                Socks5Server.builder().listen("127.0.0.1", 0).listener(metrics).start();
        metrics.watch(server);
        return server;
    }

    /** Collects garbage until a reference is cleared; a few times at most. */
    private static void collect(WeakReference<?> reference) {
        for (int i = 0; i < 20 && reference.get() != null; i++) {
            System.gc();
        }
    }
}
