package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IPv6 zones: kept where this host dials, refused where a proxy would. */
@Timeout(60)
class ZoneTest {

    private static final String LINK_LOCAL = "fe80::1%1";

    private NetworkInterface loopback;

    @BeforeEach
    void findLoopback() throws Exception {
        InetAddress v6 = InetAddress.getByName("::1");
        NetworkInterface found = NetworkInterface.getByInetAddress(v6);
        assumeTrue(found != null, "this machine has no IPv6 loopback");
        loopback = found;
    }

    private String zone() {
        return loopback.getName();
    }

    private List<String> forms() {
        return List.of("::1%" + zone(), "[::1%" + zone() + "]", "[::1%25" + zone() + "]", "::1%" + loopback.getIndex());
    }

    private void assertHasZone(InetAddress address) {
        assertThat(address).isInstanceOf(Inet6Address.class);
        assertThat(((Inet6Address) address).getScopeId()).as(address.toString()).isNotZero();
    }

    private static Socks5ClientBuilder nobody() {
        return Socks5Client.builder().proxy("127.0.0.1", 1);
    }

    @Test
    void isKeptOfADestinationThatGoesDirect() throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 50, InetAddress.getByName("::1"))) {
            int port = origin.getLocalPort();
            Socks5Client direct = nobody().direct(all -> true).build();
            SocketFactory factory = direct.socketFactory();
            for (String form : forms()) {
                InetAddress address = InetAddress.getByName(form.replace("%25", "%"));
                try (Socket connected = direct.connect(form, port);
                        Socket created = factory.createSocket(form, port);
                        Socket ofAddress = factory.createSocket(address, port);
                        Socket unconnected = factory.createSocket();
                        SocketChannel channel = direct.openChannel(form, port);
                        SocketChannel later = direct.connectAsync(form, port).get(10, TimeUnit.SECONDS)) {
                    unconnected.connect(new InetSocketAddress(address, port));
                    for (Socket socket :
                            List.of(connected, created, ofAddress, unconnected, channel.socket(), later.socket())) {
                        assertHasZone(socket.getInetAddress());
                    }
                }
            }
        }
    }

    @Test
    void isKeptOfAProxy() throws Exception {
        for (String form : forms()) {
            InetSocketAddress unresolved = InetSocketAddress.createUnresolved(form, 1080);
            for (Socks5Client client : List.of(
                    Socks5Client.builder().proxy(form, 1080).build(),
                    Socks5Client.builder().proxy(unresolved).build())) {
                assertHasZone(((InetSocketAddress) client.jdkProxies().get(0).address()).getAddress());
                assertThat(client).hasToString("Socks5Client[[::1]:1080]");
            }
        }
        for (String uri : List.of(
                "socks5h://[::1%25" + zone() + "]:1081",
                "socks5://alice:se%40cret@[::1%" + zone() + "]:1081/",
                "socks5h://alice:[fe80::1%251]@[::1%25" + zone() + "]:1081")) {
            for (Socks5Client client : List.of(
                    Socks5Client.of(uri),
                    Socks5Client.fromEnvironment(Map.of("ALL_PROXY", uri)).orElseThrow())) {
                InetSocketAddress proxy =
                        (InetSocketAddress) client.jdkProxies().get(0).address();
                assertHasZone(proxy.getAddress());
                assertThat(proxy.getPort()).isEqualTo(1081);
            }
        }
    }

    @Test
    void isDialledOfAProxy() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getByName("::1"))) {
            Socks5Client client = Socks5Client.builder()
                    .proxy("::1%" + zone(), proxy.getLocalPort())
                    .build();
            var connecting = client.connectAsync("example.com", 80);
            try (Socket accepted = proxy.accept()) {
                assertThat(accepted.getInputStream().readNBytes(3)).containsExactly(5, 1, 0);
            }
            assertThatThrownBy(connecting::get).isInstanceOf(ExecutionException.class);
        }
    }

    @FunctionalInterface
    private interface Way {
        AutoCloseable connect(Socks5Client client, InetAddress address) throws Exception;
    }

    @Test
    void isRefusedWhereTheProxyWouldDial() throws Exception {
        List<Way> ways = List.of(
                (client, address) -> client.connect(LINK_LOCAL, 80),
                (client, address) -> client.openChannel("[fe80::1%251]", 80),
                (client, address) -> client.socketFactory().createSocket(address, 80),
                (client, address) -> client.socketFactory().createSocket(LINK_LOCAL, 80),
                (client, address) -> {
                    Socket socket = client.socketFactory().createSocket();
                    socket.connect(new InetSocketAddress(address, 80));
                    return socket;
                });
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            for (Way way : ways) {
                assertThatThrownBy(() -> way.connect(proxy.client(), InetAddress.getByName(LINK_LOCAL)))
                        .isInstanceOf(NoRouteToHostException.class)
                        .hasMessageContaining("fe80:0:0:0:0:0:0:1%1")
                        .hasMessageContaining("this host only");
            }
            assertThatThrownBy(() -> proxy.client().connectAsync(LINK_LOCAL, 80).get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(NoRouteToHostException.class);
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    @Test
    void isRefusedOfADatagram() throws Exception {
        InetAddress address = InetAddress.getByName(LINK_LOCAL);
        try (ScriptedRelay relay = new ScriptedRelay();
                Socks5DatagramSocket socket = relay.associate()) {
            byte[] data = {1};
            assertThatThrownBy(() -> socket.send(new DatagramPacket(data, 1, address, 53)))
                    .isInstanceOf(NoRouteToHostException.class);
            socket.connect(address, 53);
            assertThatThrownBy(() -> socket.send(new DatagramPacket(data, 1)))
                    .isInstanceOf(NoRouteToHostException.class);
        }
    }

    @Test
    void isRefusedOfAProxyThatAnotherOneDials() {
        Socks5Client scoped = Socks5Client.builder().proxy(LINK_LOCAL, 1080).build();
        Socks5Client first = nobody().build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scoped.through(first))
                .withMessageContaining("this host only");
        assertThat(first.through(scoped)).isNotNull();
    }

    /** It says nothing there. The system's own lists of addresses have one with each. */
    @Test
    void isDroppedOfAGlobalAddress() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            proxy.client()
                    .socketFactory()
                    .createSocket(InetAddress.getByName("2001:db8::1%1"), 80)
                    .close();
            assertThat(proxy.received()).endsWith("04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 00 50");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fe80::1%nosuchzone", "[fe80::1%25nosuchzone]", "fe80::1%", "[fe80::1%25]x", "1.2.3.4%1", "%1"})
    void whatIsNoneOfThisHostsIsRefused(String host) throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Socks5Client.builder().proxy(host, 1080));
        Socks5Client client = nobody().build();
        assertThatIllegalArgumentException().isThrownBy(() -> client.connect(host, 80));
        SocketFactory factory = client.socketFactory();
        assertThatThrownBy(() -> factory.createSocket(host, 80)).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void aUriIsNotRepeated() {
        for (String uri :
                List.of("socks5h://s3cret:s3cret@[fe80::1%25nosuchzone]", "socks5h://s3cret:s3cret@[::x%251]")) {
            assertThatThrownBy(() -> Socks5Client.of(uri))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("s3cret");
        }
    }
}
