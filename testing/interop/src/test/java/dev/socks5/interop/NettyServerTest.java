package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandResponse;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client through a server made of Netty's codec. */
class NettyServerTest {

    private final BlockingQueue<Socks5CommandRequest> requests = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @CsvSource({"192.0.2.1, IPv4", "origin.test, DOMAIN", "2001:db8::1, IPv6"})
    void talks(String host, String type) throws Exception {
        try (NettyServer server = NettyServer.withLogin(this::grant);
                Socket socket = client(server, LoginMatrix.PASSWORD).connect(host, 80)) {
            Echo.checkByTurns(socket);

            Socks5CommandRequest request = requests.remove();
            assertThat(request.dstAddrType())
                    .hasToString(type + "(" + request.dstAddrType().byteValue() + ")");
            assertThat(request.dstPort()).isEqualTo(80);
        }
    }

    @Test
    void offersALoginThatIsNotAskedFor() throws Exception {
        try (NettyServer server = NettyServer.open(this::grant);
                Socket socket = client(server, LoginMatrix.PASSWORD).connect("origin.test", 80)) {
            Echo.checkByTurns(socket);
        }
    }

    @Test
    void isToldThatTheLoginIsWrong() throws Exception {
        try (NettyServer server = NettyServer.withLogin(this::grant)) {
            assertThatThrownBy(() -> client(server, "wrong").connect("origin.test", 80))
                    .isInstanceOf(AuthenticationFailedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1"})
    void isToldThatItIsForbidden(String host) throws Exception {
        try (NettyServer server = NettyServer.open(NettyServerTest::forbid)) {
            assertForbidden(server, host);
        }
    }

    /** Netty's users answer so; the address of such a reply is a name of no octets. */
    @Test
    void isToldThatANameIsForbidden() throws Exception {
        try (NettyServer server = NettyServer.open(NettyServerTest::forbid)) {
            assertForbidden(server, "origin.test");
        }
    }

    private static void assertForbidden(NettyServer server, String host) {
        assertThatExceptionOfType(RequestRejectedException.class)
                .isThrownBy(() -> client(server, LoginMatrix.PASSWORD).connect(host, 80))
                .satisfies(e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.NOT_ALLOWED));
    }

    private Socks5CommandResponse grant(Socks5CommandRequest request) {
        requests.add(request);
        return new DefaultSocks5CommandResponse(Socks5CommandStatus.SUCCESS, Socks5AddressType.IPv4);
    }

    /** With the request's own type of address, and no address. */
    private static Socks5CommandResponse forbid(Socks5CommandRequest request) {
        return new DefaultSocks5CommandResponse(Socks5CommandStatus.FORBIDDEN, request.dstAddrType());
    }

    private static Socks5Client client(NettyServer server, String password) {
        return Socks5Client.builder()
                .proxy(server.address())
                .credentials(LoginMatrix.USER, password)
                .connectTimeout(ClientMatrix.TIMEOUT)
                .build();
    }
}
