package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * RESOLVE and RESOLVE_PTR of our client: answered by our server, and by Tor itself as far as it can without a network.
 */
@Timeout(120)
class LookupTest {

    @Test
    void ourServerAnswers() throws Exception {
        try (OurServer server =
                OurServer.with(builder -> builder.resolver(new LoopbackZone()).torResolve())) {
            Socks5Client client = Socks5Client.builder().proxy(server.address()).build();
            assertThat(client.resolve(OurServer.NAME)).isEqualTo(Loopback.V4);
            assertThat(client.resolve(LoopbackZone.NAME6)).isEqualTo(Loopback.V6);
            assertThat(client.nameOf(Loopback.V4)).isEqualTo(OurServer.NAME);
            assertReply(ReplyCode.HOST_UNREACHABLE, () -> client.resolve("nobody.test"));
            assertReply(ReplyCode.HOST_UNREACHABLE, () -> client.nameOf(Loopback.V6));
        }
    }

    @Test
    void ourServerDoesNotUnlessToldTo() throws Exception {
        try (OurServer server = OurServer.open()) {
            Socks5Client client = Socks5Client.builder().proxy(server.address()).build();
            assertReply(ReplyCode.COMMAND_NOT_SUPPORTED, () -> client.resolve(OurServer.NAME));
        }
    }

    private static void assertReply(ReplyCode code, ThrowingCallable call) {
        assertThatExceptionOfType(RequestRejectedException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.reply().code()).isEqualTo(code));
    }

    /**
     * What is mapped in its configuration needs no circuit, and its only way into the network is a port of nobody's.
     */
    @Test
    void torAnswers(@TempDir Path folder) throws Exception {
        try (Daemon tor = Daemon.start(
                port -> Program.TOR.with("-f", configuration(folder, port).toString()))) {
            Socks5Client client = Socks5Client.builder()
                    .proxy(tor.address())
                    .connectTimeout(ClientMatrix.TIMEOUT)
                    .build();
            InetAddress mapped = client.resolve("mapped.example");
            assertThat(mapped.getHostAddress()).isEqualTo("192.0.2.7");
            assertThat(client.resolve("six.example").getHostAddress()).isEqualTo("2001:db8:0:0:0:0:0:7");
            assertReply(ReplyCode.HOST_UNREACHABLE, () -> client.nameOf(Loopback.V6));
        }
    }

    private static Path configuration(Path folder, int port) throws IOException {
        return Files.write(
                folder.resolve("torrc"),
                List.of(
                        "SocksPort 127.0.0.1:" + port,
                        "DataDirectory " + folder.resolve("data"),
                        "UseBridges 1",
                        "Bridge 127.0.0.1:1",
                        "MapAddress mapped.example 192.0.2.7",
                        "MapAddress six.example [2001:db8::7]"));
    }
}
