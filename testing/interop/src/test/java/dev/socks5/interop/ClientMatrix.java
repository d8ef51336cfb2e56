package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.codec.Socks5Exception;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What our client does through any server; one class for each server says where it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
interface ClientMatrix {

    Duration TIMEOUT = Duration.ofSeconds(20);
    String UNKNOWN_NAME = "no-such-host.invalid";

    /** Where the server under test listens. */
    InetSocketAddress proxy();

    /** A client of it, not built yet. */
    default Socks5ClientBuilder client() {
        return Socks5Client.builder().proxy(proxy()).connectTimeout(TIMEOUT);
    }

    /** What becomes of a request that cannot be carried out. */
    default Class<? extends Socks5Exception> rejection() {
        return RequestRejectedException.class;
    }

    /** A conversation with {@link Origin#echo()}, as far as the server can carry it. */
    default void talk(Socket socket) throws IOException {
        Echo.check(socket);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1"})
    default void talksBothWays(String host) throws IOException {
        Loopback.requireFor(host);
        try (Origin origin = Origin.echo();
                Socket socket = client().build().connect(host, origin.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            talk(socket);
        }
    }

    @Test
    default void talksBySocketFactory() throws IOException {
        try (Origin origin = Origin.echo();
                Socket socket = client().build().socketFactory().createSocket("localhost", origin.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            talk(socket);
        }
    }

    @Test
    default void fetchesMegabytes() throws IOException {
        try (Origin origin = Origin.web();
                Socket socket = client().build().connect("localhost", origin.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            String response = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            String body = response.substring(response.indexOf("\r\n\r\n") + 4);
            assertThat(Origin.digest(body.getBytes(ISO_8859_1))).isEqualTo(Origin.digest(Origin.BODY));
        }
    }

    @Test
    default void isToldThatThePortRefuses() throws IOException {
        try (Socket refusing = Loopback.refusing()) {
            assertThatThrownBy(() -> client().build().connect("127.0.0.1", refusing.getLocalPort()))
                    .isInstanceOf(rejection());
        }
    }

    @Test
    default void isToldThatTheNameIsUnknown() {
        assertThatThrownBy(() -> client().build().connect(UNKNOWN_NAME, 80)).satisfies(e -> {
            // A server that waits for a resolver which never answers leaves it to the client's own timeout.
            if (!(e instanceof SocketTimeoutException)) {
                assertThat(e).isInstanceOf(rejection());
            }
        });
    }
}
