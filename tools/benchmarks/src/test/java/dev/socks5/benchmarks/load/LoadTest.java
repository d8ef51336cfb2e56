package dev.socks5.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.SingleWriterRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that takes connections and does nothing. */
@Timeout(60)
class LoadTest {

    private static final Request ANYWHERE = Request.connect(Endpoint.of("127.0.0.1", 9));

    private ServerSocket silent;
    private Load load;

    @BeforeEach
    void start() throws IOException {
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        InetSocketAddress address = (InetSocketAddress) silent.getLocalSocketAddress();
        load = new Load(new Target(address, Optional.empty(), OptionalLong.empty()), Duration.ofMillis(200));
    }

    @AfterEach
    void stop() throws IOException {
        load.close();
        silent.close();
    }

    @Test
    void openingEndsWithAFailure() {
        SingleWriterRecorder ignored = new SingleWriterRecorder(1);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> load.open(40, () -> new Exchanges(load, ANYWHERE, ignored, 1)))
                .withMessageContaining("stalled");
    }

    @Test
    void aSpanInWhichNothingHappensIsAFailure() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Span.of(load, List.of(new AtomicLong()), Duration.ofMillis(10)))
                .withMessageContaining("stalled");
    }

    @Test
    void aSpanInWhichOneStandsStillIsAFailure() throws IOException {
        AtomicLong moves = new AtomicLong();
        load.clients().everyTick(moves::incrementAndGet);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Span.of(load, List.of(moves, new AtomicLong()), Duration.ofMillis(300)))
                .withMessageContaining("stalled");
    }
}
