package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import dev.socks5.testing.TlsFront;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets through a proxy that is reached by TLS: they behave as others do. */
@Timeout(60)
class TlsTunnelTest {

    private static final String OLD = "TLSv1.2";
    private static final String NEW = "TLSv1.3";
    private static final Endpoint DESTINATION = Endpoint.of("example.com", 80);

    private static SSLContext trusting;
    private static SSLContext ofProxy;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Authority authority = new Authority();
        trusting = authority.context();
        ofProxy = authority.context(authority.issue("A proxy", "127.0.0.1"));
    }

    /** What the proxy does with a tunnel, knowing the connection below TLS. */
    @FunctionalInterface
    private interface Tunnel {
        void play(ScriptedProxy.Client inside, Socket raw) throws Exception;
    }

    private static ScriptedProxy proxy(String protocol, Tunnel tunnel) throws IOException {
        TlsFront front = new TlsFront(ofProxy, protocol, false);
        return new ScriptedProxy(raw -> front.before(client -> {
                    client.acceptTunnel();
                    tunnel.play(client, raw.socket());
                })
                .play(raw));
    }

    private static Socks5Client client(ScriptedProxy proxy) {
        return proxy.clientBuilder().tls(trusting).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {OLD, NEW})
    void carriesManyBytesBothWays(String protocol) throws Exception {
        CompletableFuture<Long> wanted = new CompletableFuture<>();
        CompletableFuture<Long> arrived = new CompletableFuture<>();
        try (ScriptedProxy proxy = proxy(protocol, (inside, raw) -> {
            start(arrived, () -> Checksums.read(new Exactly(inside.socket().getInputStream())));
            wanted.complete(Checksums.write(inside.socket().getOutputStream(), 1));
            arrived.get();
            ((SSLSocket) inside.socket()).shutdownOutput();
            inside.awaitEnd();
        })) {
            try (Socket socket = client(proxy).connect(DESTINATION)) {
                CompletableFuture<Long> sent = new CompletableFuture<>();
                start(sent, () -> Checksums.write(socket.getOutputStream(), 2));
                long got = Checksums.read(socket.getInputStream());
                assertThat(got).isEqualTo(wanted.get());
                assertThat(arrived.get()).isEqualTo(sent.get());
            }
            proxy.received();
        }
    }

    private static void start(CompletableFuture<Long> result, Callable<Long> call) {
        Thread thread = new Thread(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends after {@link Checksums#MANY} bytes. */
    private static final class Exactly extends InputStream {

        private final InputStream in;
        private long left = Checksums.MANY;

        Exactly(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = left == 0 ? -1 : in.read(into, offset, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OLD, NEW})
    void endsItsOutputByItself(String protocol) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (ScriptedProxy proxy = proxy(protocol, (inside, raw) -> {
            assertThat(inside.socket().getInputStream().readAllBytes()).containsExactly(1, 2, 3);
            // The JDK's TLS 1.2 ends its own output when it hears of the end; that of others need not.
            if (protocol.equals(NEW)) {
                inside.send("2a 2b");
            }
            ((SSLSocket) inside.socket()).shutdownOutput();
            assertThat(raw.getInputStream().read()).isNegative();
            ended.countDown();
        })) {
            try (Socket socket = client(proxy).connect(DESTINATION)) {
                socket.getOutputStream().write(new byte[] {1, 2, 3});
                socket.shutdownOutput();
                ended.await();
                assertThat(socket.isOutputShutdown()).isTrue();
                assertThatThrownBy(() -> socket.getOutputStream().write(1)).isInstanceOf(SocketException.class);
                assertThat(socket.getInputStream().readAllBytes()).hasSize(protocol.equals(NEW) ? 2 : 0);
                assertThat(socket.isClosed()).isFalse();
            }
            proxy.received();
        }
    }

    @ParameterizedTest
    @CsvSource({OLD + ",true", OLD + ",false", NEW + ",true", NEW + ",false"})
    void anEndThatTlsHasNotAnnouncedIsNone(String protocol, boolean announced) throws Exception {
        try (ScriptedProxy proxy = proxy(protocol, (inside, raw) -> {
            inside.send("2a 2b");
            if (announced) {
                ((SSLSocket) inside.socket()).shutdownOutput();
            } else {
                raw.shutdownOutput();
            }
            raw.getInputStream().transferTo(OutputStream.nullOutputStream());
        })) {
            try (Socket socket = client(proxy).connect(DESTINATION)) {
                InputStream in = socket.getInputStream();
                assertThat(in.readNBytes(2)).containsExactly(0x2a, 0x2b);
                for (int i = 0; i < 2; i++) {
                    if (announced) {
                        assertThat(in.read()).isNegative();
                    } else {
                        assertThatThrownBy(in::read)
                                .isInstanceOf(EOFException.class)
                                .hasMessageContaining(
                                        "127.0.0.1:" + proxy.address().getPort());
                    }
                }
            }
            proxy.received();
        }
    }

    /** Else the proxy would take what is cut off for all there was. */
    @ParameterizedTest
    @ValueSource(strings = {OLD, NEW})
    void aResetAnnouncesNoEnd(String protocol) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (ScriptedProxy proxy = proxy(protocol, (inside, raw) -> {
            inside.send("2a");
            closed.await();
            assertThatThrownBy(() -> inside.socket().getInputStream().read()).isInstanceOf(IOException.class);
        })) {
            Socket socket = client(proxy).connect(DESTINATION);
            assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            socket.setSoLinger(true, 0);
            socket.close();
            closed.countDown();
            proxy.received();
        }
    }

    @Test
    void anEndWithinARecordIsNone() throws Exception {
        try (ScriptedProxy proxy = proxy(NEW, (inside, raw) -> {
            raw.getOutputStream().write(new byte[] {0x17, 3, 3, 1, 0, 42});
            raw.shutdownOutput();
            raw.getInputStream().transferTo(OutputStream.nullOutputStream());
        })) {
            try (Socket socket = client(proxy).connect(DESTINATION)) {
                assertThatThrownBy(socket.getInputStream()::read).isInstanceOf(IOException.class);
            }
            proxy.received();
        }
    }

    @Test
    void aChangedRecordClosesTheSocket() throws Exception {
        try (ScriptedProxy proxy = proxy(NEW, (inside, raw) -> {
            raw.getOutputStream().write(new byte[] {0x17, 3, 3, 0, 32});
            raw.getOutputStream().write(new byte[32]);
            raw.getInputStream().transferTo(OutputStream.nullOutputStream());
        })) {
            try (Socket socket = client(proxy).connect(DESTINATION)) {
                assertThatThrownBy(socket.getInputStream()::read)
                        .isInstanceOf(SSLException.class)
                        .hasMessageStartingWith("TLS with the proxy 127.0.0.1:");
                assertThat(socket.isClosed()).isTrue();
            }
            proxy.received();
        }
    }

    @Test
    void aResetIsReportedAsOne() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        try (ScriptedProxy proxy = proxy(NEW, (inside, raw) -> {
            written.await();
            raw.setSoLinger(true, 0);
            raw.close();
        })) {
            try (Socket socket = client(proxy).connect(DESTINATION)) {
                socket.getOutputStream().write(1);
                written.countDown();
                assertThatThrownBy(socket.getInputStream()::read)
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OLD, NEW})
    void aReadTimeoutLosesNothing(String protocol) throws Exception {
        CountDownLatch timedOut = new CountDownLatch(1);
        try (ScriptedProxy proxy = proxy(protocol, (inside, raw) -> {
            timedOut.await();
            inside.send("2a 2b");
            inside.awaitEnd();
        })) {
            try (Socket socket = client(proxy).connect(DESTINATION)) {
                assertThat(socket.getSoTimeout()).isZero();
                socket.setSoTimeout(50);
                assertThatThrownBy(socket.getInputStream()::read).isInstanceOf(SocketTimeoutException.class);
                assertThat(socket.isClosed()).isFalse();
                timedOut.countDown();
                socket.setSoTimeout(10_000);
                assertThat(socket.getInputStream().readNBytes(2)).containsExactly(0x2a, 0x2b);
                socket.getOutputStream().write(7);
            }
            assertThat(proxy.received()).endsWith(" 07");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptAndCloseEndARead(boolean interrupt) throws Exception {
        try (ScriptedProxy proxy = proxy(NEW, (inside, raw) -> inside.awaitEnd())) {
            Socket socket = client(proxy).connect(DESTINATION);
            Blocked blocked = Blocked.in(() -> socket.getInputStream().read());
            if (interrupt) {
                blocked.interrupt();
                assertThat(blocked.failure()).isInstanceOf(ClosedByInterruptException.class);
                assertThat(blocked.wasInterrupted()).isTrue();
            } else {
                socket.close();
                assertThat(blocked.failure()).isExactlyInstanceOf(SocketException.class);
            }
            assertThat(socket.isClosed()).isTrue();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            if (!interrupt) {
                proxy.received(); // The end was announced: the proxy's TLS does not complain.
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptAndCloseEndAWriteThatIsStuck(boolean interrupt) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedProxy proxy = proxy(NEW, (inside, raw) -> over.await())) {
            Socket socket = client(proxy).connect(DESTINATION);
            AtomicLong written = new AtomicLong();
            Blocked blocked = Blocked.in(() -> {
                while (true) {
                    socket.getOutputStream().write(new byte[0x10000]);
                    written.incrementAndGet();
                }
            });
            Eventually.isStuck(written::get);
            long start = System.nanoTime();
            if (interrupt) {
                blocked.interrupt();
                assertThat(blocked.failure()).isInstanceOf(ClosedByInterruptException.class);
            } else {
                socket.close();
                assertThat(blocked.failure()).isExactlyInstanceOf(SocketException.class);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            assertThat(socket.isClosed()).isTrue();
            over.countDown();
        }
    }

    @Test
    void aShutInputIsAtItsEnd() throws Exception {
        try (ScriptedProxy proxy = proxy(NEW, (inside, raw) -> {
            inside.send("2a");
            inside.awaitEnd();
        })) {
            try (Socket socket = client(proxy).connect(DESTINATION)) {
                InputStream in = socket.getInputStream();
                assertThat(in.read()).isEqualTo(0x2a);
                Blocked reader = Blocked.in(() -> assertThat(in.read()).isNegative());
                socket.shutdownInput();
                assertThat(reader.failure()).isNull();
                assertThat(in.read()).isNegative();
                socket.getOutputStream().write(9);
            }
            assertThat(proxy.received()).endsWith(" 09");
        }
    }

    @Test
    void optionsAreThoseOfTheConnection() throws Exception {
        try (ScriptedProxy proxy = proxy(NEW, (inside, raw) -> inside.awaitEnd())) {
            try (Socket socket = client(proxy).connect(DESTINATION)) {
                socket.setTcpNoDelay(true);
                assertThat(socket.getTcpNoDelay()).isTrue();
                socket.setKeepAlive(true);
                assertThat(socket.getKeepAlive()).isTrue();
                assertThat(socket.getLocalPort()).isPositive();
                assertThat(socket.getPort()).isEqualTo(80);
                assertThat(socket.getInputStream().available()).isZero();
                assertThatThrownBy(() -> socket.sendUrgentData(1)).isInstanceOf(SocketException.class);
            }
            proxy.received();
        }
    }

    @Test
    void aBindSurvivesAWaitInVain() throws Exception {
        CountDownLatch waited = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(new TlsFront(ofProxy).before(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 00 00 01 c6 33 64 07 10 e1 05 00 00 01");
            waited.await();
            client.send("c0 00 02 01 00 50 2a");
            client.awaitEnd();
        }))) {
            try (RemoteListener listener = client(proxy).bind()) {
                assertThatThrownBy(() -> listener.accept(Duration.ofMillis(100)))
                        .isInstanceOf(SocketTimeoutException.class);
                waited.countDown();
                try (Socket socket = listener.accept(Duration.ofSeconds(15))) {
                    assertThat(socket.getRemoteSocketAddress()).hasToString("/192.0.2.1:80");
                    assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
                    socket.getOutputStream().write(3);
                }
            }
            assertThat(proxy.received()).endsWith(" 03");
        }
    }

    @Test
    void theLimitOfABindHoldsWhateverTlsDoes() throws Exception {
        Duration limit = Duration.ofMillis(300);
        try (ScriptedProxy proxy = new ScriptedProxy(raw -> new TlsFront(ofProxy)
                .before(client -> {
                    client.greet(ScriptedProxy.NO_AUTHENTICATION);
                    client.readRequest();
                    client.send("05 00 00 01 c6 33 64 07 10 e1");
                    for (int octet : new int[] {0x17, 3, 3, 0, 0xFF}) {
                        raw.socket().getOutputStream().write(octet);
                    }
                    for (int i = 0; i < 200; i++) { // No single read takes long.
                        raw.socket().getOutputStream().write(0);
                        Thread.sleep(50);
                    }
                })
                .play(raw))) {
            try (RemoteListener listener = client(proxy).bind()) {
                long start = System.nanoTime();
                assertThatThrownBy(() -> listener.accept(limit)).isInstanceOf(SocketTimeoutException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(limit, limit.plusSeconds(4));
            }
        }
    }

    @Test
    void closeAnnouncesTheEnd() throws Exception {
        int alert = 0x15;
        try (ScriptedProxy proxy = proxy(
                OLD, (inside, raw) -> assertThat(raw.getInputStream().read()).isEqualTo(alert))) {
            client(proxy).connect(DESTINATION).close();
            proxy.received();
        }
    }

    @Test
    void anAssociationEndsWithItsConnection() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(new TlsFront(ofProxy).before(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 00 00 01 7f 00 00 01 10 e1");
            open.await();
        }))) {
            try (Socks5DatagramSocket socket = client(proxy).associate()) {
                assertThat(socket.isClosed()).isFalse();
                open.countDown();
                Eventually.isTrue("closed", socket::isClosed);
            }
        }
    }
}
