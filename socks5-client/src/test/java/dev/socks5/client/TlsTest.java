package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.testing.Authority;
import java.io.InputStream;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** TLS is layered over the socket by the JDK's own means. */
class TlsTest {

    @Test
    void layersOverTheSocket() throws Exception {
        Authority authority = new Authority();
        SSLContext context = authority.context(authority.issue("A server", "server.example"));
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            try (SSLSocket server = (SSLSocket)
                    context.getSocketFactory().createSocket(client.socket(), InputStream.nullInputStream(), true)) {
                server.setUseClientMode(false);
                server.getInputStream().transferTo(server.getOutputStream());
            }
        })) {
            Socket tunnel = proxy.client().connect("server.example", 443);
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(tunnel, "server.example", 443, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                byte[] message = new byte[20_000];
                socket.getOutputStream().write(message);
                assertThat(socket.getInputStream().readNBytes(message.length)).isEqualTo(message);
                assertThat(socket.getSession().getPeerHost()).isEqualTo("server.example");
            }
            assertThat(tunnel.isClosed()).isTrue();
            proxy.received();
        }
    }
}
