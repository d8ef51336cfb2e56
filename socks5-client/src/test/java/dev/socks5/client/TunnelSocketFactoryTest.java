package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.testing.Ports;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TunnelSocketFactoryTest {

    private static final String NAME_REQUEST = "05 01 00 03 07 61 2e 62 2e 63 2e 64 00 50";
    private static final String ADDRESS_REQUEST = "05 01 00 01 c0 00 02 01 00 50";
    private static final byte[] OCTETS = {(byte) 192, 0, 2, 1};

    @FunctionalInterface
    private interface Way {
        Socket connect(SocketFactory factory) throws IOException;
    }

    private static void assertRequests(String request, Way way) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            way.connect(proxy.client().socketFactory()).close();
            assertThat(proxy.received()).isEqualTo("05 01 00 " + request);
        }
    }

    private static Way unconnected(InetSocketAddress destination) {
        return factory -> {
            Socket socket = factory.createSocket();
            socket.connect(destination, 10_000);
            return socket;
        };
    }

    @Test
    void sendsNamesToTheProxy() throws Exception {
        assertRequests(NAME_REQUEST, factory -> factory.createSocket("a.b.c.d", 80));
        assertRequests(NAME_REQUEST, factory -> factory.createSocket("a.b.c.d", 80, loopback(), 0));
        assertRequests(NAME_REQUEST, unconnected(InetSocketAddress.createUnresolved("a.b.c.d", 80)));
    }

    @Test
    void sendsAddressesAsTheyAre() throws Exception {
        InetAddress address = InetAddress.getByAddress(OCTETS);
        assertRequests(ADDRESS_REQUEST, factory -> factory.createSocket(address, 80));
        assertRequests(ADDRESS_REQUEST, factory -> factory.createSocket(address, 80, loopback(), 0));
        assertRequests(ADDRESS_REQUEST, factory -> factory.createSocket("192.0.2.1", 80));
        assertRequests(ADDRESS_REQUEST, unconnected(new InetSocketAddress(address, 80)));
        assertRequests(ADDRESS_REQUEST, unconnected(InetSocketAddress.createUnresolved("192.0.2.1", 80)));
    }

    @Test
    void bindsBeforeItConnects() throws Exception {
        int port = Ports.free();
        InetAddress address = InetAddress.getByAddress(OCTETS);
        assertBound(port, factory -> factory.createSocket("a.b.c.d", 80, loopback(), port));
        assertBound(port, factory -> factory.createSocket(address, 80, loopback(), port));
        assertBound(port, factory -> factory.createSocket("a.b.c.d", 80, anyLocal(), port));
    }

    private static void assertBound(int port, Way way) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            assertThat(client.socket().getPort()).isEqualTo(port);
            client.reset(); // A port that was closed in order is taken for a minute.
        })) {
            Socket socket = way.connect(proxy.client().socketFactory());
            assertThat(socket.isBound()).isTrue();
            assertThat(socket.getLocalPort()).isEqualTo(port);
            assertThat(socket.getLocalAddress()).isEqualTo(loopback());
            proxy.received();
            socket.close();
        }
    }

    @Test
    void failsIfItCannotBind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, loopback());
                ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            SocketFactory factory = proxy.client().socketFactory();
            assertThatThrownBy(() -> factory.createSocket("a.b.c.d", 80, loopback(), taken.getLocalPort()))
                    .isInstanceOf(BindException.class);
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b\u00fccher.example", "1:2"})
    void refusesAHostThatCannotBeSent(String host) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            SocketFactory factory = proxy.client().socketFactory();
            assertThatThrownBy(() -> factory.createSocket(host, 80)).isInstanceOf(UnknownHostException.class);
            InetSocketAddress named = InetSocketAddress.createUnresolved("n".repeat(256), 80);
            Socket socket = factory.createSocket();
            assertThatThrownBy(() -> socket.connect(named)).isInstanceOf(UnknownHostException.class);
            assertThat(socket.isClosed()).isTrue();
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    @Test
    void refusesWhatIsNoDestination() throws Exception {
        SocketFactory factory =
                Socks5Client.builder().proxy("127.0.0.1", 1).build().socketFactory();
        InetAddress nowhere = missing();
        assertThatNullPointerException().isThrownBy(() -> factory.createSocket(nowhere, 80));
        assertThatNullPointerException().isThrownBy(() -> factory.createSocket(nowhere, 80, loopback(), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> factory.createSocket("a.b.c.d", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> factory.createSocket("a.b.c.d", 65536));
        try (Socket socket = factory.createSocket()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("a.b.c.d", 80), -1));
        }
    }

    @SuppressWarnings("NullAway") // The point of it.
    private static InetAddress missing() {
        return null;
    }

    private static @Nullable InetAddress anyLocal() {
        return null;
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
}
