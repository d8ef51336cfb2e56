package dev.socks5.junit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.junit.RecordedRequest.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class Socks5TestProxyTest {

    private Echo echo;

    @BeforeEach
    void open() throws IOException {
        echo = new Echo();
    }

    @AfterEach
    void close() throws IOException {
        echo.close();
    }

    private static void talk(Socket socket) throws IOException {
        byte[] words = "hello".getBytes(US_ASCII);
        socket.getOutputStream().write(words);
        assertThat(socket.getInputStream().readNBytes(words.length)).isEqualTo(words);
        socket.shutdownOutput();
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void connectsToANameThatOnlyItKnows() throws IOException {
        try (Socks5TestProxy proxy = Socks5TestProxy.start()) {
            proxy.resolve("DB.internal", InetAddress.getLoopbackAddress());
            try (Socket socket = proxy.client().connect("db.internal", echo.port())) {
                talk(socket);
            }
            assertThat(proxy.requests())
                    .containsExactly(new RecordedRequest(
                            Command.CONNECT,
                            Endpoint.of("db.internal", echo.port()),
                            null,
                            ReplyCode.SUCCEEDED,
                            Outcome.GRANTED,
                            ""));
        }
    }

    @Test
    void servesTheJdksOwnClient() throws IOException {
        try (Socks5TestProxy proxy = Socks5TestProxy.start();
                Socket socket = new Socket(proxy.proxy())) {
            socket.connect(InetSocketAddress.createUnresolved("localhost", echo.port()));
            talk(socket);
            assertThat(proxy.requireProxied("LOCALHOST", echo.port()).outcome()).isEqualTo(Outcome.GRANTED);
        }
    }

    @Test
    void knowsNoOtherNames() throws IOException {
        try (Socks5TestProxy proxy = Socks5TestProxy.start()) {
            assertThatThrownBy(() -> proxy.client().connect("example.com", 443))
                    .isInstanceOf(RequestRejectedException.class);
            RecordedRequest request = proxy.requests().get(0);
            assertThat(request.reply()).isEqualTo(ReplyCode.HOST_UNREACHABLE);
            assertThat(request.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(request.remark()).isEqualTo("name not found: the test has no resolve(\"example.com\", ...)");
        }
    }

    @Test
    void asksTheTestForNoNameThatItHasAResolverFor() throws IOException {
        try (Socks5TestProxy proxy =
                Socks5TestProxy.builder().resolver(name -> List.of()).start()) {
            proxy.resolve("empty.test");
            for (String name : List.of("empty.test", "example.com")) {
                assertThatThrownBy(() -> proxy.client().connect(name, 443))
                        .isInstanceOf(RequestRejectedException.class);
                assertThat(proxy.requireProxied(name, 443).remark()).doesNotContain("resolve(");
            }
        }
    }

    @Test
    void asksForTheLoginThatItHas() throws IOException {
        try (Socks5TestProxy proxy =
                Socks5TestProxy.builder().login("al:ce@home", "pässword%").start()) {
            Socks5Client byUri =
                    Socks5Client.builder().uri(proxy.uri().toString()).build();
            for (Socks5Client client : List.of(proxy.client(), byUri)) {
                try (Socket socket = client.connect("localhost", echo.port())) {
                    talk(socket);
                }
            }
            Socks5Client wrong = Socks5Client.builder()
                    .proxy(proxy.address())
                    .credentials("mallory", "guess")
                    .build();
            assertThatThrownBy(() -> wrong.connect("localhost", echo.port()))
                    .isInstanceOf(AuthenticationFailedException.class);
            assertThat(proxy.requests())
                    .extracting(RecordedRequest::user)
                    .containsExactly("al:ce@home", "al:ce@home", "mallory");
            assertThat(proxy.requests().get(2).outcome()).isEqualTo(Outcome.NOT_LOGGED_IN);
        }
    }
}
