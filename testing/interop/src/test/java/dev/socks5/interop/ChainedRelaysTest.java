package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5DatagramSocket;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.AccessRules;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams of our client through two of our servers. */
@Timeout(60)
class ChainedRelaysTest {

    private OurServer near;
    private OurServer far;

    @BeforeEach
    void start() throws IOException {
        near = OurServer.open();
        far = OurServer.withLogin();
    }

    @AfterEach
    void stop() {
        near.close();
        far.close();
    }

    private static Socks5Client client(OurServer near, OurServer far) {
        Socks5Client nearer = Socks5Client.builder().proxy(near.address()).build();
        return Socks5Client.builder()
                .proxy(far.address())
                .credentials(OurServer.USER, OurServer.PASSWORD)
                .connectTimeout(ClientMatrix.TIMEOUT)
                .build()
                .through(nearer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", OurServer.NAME, "::1"})
    void sendsDatagrams(String host) throws Exception {
        Loopback.requireFor(host);
        try (UdpEcho echo = UdpEcho.open();
                Socks5DatagramSocket socket = client(near, far).associate()) {
            socket.setSoTimeout((int) ClientMatrix.TIMEOUT.toMillis());
            RelayMatrix.checkEcho(socket, Endpoint.of(host, echo.port()));
            assertThat(near.commands()).containsExactly(Command.UDP_ASSOCIATE, Command.CONNECT);
            assertThat(far.commands()).containsExactly(Command.UDP_ASSOCIATE);
        }
        assertThat(far.awaitEnding().datagrams()).isEqualTo(UdpEcho.COUNTS);
    }

    @Test
    void theEndOfEitherIsLoud() throws Exception {
        try (Socks5DatagramSocket socket = client(near, far).associate()) {
            far.close();
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> socket.receive(ByteBuffer.allocate(1)))
                    .withMessage("the proxy %s has ended the association", far.hostAndPort());
        }
    }

    @Test
    void theOneThatRelaysNoDatagramsIsNamed() throws Exception {
        AccessRules rules = AccessRules.builder()
                .deny("command=udp-associate")
                .allow("127.0.0.1")
                .build();
        try (OurServer refusing = OurServer.with(settings -> settings.accessRule(rules))) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> client(near, refusing).associate())
                    .withMessageStartingWith(
                            "no association with the proxy %s through %s: ", refusing.hostAndPort(), near.hostAndPort())
                    .withCauseExactlyInstanceOf(RequestRejectedException.class);
        }
    }
}
