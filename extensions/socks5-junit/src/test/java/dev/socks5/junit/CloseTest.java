package dev.socks5.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is left of a proxy that was closed. */
@Timeout(30)
class CloseTest {

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("socks5-test-proxy")
                        || thread.getName().startsWith("socks5-loop"))
                .collect(Collectors.toSet());
    }

    @Test
    void takesAllThreadsAndConnections() throws IOException {
        Set<Thread> before = threads();
        Socks5TestProxy proxy = Socks5TestProxy.start();
        try (Echo echo = new Echo()) {
            proxy.next(Fault.none(), Fault.stallAfter(0), Fault.stallAfter(3), Fault.drip(Duration.ofDays(1)));
            Socket open = proxy.client().connect("localhost", echo.port());
            RawClient stalled = new RawClient(proxy);
            RawClient stalledLater = new RawClient(proxy).send("05 01 00 05 01 00 03 01 61 00 50");
            stalledLater.receive(3);
            RawClient dripping = new RawClient(proxy).send("05 01 00");
            RawClient greeted = new RawClient(proxy).send("05 01 00");
            greeted.receive(2);
            assertThat(threads()).hasSizeGreaterThan(before.size() + 8);
            proxy.close();
            assertThat(threads()).isEqualTo(before);
            for (Socket client :
                    new Socket[] {open, stalled.socket(), stalledLater.socket(), dripping.socket(), greeted.socket()}) {
                assertEnds(client);
            }
        }
        InetSocketAddress address = proxy.address();
        assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()))
                .isInstanceOf(ConnectException.class);
        assertThat(RunningProxies.contains(address)).isFalse();
        proxy.close();
    }

    @Test
    void takesConnectionsThatNobodyReads() throws IOException {
        Set<Thread> before = threads();
        Socks5TestProxy proxy = Socks5TestProxy.start();
        try (Echo echo = new Echo()) {
            Socket flood = proxy.client().connect("localhost", echo.port());
            byte[] much = new byte[64 * 1024];
            Thread writer = new Thread(() -> {
                try {
                    while (true) {
                        flood.getOutputStream().write(much);
                    }
                } catch (IOException e) {
                    // The proxy is closed.
                }
            });
            writer.start();
            while (threads().stream().noneMatch(CloseTest::writesToTheClient)) {
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                Thread.onSpinWait();
            }
            proxy.close();
            assertThat(threads()).isEqualTo(before);
            flood.close();
        }
    }

    /** Whether the thread was found in a write to the client, which is to be expected only if that does not read. */
    private static boolean writesToTheClient(Thread thread) {
        String stack = Arrays.toString(thread.getStackTrace());
        return stack.contains("Outlet.send") && stack.contains("NioSocketImpl.implWrite");
    }

    @Test
    void interruptsAPolicyThatWaits() throws Exception {
        Set<Thread> before = threads();
        CountDownLatch asked = new CountDownLatch(1);
        Socks5TestProxy proxy = Socks5TestProxy.builder()
                .resolver(name -> {
                    asked.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    throw new AssertionError();
                })
                .start();
        try (RawClient client = new RawClient(proxy)) {
            client.send("05 01 00 05 01 00 03 01 61 00 50").receive(2);
            asked.await();
            proxy.close();
            assertThat(threads()).isEqualTo(before);
        }
    }

    @Test
    void nothingIsLeftIfTheStartFails() {
        Set<Thread> before = threads();
        assertThatThrownBy(() -> Socks5TestProxy.builder()
                        .client(client -> client.proxy("no host", 1))
                        .start())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Socks5TestProxy.builder()
                        .server(server -> server.listen("192.0.2.1", 0).allowAnonymous())
                        .start())
                .isInstanceOf(IOException.class);
        assertThat(threads()).isEqualTo(before);
    }

    @Test
    void itsThreadsAreKnownAsItsOwn() throws IOException {
        CountDownLatch own = new CountDownLatch(2);
        assertThat(RunningProxies.isCurrentThread()).isFalse();
        try (Socks5TestProxy proxy = Socks5TestProxy.builder()
                .resolver(name -> {
                    if (RunningProxies.isCurrentThread()) {
                        own.countDown();
                    }
                    throw new IOException("no");
                })
                .server(server -> server.listener(new Socks5ServerListener() {
                    @Override
                    public void requested(SessionInfo session) {
                        if (RunningProxies.isCurrentThread()) {
                            own.countDown();
                        }
                    }
                }))
                .start()) {
            assertThat(RunningProxies.contains(proxy.address())).isTrue();
            assertThatThrownBy(() -> proxy.client().connect("a.test", 80)).isInstanceOf(IOException.class);
            assertThat(own.getCount()).isZero();
        }
    }

    private static void assertEnds(Socket client) throws IOException {
        client.setSoTimeout(10_000);
        try (client) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
            // A reset is an end, too.
        }
    }
}
