package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.codec.Address;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.testing.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several proxies, asked for anything but a plain connection. */
@Timeout(60)
class SeveralProxiesRequestsTest {

    private static final InetSocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("example.com", 80);

    private Member a;
    private Member b;

    @BeforeEach
    void open() throws IOException {
        a = new Member(Member.SERVES);
        b = new Member(Member.SERVES);
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private Socks5Client inOrder() {
        return Socks5Client.several(Proxies.Order.IN_ORDER, () -> 0, a.client(), b.client());
    }

    private void assertMet(int byA, int byB) {
        assertThat(List.of(a.met(), b.met())).containsExactly(byA, byB);
    }

    @Test
    void bindsAtTheNextProxy() throws Exception {
        a.now(Member.KEEPS_OUT);
        Socks5Client client = inOrder();
        for (int i = 0; i < 2; i++) {
            try (RemoteListener listener = client.bind()) {
                assertThat(listener).hasToString("RemoteListener[127.0.0.1:9 through %s]".formatted(name(b)));
            }
        }
        assertMet(1, 2);
    }

    private static String name(Member member) {
        return "127.0.0.1:" + member.address().getPort();
    }

    /** A connection is answered by the destination, and a BIND only by the proxy. */
    @Test
    void takesNoRefusalOfOtherRequestsForTheAnswer() throws Exception {
        a.now(Member.replies(ReplyCode.CONNECTION_REFUSED));
        Socks5Client client = inOrder();
        client.bind(Endpoint.of("192.0.2.1", 1)).close();
        client.associate().close();
        assertThat(client.resolve("a.example").getHostName()).isEqualTo("a.example");
        assertMet(3, 3);
        b.now(Member.replies(ReplyCode.COMMAND_NOT_SUPPORTED));
        assertThatThrownBy(client::bind)
                .isInstanceOfSatisfying(
                        RequestRejectedException.class,
                        refusal -> assertThat(refusal.reply().code()).isEqualTo(ReplyCode.COMMAND_NOT_SUPPORTED));
    }

    @Test
    void looksNamesUpAtTheNextProxy() throws Exception {
        a.now(Member.BABBLES);
        b.now(Member.answers(Reply.success(new Endpoint(Address.parse("host.example"), 0))));
        InetAddress address = InetAddress.getByName("192.0.2.1");
        assertThat(inOrder().nameOf(address)).isEqualTo("host.example");
        b.now(Member.SERVES);
        assertThat(inOrder().resolve("a.example")).isEqualTo(InetAddress.getLoopbackAddress());
    }

    /** What a proxy says of its relay, or in answer to a look-up, tells nothing of the tunnels that it opens. */
    @Test
    void letsNoProxyRestThatAnswersOtherRequestsOddly() throws Exception {
        a.now(Member.answers(Reply.success(Endpoint.of("relay.example", 9))));
        Socks5Client client = inOrder();
        client.associate().close();
        client.resolve("a.example");
        assertMet(2, 2);
        client.connect(UNRESOLVED.getHostString(), 80).close();
        assertMet(3, 2);
        a.now(Member.KEEPS_OUT);
        client.associate().close();
        client.connect(UNRESOLVED.getHostString(), 80).close();
        assertMet(4, 4);
    }

    @Test
    void letsNoChainRestForARequestThatOneOfItRefuses() throws Exception {
        Socks5Client chain = b.client().through(a.client());
        a.now(Member.replies(ReplyCode.COMMAND_NOT_SUPPORTED));
        try (Member c = new Member(Member.SERVES)) {
            Socks5Client client = Socks5Client.several(Proxies.Order.IN_ORDER, () -> 0, chain, c.client());
            client.associate().close();
            a.now(Member.SERVES);
            client.associate().close();
            assertMet(3, 0); // The second time it has got as far as the next proxy.
            assertThat(c.met()).isEqualTo(2);
            a.now(Member.replies(ReplyCode.CONNECTION_REFUSED)); // to the next proxy
            client.bind().close();
            client.bind().close();
            assertMet(4, 0);
        }
    }

    @Test
    void forwardsThroughTheNextProxy() throws Exception {
        a.now(Member.HANGS_UP);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (LocalForward forward = inOrder().forward(any, Endpoint.of("example.com", 80));
                Socket local = new Socket()) {
            local.connect(forward.localAddress());
            local.getOutputStream().write(42);
            assertThat(local.getInputStream().read()).isEqualTo(42);
            assertThat(forward.toString()).endsWith("through %s or %s]".formatted(name(a), name(b)));
        }
    }

    @Test
    void laysTlsOverTheTunnelOfTheNextProxy() throws Exception {
        a.now(Member.HANGS_UP);
        SSLSocketFactory factory =
                inOrder().sslSocketFactory(SSLContext.getDefault().getSocketFactory());
        try (Socket socket = factory.createSocket("example.com", 443)) {
            assertThat(socket.getInetAddress()).isNull();
            assertThat(socket.isConnected()).isTrue();
        }
        assertMet(1, 1);
    }

    @Test
    void sendsFirstBytesAgainOnlyIfNobodyCanHaveThem() throws Exception {
        Endpoint destination = Endpoint.of("example.com", 80);
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3});
        for (Member.Conduct harmless : List.of(Member.KEEPS_OUT, Member.replies(ReplyCode.NOT_ALLOWED))) {
            a.now(harmless);
            try (Socket socket = inOrder().connect(destination, bytes)) {
                assertThat(socket.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
            }
        }
        assertMet(2, 2);
        Socks5Client unreachable =
                Socks5Client.builder().proxy("127.0.0.1", Ports.free()).build();
        Socks5Client.inOrder(unreachable, b.client())
                .connect(destination, bytes)
                .close();
        assertMet(2, 3);
        a.now(Member.HANGS_UP);
        assertThatThrownBy(() -> inOrder().connect(destination, bytes)).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> inOrder().openChannel(destination, bytes))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> inOrder().connectAsync(destination, bytes).get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(MalformedMessageException.class);
        assertMet(5, 3);
    }

    /** The attempts have sockets of their own, all like the one that the user has set up. */
    @Test
    void givesEachAttemptTheSettingsOfTheUsersSocket() throws Exception {
        a.now(Member.BABBLES);
        ArrayDeque<Socket> made = new ArrayDeque<>();
        PlainFactory factory = new PlainFactory(made, new ArrayDeque<>());
        for (Socks5Client client : List.of(
                Socks5Client.inOrder(a.client(), b.client()),
                Socks5Client.inOrder(
                        a.client(), b.builder().proxySocketFactory(factory).build()),
                Socks5Client.inOrder(a.builder().proxySocketFactory(factory).build(), b.client()))) {
            try (Socket socket = client.socketFactory().createSocket()) {
                socket.setTcpNoDelay(true);
                socket.setSoLinger(true, 7);
                socket.setSoTimeout(1234);
                socket.connect(UNRESOLVED);
                assertThat(socket.getTcpNoDelay()).isTrue();
                assertThat(socket.getSoLinger()).isEqualTo(7);
                assertThat(socket.getSoTimeout()).isEqualTo(1234);
                socket.getOutputStream().write(5);
                assertThat(socket.getInputStream().read()).isEqualTo(5);
            }
        }
        assertThat(made).hasSize(2).allMatch(Socket::isClosed);
    }

    /** The user's socket was made for the first proxy, and it is the second one's turn. */
    @Test
    void usesNoSocketThatWasMadeForAnotherKindOfProxy() throws Exception {
        ArrayDeque<Socket> made = new ArrayDeque<>();
        PlainFactory factory = new PlainFactory(made, new ArrayDeque<>());
        Socks5Client client =
                Socks5Client.inTurn(a.builder().proxySocketFactory(factory).build(), b.client());
        client.connect("example.com", 80).close();
        client.connect("example.com", 80).close();
        assertMet(1, 1);
        assertThat(made).extracting(Socket::isConnected).containsExactly(true, false);
        assertThat(made).allMatch(Socket::isClosed);
    }

    /** One proxy may take several connections: one for each address of a name that is looked up here. */
    @Test
    void theUsersSocketIsTheConnectionThatServes() throws Exception {
        a.now(Member.first(Member.replies(ReplyCode.HOST_UNREACHABLE), Member.SERVES));
        Socks5Client looksUp = a.builder()
                .lookUpNamesHere()
                .resolver(name -> List.of(InetAddress.getByName("192.0.2.1"), InetAddress.getByName("192.0.2.2")))
                .build();
        try (Socket socket = Socks5Client.inOrder(looksUp, b.client()).connect("example.com", 80)) {
            assertThat(socket.isClosed()).isFalse();
            assertThat(socket.getInetAddress()).isEqualTo(InetAddress.getByName("192.0.2.2"));
        }
        assertMet(2, 0);
    }

    @Test
    void aBoundSocketKeepsItsPort() throws Exception {
        Socks5Client unreachable =
                Socks5Client.builder().proxy("127.0.0.1", Ports.free()).build();
        try (Socket socket =
                Socks5Client.inOrder(unreachable, b.client()).socketFactory().createSocket()) {
            socket.bind(new InetSocketAddress("127.0.0.1", 0));
            int port = socket.getLocalPort();
            socket.connect(UNRESOLVED);
            assertThat(socket.getLocalPort()).isEqualTo(port);
        }
    }

    /** What a factory does to its sockets is no wish of the user. */
    @Test
    void eachFactorysSocketKeepsWhatTheFactoryHasDone() throws Exception {
        a.now(Member.HANGS_UP);
        ArrayDeque<Integer> ports = new ArrayDeque<>();
        SocketFactory binding = mock();
        when(binding.createSocket()).thenAnswer(call -> {
            Socket made = new Socket(Proxy.NO_PROXY);
            made.setTcpNoDelay(true);
            made.setSoTimeout(55_000);
            made.bind(new InetSocketAddress("127.0.0.1", 0));
            ports.add(made.getLocalPort());
            return made;
        });
        Socks5Client first = a.builder().proxySocketFactory(binding).build();
        Socks5Client second = b.builder().proxySocketFactory(binding).build();
        List<Object> own = List.of(true, 55_000);
        assertThat(serving(Socks5Client.inOrder(first, second))).isEqualTo(own);
        assertThat(serving(Socks5Client.inOrder(a.client(), second))).isEqualTo(own);
        assertThat(serving(Socks5Client.inOrder(first, b.client()))).isEqualTo(List.of(false, 0));
        assertThat(ports).hasSize(4);
        assertMet(3, 3);
    }

    private static List<Object> serving(Socks5Client client) throws IOException {
        try (Socket socket = client.socketFactory().createSocket()) {
            socket.setSoLinger(true, 7);
            socket.connect(UNRESOLVED);
            assertThat(socket.getSoLinger()).isEqualTo(7);
            return List.of(socket.getTcpNoDelay(), socket.getSoTimeout());
        }
    }

    @Test
    void aFactoryThatFailsPutsNoProxyInBackOff() throws Exception {
        SocketFactory failing = mock();
        when(failing.createSocket()).thenThrow(new ConnectException("not now"));
        Socks5Client client = Socks5Client.several(
                Proxies.Order.IN_TURN,
                () -> 0,
                a.client(),
                b.builder().proxySocketFactory(failing).build());
        for (int i = 0; i < 4; i++) {
            client.connect("example.com", 80).close();
        }
        verify(failing, times(3)).createSocket(); // Each time that its turn has come.
        assertMet(4, 0);
    }

    @Test
    void opensNoChannelWhereOneProxyCannot() {
        Socks5Client byFactory =
                b.builder().proxySocketFactory(SocketFactory.getDefault()).build();
        Socks5Client client = Socks5Client.inOrder(a.client(), byFactory);
        Endpoint destination = Endpoint.of("example.com", 80);
        assertThatThrownBy(() -> client.openChannel(destination)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> client.connectAsync(destination)).isInstanceOf(UnsupportedOperationException.class);
        assertMet(0, 0);
    }

    @Test
    void reportsTheDestinationAsTheProxyThatServesDoes() throws Exception {
        a.now(Member.HANGS_UP);
        Socks5Client client = Socks5Client.inOrder(
                a.client(), b.builder().placeholderAddresses().build());
        try (Socket socket = client.connect("example.com", 80)) {
            assertThat(socket.getInetAddress()).isNotNull();
        }
        try (Socket socket = Socks5Client.inOrder(
                                a.builder().placeholderAddresses().build(), b.client())
                        .connect("example.com", 80);
                SocketChannel channel = client.openChannel("example.com", 80)) {
            assertThat(socket.getInetAddress()).isNull();
            assertThat(channel.getRemoteAddress()).isEqualTo(b.address());
        }
    }

    @Test
    void allUnreachableIsAConnectExceptionForEveryRequest() throws Exception {
        Socks5Client unreachable =
                Socks5Client.builder().proxy("127.0.0.1", Ports.free()).build();
        Socks5Client client = Socks5Client.inOrder(unreachable, unreachable);
        assertThatThrownBy(client::bind).isExactlyInstanceOf(ConnectException.class);
        assertThatThrownBy(client::associate).isExactlyInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> client.resolve("a.example")).isExactlyInstanceOf(ConnectException.class);
    }
}
