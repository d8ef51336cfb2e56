package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plain sockets as docs/recipes.md shows them, through one proxy and through three. */
@Timeout(60)
class SocketRecipeTest {

    private static String talk(Socks5Client client, String host, int port) throws IOException {
        byte[] request = "hello ".getBytes(UTF_8);
        byte[] answer;
        // recipe: Socket
        try (Socket socket = client.connect(host, port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            answer = socket.getInputStream().readAllBytes();
        }
        // end of recipe
        return new String(answer, UTF_8);
    }

    private static Socks5Client client(OurServer server, String password) {
        return Socks5Client.builder()
                .proxy(server.address())
                .credentials(OurServer.USER, password)
                .build();
    }

    @Test
    void leavesTheNameToTheProxy() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            assertThat(talk(client(server, OurServer.PASSWORD), OurServer.NAME, origin.port()))
                    .isEqualTo("hello " + Origin.FAREWELL);
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, origin.port()));
        }
    }

    @Test
    void goesThroughThree() throws Exception {
        try (OurServer first = OurServer.withLogin();
                OurServer second = OurServer.open();
                OurServer third = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            Socks5Client chain = client(third, OurServer.PASSWORD)
                    .through(client(second, OurServer.PASSWORD).through(client(first, OurServer.PASSWORD)));
            assertThat(talk(chain, OurServer.NAME, origin.port())).isEqualTo("hello " + Origin.FAREWELL);
            assertThat(first.destinations()).containsExactly(Endpoint.of(second.address()));
            assertThat(second.destinations()).containsExactly(Endpoint.of(third.address()));
            assertThat(third.destinations()).containsExactly(Endpoint.of(OurServer.NAME, origin.port()));
        }
    }

    @Test
    void saysWhichOfThreeHasRefused() throws Exception {
        try (OurServer first = OurServer.withLogin();
                OurServer second = OurServer.withLogin();
                OurServer third = OurServer.open()) {
            Socks5Client chain = client(third, OurServer.PASSWORD)
                    .through(client(second, "wrong").through(client(first, OurServer.PASSWORD)));
            assertThatThrownBy(() -> chain.connect(OurServer.NAME, 1))
                    .isInstanceOf(AuthenticationFailedException.class)
                    .hasMessageContaining(second.hostAndPort());
            assertThat(third.destinations()).isEmpty();
        }
    }
}
