package dev.socks5.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import dev.socks5.testing.TlsFront;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A local program, which knows no proxy, and a destination behind one. */
@Timeout(60)
class LocalForwardTest {

    private static final Endpoint DESTINATION = Endpoint.of("db.internal", 5432);
    private static final String REFUSED = "05 05 00 01 00 00 00 00 00 00";

    /** The names of its threads, where they are not virtual. */
    private static final String THREADS = "socks5-forward";

    private static LocalForward forward(Socks5Client client) throws IOException {
        return client.forward(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), DESTINATION);
    }

    private static LocalForward forward(ScriptedProxy proxy) throws IOException {
        return forward(proxy.client());
    }

    private static Socket connect(LocalForward forward) throws IOException {
        return new Socket(
                forward.localAddress().getAddress(), forward.localAddress().getPort());
    }

    private static void assertReset(Socket local) {
        assertThatThrownBy(() -> local.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void aLocalEndIsAnEndAndTheAnswerComesAfterIt() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    assertThat(client.socket().getInputStream().readAllBytes())
                            .isEqualTo("question".getBytes(US_ASCII));
                    client.send("answer".getBytes(US_ASCII));
                });
                LocalForward forward = forward(proxy);
                Socket local = connect(forward)) {
            local.getOutputStream().write("question".getBytes(US_ASCII));
            local.shutdownOutput();
            assertThat(local.getInputStream().readAllBytes()).isEqualTo("answer".getBytes(US_ASCII));
            // The name has gone to the proxy: db.internal:5432.
            assertThat(proxy.received()).contains("05 01 00 03 0b 64 62 2e 69 6e 74 65 72 6e 61 6c 15 38");
        }
    }

    @Test
    void anEndOfTheDestinationIsAnEndAndMoreMayBeSentAfterIt() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.send("bye".getBytes(US_ASCII));
                    client.socket().shutdownOutput();
                    assertThat(client.socket().getInputStream().readAllBytes())
                            .isEqualTo("and more".getBytes(US_ASCII));
                });
                LocalForward forward = forward(proxy);
                Socket local = connect(forward)) {
            assertThat(local.getInputStream().readAllBytes()).isEqualTo("bye".getBytes(US_ASCII));
            local.getOutputStream().write("and more".getBytes(US_ASCII));
            local.shutdownOutput();
            proxy.received();
        }
    }

    @Test
    void aRefusedConnectIsAReset() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                    client.greet(ScriptedProxy.NO_AUTHENTICATION);
                    client.readRequest();
                    client.send(REFUSED);
                });
                LocalForward forward = forward(proxy);
                Socket local = connect(forward)) {
            assertReset(local);
        }
    }

    @Test
    void aProxyThatIsGoneIsAResetAndTheForwardGoesOn() throws Exception {
        ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::echo);
        proxy.close();
        try (LocalForward forward = forward(proxy)) {
            for (int i = 0; i < 3; i++) {
                try (Socket local = connect(forward)) {
                    assertReset(local);
                }
            }
        }
    }

    @Test
    void aResetOfTheDestinationIsAReset() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.send("2a");
                    client.read(1);
                    client.reset();
                });
                LocalForward forward = forward(proxy);
                Socket local = connect(forward)) {
            assertThat(local.getInputStream().read()).isEqualTo(0x2a);
            local.getOutputStream().write(1);
            assertReset(local);
        }
    }

    @Test
    void aLocalResetIsAReset() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(LocalForwardTest::expectReset);
                LocalForward forward = forward(proxy)) {
            resetOnceItIsOpen(forward);
            proxy.received();
        }
    }

    @Test
    void aLocalResetIsAResetByTlsToo() throws Exception {
        Authority authority = new Authority();
        TlsFront front = new TlsFront(authority.context(authority.issue("A proxy", "127.0.0.1")));
        try (ScriptedProxy proxy =
                        new ScriptedProxy(front.before(ScriptedProxy.tunnelling(LocalForwardTest::expectReset)));
                LocalForward forward =
                        forward(proxy.clientBuilder().tls(authority.context()).build())) {
            resetOnceItIsOpen(forward);
            proxy.received();
        }
    }

    private static void expectReset(dev.socks5.testing.ScriptedProxy.Client client) throws IOException {
        client.send("2a");
        assertThatThrownBy(() -> client.socket().getInputStream().read()).isInstanceOf(IOException.class);
    }

    private static void resetOnceItIsOpen(LocalForward forward) throws IOException {
        Socket local = connect(forward);
        assertThat(local.getInputStream().read()).isEqualTo(0x2a);
        local.setSoLinger(true, 0);
        local.close();
    }

    @Test
    void carriesManyBytesBothWays() throws Exception {
        CompletableFuture<Long> fromDestination = new CompletableFuture<>();
        CompletableFuture<Long> atDestination = new CompletableFuture<>();
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    Blocked sending = Blocked.in(() -> {
                        fromDestination.complete(Checksums.write(client.socket().getOutputStream(), 1));
                        client.socket().shutdownOutput();
                    });
                    atDestination.complete(Checksums.read(client.socket().getInputStream()));
                    assertThat(sending.failure()).isNull();
                });
                LocalForward forward = forward(proxy);
                Socket local = connect(forward)) {
            CompletableFuture<Long> fromHere = new CompletableFuture<>();
            Blocked sending = Blocked.in(() -> {
                fromHere.complete(Checksums.write(local.getOutputStream(), 2));
                local.shutdownOutput();
            });
            assertThat(Checksums.read(local.getInputStream())).isEqualTo(fromDestination.get());
            assertThat(sending.failure()).isNull();
            assertThat(atDestination.get()).isEqualTo(fromHere.get());
        }
    }

    @Test
    void aLocalProgramThatReadsNothingHoldsUpTheDestination() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    byte[] block = new byte[0x10000];
                    for (long left = Checksums.MANY; left > 0; left -= block.length) {
                        client.send(block);
                        sent.addAndGet(block.length);
                    }
                });
                LocalForward forward = forward(proxy);
                Socket local = connect(forward)) {
            assertThat(local.getInputStream().read()).isZero();
            Eventually.isStuck(sent::get);
            assertThat(sent.get()).isLessThan(Checksums.MANY / 2);
            long total = 1;
            byte[] block = new byte[0x10000];
            for (int count = 0; count >= 0; count = local.getInputStream().read(block)) {
                total += count;
            }
            assertThat(total).isEqualTo(Checksums.MANY);
        }
    }

    @Test
    void closingResetsWhatIsOpenAndLeavesNoThread() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            client.send("2a");
            closed.await();
            assertThatThrownBy(() -> client.socket().getInputStream().readAllBytes())
                    .isInstanceOf(SocketException.class);
        })) {
            LocalForward forward = forward(proxy);
            try (Socket local = connect(forward)) {
                assertThat(local.getInputStream().read()).isEqualTo(0x2a);
                local.getOutputStream().write(1);
                forward.close();
                closed.countDown();
                assertReset(local);
                proxy.received();
            }
            assertOver(forward);
            forward.close();
        }
    }

    @Test
    void closingEndsAConnectThatIsUnderWay() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            asked.countDown();
            client.awaitEnd();
        })) {
            LocalForward forward = forward(proxy);
            try (Socket local = connect(forward)) {
                asked.await();
                forward.close();
                assertReset(local);
                proxy.received();
            }
            assertOver(forward);
        }
    }

    /** Nobody listens any more, and no thread is left: such as can be seen, which virtual ones cannot. */
    private static void assertOver(LocalForward forward) throws Exception {
        assertThatThrownBy(() -> connect(forward).close()).isInstanceOf(IOException.class);
        Eventually.isTrue(
                "no thread",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith(THREADS)));
    }

    @Test
    void anAddressThatIsInUseIsSaidAtOnce() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::echo);
                LocalForward forward = forward(proxy)) {
            assertThatThrownBy(() -> proxy.client().forward(forward.localAddress(), DESTINATION))
                    .isInstanceOf(BindException.class)
                    .hasMessage("cannot listen on 127.0.0.1:"
                            + forward.localAddress().getPort() + ": Address already in use");
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    @Test
    void saysWhereItListensAndNoCredentials() throws Exception {
        Socks5Client client = Socks5Client.of("socks5h://alice:secret@proxy.example:1080");
        try (LocalForward forward = forward(client)) {
            assertThat(forward.localAddress().getPort()).isPositive();
            assertThat(forward.toString())
                    .contains("127.0.0.1:" + forward.localAddress().getPort(), "db.internal:5432", "proxy.example:1080")
                    .doesNotContain("alice", "secret");
        }
    }
}
