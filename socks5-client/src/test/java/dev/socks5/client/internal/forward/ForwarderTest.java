package dev.socks5.client.internal.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.CrowdedProxy;
import dev.socks5.client.Eventually;
import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.DialerTest;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failures of the listener that a test cannot bring about, and a limit that takes fewer connections to reach. */
@Timeout(60)
class ForwarderTest {

    private static final Destination DESTINATION = Destination.of(Endpoint.of("db.internal", 5432));
    private static final int FAILURES = 3;
    private static final int MOST = 4;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Dialer dialer = new Dialer(DialerTest.route("127.0.0.1", LIMIT));

    /** As if the process had no descriptors, a few times. */
    private static final class Poor extends ServerSocket {

        private final AtomicInteger accepted = new AtomicInteger();
        private final CountDownLatch failures = new CountDownLatch(FAILURES);

        Poor() throws IOException {
            super(0, 50, InetAddress.getByName("127.0.0.1"));
        }

        @Override
        public Socket accept() throws IOException {
            if (accepted.getAndIncrement() < FAILURES) {
                failures.countDown();
                throw new SocketException("Too many open files");
            }
            return super.accept();
        }
    }

    @Test
    void whenAcceptingFailsItPausesAndGoesOn() throws Exception {
        Poor listener = new Poor();
        long start = System.nanoTime();
        try (Forwarder forwarder = Forwarder.open(listener, MOST, dialer, DESTINATION);
                Socket local = new Socket("127.0.0.1", forwarder.localAddress().getPort())) {
            listener.failures.await();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
            // It is taken, and there is no proxy.
            assertThatThrownBy(() -> local.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(listener.accepted).hasValueGreaterThan(FAILURES);
        }
    }

    @Test
    void furtherConnectionsWaitUntilOthersAreOver() throws Exception {
        List<Socket> locals = new ArrayList<>();
        try (CrowdedProxy proxy = new CrowdedProxy();
                ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                Forwarder forwarder = Forwarder.open(
                        listener, MOST, new Dialer(DialerTest.route(proxy.address(), LIMIT)), DESTINATION)) {
            proxy.answer();
            for (int i = 0; i < MOST + 2; i++) {
                locals.add(new Socket("127.0.0.1", forwarder.localAddress().getPort()));
            }
            Eventually.isTrue("as many as may", () -> proxy.asking() >= MOST);
            Eventually.isStuck(proxy::asking);
            assertThat(proxy.asking()).isEqualTo(MOST);
            for (Socket local : locals.subList(0, 2)) {
                local.setSoLinger(true, 0);
                local.close();
            }
            Eventually.isTrue("the others", () -> proxy.asking() == MOST + 2);
        } finally {
            for (Socket local : locals) {
                local.close();
            }
        }
    }
}
