package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** Without the proxy there is no connection. */
class UnreachableProxyTest {

    @Test
    void neverGoesDirect() throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 50, loopback())) {
            int originPort = origin.getLocalPort();
            Socks5Client client = withClosedPort().build();
            Socket socket = client.socketFactory().createSocket();
            assertThatThrownBy(() -> client.connect("127.0.0.1", originPort)).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> client.connect("localhost", originPort)).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> client.socketFactory().createSocket("127.0.0.1", originPort))
                    .isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress(loopback(), originPort)))
                    .isInstanceOf(ConnectException.class);
            assertUntouched(origin);
        }
    }

    @Test
    void neverGoesDirectAfterARefusal() throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 50, loopback());
                ScriptedProxy proxy = new ScriptedProxy(client -> {
                    client.greet(ScriptedProxy.NO_AUTHENTICATION);
                    client.readRequest();
                    client.send("05 01 00 01 00 00 00 00 00 00");
                })) {
            assertThatThrownBy(() -> proxy.client().connect("127.0.0.1", origin.getLocalPort()))
                    .isInstanceOf(IOException.class);
            assertUntouched(origin);
        }
    }

    private static void assertUntouched(ServerSocket origin) throws IOException {
        origin.setSoTimeout(200);
        assertThatThrownBy(origin::accept).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void namesTheProxyAndKeepsTheCause() throws Exception {
        Socks5ClientBuilder builder = withClosedPort().credentials("us3r", "s3cret");
        assertThatThrownBy(() -> builder.build().connect("example.com", 80))
                .isInstanceOf(ConnectException.class)
                .hasMessageMatching("cannot reach the proxy 127\\.0\\.0\\.1:[0-9]+: Connection refused")
                .hasMessageNotContainingAny("us3r", "s3cret")
                .hasCauseInstanceOf(ConnectException.class);
    }

    @Test
    void reportsAProxyWithoutAnAddress() {
        // Two dots in a row: no resolver asks anybody for that.
        Socks5Client client =
                Socks5Client.builder().proxy("proxy..invalid", 1080).build();
        assertThatThrownBy(() -> client.connect("example.com", 80))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("no address found for the proxy proxy..invalid:1080")
                .hasCauseInstanceOf(UnknownHostException.class);
    }

    private static Socks5ClientBuilder withClosedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
            int port = socket.getLocalPort();
            return Socks5Client.builder().proxy("127.0.0.1", port);
        }
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    @Test
    void looksTheProxysOwnNameUp() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = Socks5Client.builder()
                    .proxy("localhost", proxy.address().getPort())
                    .build();
            client.connect("example.com", 80).close();
            assertThat(proxy.received()).startsWith("05 01 00 05 01 00 03");
        }
    }
}
