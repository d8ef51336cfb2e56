package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Attempts by several proxies that nobody wants any more, or that take too long. */
@Timeout(60)
class SeveralProxiesEndTest {

    private static final InetSocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("example.com", 80);

    private final CountDownLatch silent = new CountDownLatch(1);
    private Member a;
    private Member b;
    private Member c;

    @BeforeEach
    void open() throws IOException {
        a = new Member(Member.HANGS_UP);
        b = new Member(client -> {
            silent.countDown();
            Member.KEEPS_SILENT.meet(client);
        });
        c = new Member(Member.SERVES);
    }

    @AfterEach
    void close() {
        List.of(a, b, c).forEach(Member::close);
    }

    private Socks5Client inOrder(Duration timeout) {
        return Socks5Client.several(
                Proxies.Order.IN_ORDER,
                () -> 0,
                a.builder().connectTimeout(timeout).build(),
                b.builder().connectTimeout(timeout).build(),
                c.builder().connectTimeout(timeout).build());
    }

    private Socks5Client inOrder() {
        return inOrder(Duration.ofSeconds(30));
    }

    private void assertOver(Socks5Client client) throws Exception {
        Eventually.isTrue("all closed", () -> a.isAlone() && b.isAlone());
        assertThat(c.met()).isZero();
        b.now(Member.SERVES); // Nobody blames it for what this side has ended.
        client.connect("example.com", 80).close();
        assertThat(List.of(a.met(), b.met(), c.met())).containsExactly(1, 2, 0);
    }

    @Test
    void interruptEndsTheAttemptAndAllThatWouldFollow() throws Exception {
        Socks5Client client = inOrder();
        Blocked caller = Blocked.in(() -> client.connect("example.com", 80));
        silent.await();
        caller.interrupt();
        assertThat(caller.failure())
                .isInstanceOf(ClosedByInterruptException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
        assertThat(caller.wasInterrupted()).isTrue();
        assertOver(client);
    }

    @Test
    void interruptEndsOtherRequests() throws Exception {
        Socks5Client client = inOrder();
        Blocked caller = Blocked.in(client::bind);
        silent.await();
        caller.interrupt();
        assertThat(caller.failure()).isInstanceOf(ClosedByInterruptException.class);
        Eventually.isTrue("all closed", () -> a.isAlone() && b.isAlone());
        assertThat(c.met()).isZero();
    }

    @Test
    void closingTheSocketEndsTheAttemptAndAllThatWouldFollow() throws Exception {
        Socks5Client client = inOrder();
        Socket socket = client.socketFactory().createSocket();
        Blocked caller = Blocked.in(() -> socket.connect(UNRESOLVED));
        silent.await();
        assertThat(socket.isClosed()).isFalse();
        socket.close();
        assertThat(caller.failure()).isInstanceOf(SocketException.class);
        assertThat(socket.isClosed()).isTrue();
        assertOver(client);
    }

    /** One proxy may take several connections: one for each address of a name that is looked up here. */
    @Test
    void closingTheSocketEndsALaterConnectionOfAnAttempt() throws Exception {
        Member.Conduct silence = client -> {
            silent.countDown();
            Member.KEEPS_SILENT.meet(client);
        };
        b.now(Member.first(Member.replies(ReplyCode.HOST_UNREACHABLE), silence));
        Socks5Client looksUp = b.builder()
                .lookUpNamesHere()
                .resolver(name -> List.of(InetAddress.getByName("192.0.2.1"), InetAddress.getByName("192.0.2.2")))
                .build();
        Socket socket =
                Socks5Client.inOrder(looksUp, c.client()).socketFactory().createSocket();
        Blocked caller = Blocked.in(() -> socket.connect(UNRESOLVED));
        silent.await();
        socket.close();
        assertThat(caller.failure()).isInstanceOf(SocketException.class);
        Eventually.isTrue("all closed", b::isAlone);
        assertThat(c.met()).isZero();
    }

    @Test
    void closingTheForwardEndsTheAttempt() throws Exception {
        Socks5Client client = inOrder();
        LocalForward forward = client.forward(new InetSocketAddress("127.0.0.1", 0), Endpoint.of("example.com", 80));
        try (Socket local = new Socket("127.0.0.1", forward.localAddress().getPort())) {
            silent.await();
            forward.close();
            assertThatThrownBy(() -> local.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertOver(client);
    }

    @Test
    void completingTheFutureEndsTheAttemptAndAllThatWouldFollow() throws Exception {
        Socks5Client client = inOrder();
        CompletableFuture<SocketChannel> future = client.connectAsync("example.com", 80);
        silent.await();
        assertThat(future.cancel(true)).isTrue();
        assertThat(future).isCancelled();
        assertOver(client);
    }

    @Test
    void theFutureKeepsWhatItsUserCompletesItWith() throws Exception {
        Socks5Client client = inOrder();
        CompletableFuture<SocketChannel> given = client.connectAsync("example.com", 80);
        silent.await();
        try (SocketChannel other = SocketChannel.open()) {
            assertThat(given.complete(other)).isTrue();
            assertThat(given).isCompletedWithValue(other);
        }
        Eventually.isTrue("all closed", () -> b.isAlone());
        CompletableFuture<SocketChannel> late =
                client.connectAsync("example.com", 80).orTimeout(10, TimeUnit.MILLISECONDS);
        assertThatThrownBy(() -> late.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(TimeoutException.class);
        Eventually.isTrue("all closed", () -> a.isAlone() && b.isAlone());
        assertThat(c.met()).isZero();
    }

    /** However short it is, the first one does not take all of it. */
    @Test
    void eachProxyHasItsShareOfTheCallersTime() throws Exception {
        Socks5Client quick = b.builder().connectTimeout(Duration.ofSeconds(1)).build();
        Socks5Client client = Socks5Client.inOrder(quick, c.client());
        try (Socket socket = client.socketFactory().createSocket()) {
            socket.connect(UNRESOLVED, 9_000); // 290 ms for the first, of which it takes all.
            assertThat(List.of(b.met(), c.met())).containsExactly(1, 1);
        }
        c.now(Member.KEEPS_SILENT);
        try (Socket socket = client.socketFactory().createSocket()) {
            assertThatThrownBy(() -> socket.connect(UNRESOLVED, 200)).isExactlyInstanceOf(SocketTimeoutException.class);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void eachProxyHasItsOwnTimeOtherwise() {
        a.now(Member.KEEPS_SILENT);
        c.now(Member.KEEPS_SILENT);
        Socks5Client client = inOrder(Duration.ofMillis(120));
        assertThatThrownBy(() -> client.connect("example.com", 80))
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .hasSize(3)
                        .allSatisfy(each -> assertThat(each).hasMessageEndingWith("within 120 ms")));
    }
}
