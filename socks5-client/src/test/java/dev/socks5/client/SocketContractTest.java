package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.internal.dial.Placeholder;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All the getters of {@link Socket}, at every moment of its life: a plain socket, the JDK's own SOCKS, and ours through
 * a proxy and direct. They say the same, except for what {@link #DIFFERENCES} lists.
 */
@Timeout(60)
class SocketContractTest {

    /** One of each kind. The plain one is the measure. */
    private record Sockets(Socket plain, Socket jdk, Socket ours, Socket direct) {
        List<Socket> all() {
            return List.of(plain, jdk, ours, direct);
        }
    }

    /** A getter of ours that says something else, where and why; given what the plain socket says and the moment. */
    private record Difference(String getter, String why, BinaryOperator<String> instead) {}

    private static final List<Difference> DIFFERENCES = List.of(
            new Difference(
                    "supportedOptions",
                    "under the socket is a channel, which has this one by name as well",
                    (plain, moment) -> plain.replace("SO_LINGER,", "SO_LINGER, SO_OOBINLINE,")),
            new Difference(
                    "isClosed",
                    "after a failure it is closed, as the JDK's own say since Java 25; before, theirs were and denied it",
                    (plain, moment) -> moment.equals("failed") ? "true" : plain),
            new Difference(
                    "getTrafficClass",
                    "nothing can be asked of a closed socket; before Java 25, the JDK's own have this one answer",
                    (plain, moment) ->
                            moment.startsWith("closed") || moment.equals("failed") ? "SocketException" : plain));

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : opened) {
            closeable.close();
        }
    }

    private <T extends AutoCloseable> T opened(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress("origin.test", new byte[] {127, 0, 0, 1});
    }

    private static InetSocketAddress nobody() throws IOException {
        return new InetSocketAddress(loopback(), 1);
    }

    /** A socket of each kind; through a proxy that does as the script says. */
    private Sockets sockets(ScriptedProxy.Script script) throws IOException {
        return sockets(
                opened(new ScriptedProxy(script)).address(),
                opened(new ScriptedProxy(script)).address());
    }

    private Sockets sockets(InetSocketAddress proxyOfTheJdk, InetSocketAddress proxy) throws IOException {
        return new Sockets(
                opened(new Socket(Proxy.NO_PROXY)),
                opened(new Socket(new Proxy(Proxy.Type.SOCKS, proxyOfTheJdk))),
                opened(unconnected(Socks5Client.builder().proxy(proxy))),
                opened(unconnected(Socks5Client.builder().proxy(proxy).direct(all -> true))));
    }

    private static Socket unconnected(Socks5ClientBuilder builder) throws IOException {
        return builder.build().socketFactory().createSocket();
    }

    private static void connect(Sockets sockets, InetSocketAddress destination) throws IOException {
        for (Socket socket : sockets.all()) {
            socket.connect(destination, 10_000);
        }
    }

    private static void assertSame(String moment, Sockets sockets) throws Exception {
        Map<String, String> plain = said(sockets.plain);
        assertThat(plain).hasSizeGreaterThanOrEqualTo(24);
        assertThat(said(sockets.jdk)).as(moment).isEqualTo(plain);
        Map<String, String> expected = said(sockets.plain);
        DIFFERENCES.forEach(difference ->
                expected.computeIfPresent(difference.getter, (getter, said) -> difference.instead.apply(said, moment)));
        assertThat(said(sockets.ours)).as(moment).isEqualTo(expected);
        assertThat(said(sockets.direct)).as(moment).isEqualTo(expected);
    }

    @Test
    void beforeItIsConnected() throws Exception {
        Sockets sockets = sockets(nobody(), nobody());
        assertSame("new", sockets);
        for (Socket socket : sockets.all()) {
            socket.bind(new InetSocketAddress(loopback(), 0));
        }
        assertSame("bound", sockets);
        for (Socket socket : sockets.all()) {
            socket.close();
        }
        assertSame("closed before it was connected", sockets);
    }

    @Test
    void whileItConnects() throws Exception {
        DeafProxy deaf = opened(new DeafProxy());
        Sockets sockets = sockets(deaf.address(), deaf.address());
        List<Blocked> connecting = new ArrayList<>();
        for (Socket socket : sockets.all()) {
            connecting.add(Blocked.in(() -> socket.connect(deaf.address(), 20_000)));
        }
        assertSame("connecting", sockets);
        for (Socket socket : sockets.all()) {
            socket.close();
        }
        for (Blocked blocked : connecting) {
            assertThat(blocked.failure()).isInstanceOf(IOException.class);
        }
        assertSame("closed while it was connecting", sockets);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onceItIsConnected(boolean named) throws Exception {
        InetAddress address =
                named ? loopback() : InetAddress.getByAddress(loopback().getAddress());
        ServerSocket listener = opened(new ServerSocket(0, 50, address));
        Sockets sockets = sockets(SocketContractTest::tunnel);
        connect(sockets, new InetSocketAddress(address, listener.getLocalPort()));
        assertThat(sockets.plain.getInetAddress()).hasToString(named ? "origin.test/127.0.0.1" : "/127.0.0.1");
        assertSame("connected", sockets);
        for (Socket socket : sockets.all()) {
            socket.shutdownInput();
        }
        assertSame("deaf", sockets);
        for (Socket socket : sockets.all()) {
            socket.shutdownOutput();
        }
        assertSame("deaf and dumb", sockets);
        for (Socket socket : sockets.all()) {
            socket.close();
        }
        assertSame("closed", sockets);
    }

    private static void tunnel(ScriptedProxy.Client client) throws IOException {
        client.acceptTunnel();
        client.awaitEnd();
    }

    @Test
    void afterAFailure() throws Exception {
        Socket refusing = opened(new Socket());
        refusing.bind(new InetSocketAddress(loopback(), 0));
        Sockets sockets = sockets(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 05 00 01 00 00 00 00 00 00");
            client.awaitEnd();
        });
        for (Socket socket : sockets.all()) {
            assertThatThrownBy(() -> socket.connect(refusing.getLocalSocketAddress(), 10_000))
                    .isInstanceOf(IOException.class);
        }
        assertSame("failed", sockets);
    }

    @Test
    void aNameThatIsLookedUpHere() throws Exception {
        InetAddress found = InetAddress.getByName("localhost");
        ServerSocket listener = opened(new ServerSocket(0, 50, found));
        int port = listener.getLocalPort();
        Socket plain = opened(new Socket(found, port));
        Map<String, String> expected = said(plain);
        Socks5Client lookingUp = opened(ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd))
                .clientBuilder()
                .lookUpNamesHere()
                .build();
        Socks5Client direct =
                Socks5Client.builder().proxy(nobody()).direct(all -> true).build();
        for (Socket socket : List.of(
                opened(lookingUp.connect("localhost", port)),
                opened(direct.connect("localhost", port)),
                opened(direct.socketFactory().createSocket("localhost", port)))) {
            assertThat(said(socket))
                    .containsEntry("getInetAddress", expected.get("getInetAddress"))
                    .containsEntry("getRemoteSocketAddress", expected.get("getRemoteSocketAddress"))
                    .containsEntry("getPort", expected.get("getPort"));
        }
    }

    /** Nobody here can tell its address. The JDK says 0.0.0.0, which is none. */
    @Test
    void aNameThatOnlyTheProxyKnows() throws Exception {
        Sockets sockets = sockets(SocketContractTest::tunnel);
        Socket theirs = sockets.jdk;
        Socket ours = sockets.ours;
        InetSocketAddress destination = InetSocketAddress.createUnresolved("origin.test", 80);
        theirs.connect(destination);
        ours.connect(destination);
        Map<String, String> expected = said(theirs);
        assertThat(expected)
                .containsEntry("getInetAddress", "null")
                .containsEntry("getPort", "80")
                .containsEntry("getRemoteSocketAddress", "0.0.0.0/0.0.0.0:80");
        expected.put("getRemoteSocketAddress", "origin.test/<unresolved>:80");
        expected.compute("supportedOptions", (getter, said) -> said(ours).get(getter));
        assertThat(said(ours)).isEqualTo(expected);
    }

    private static Map<String, String> said(Socket socket) {
        try {
            return Getters.of(Socket.class, socket, socket.getLocalPort());
        } catch (IllegalAccessException e) {
            throw new AssertionError("these are public", e);
        }
    }

    @Test
    void aPlaceholderForIt() throws Exception {
        ScriptedProxy proxy = opened(ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd));
        Socket socket =
                opened(proxy.clientBuilder().placeholderAddresses().build().connect("origin.test", 80));
        InetAddress address = socket.getInetAddress();
        assertThat(address.getHostName()).isEqualTo("origin.test");
        assertThat(address.getAddress()).hasSize(4);
        assertThat(address.getAddress()[0] & 0xF0).isEqualTo(0xF0);
        assertThat(address).isNotEqualTo(Placeholder.of("other.test")).isEqualTo(Placeholder.of("origin.test"));
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(new InetSocketAddress(address, 80));
        assertThat(Placeholder.of("A".repeat(6) + "\uffff").getAddress()[0] & 0xF8)
                .isEqualTo(0xF0);
    }

    /** Where an address is known, that is what the socket reports. */
    @Test
    void noPlaceholderForAnAddress() throws Exception {
        InetAddress found = InetAddress.getByName("localhost");
        for (String uri : List.of("socks5", "socks5h")) {
            ScriptedProxy proxy = opened(ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd));
            Socket socket = opened(Socks5Client.builder()
                    .uri(uri + "://" + Endpoint.of(proxy.address()))
                    .placeholderAddresses()
                    .build()
                    .connect(uri.equals("socks5") ? "localhost" : found.getHostAddress(), 80));
            assertThat(socket.getInetAddress()).isEqualTo(found);
        }
    }
}
