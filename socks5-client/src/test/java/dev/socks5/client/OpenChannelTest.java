package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenChannelTest {

    private static final Endpoint DESTINATION = Endpoint.of("example.com", 80);

    @Test
    void givesAChannelThatIsTheTunnel() throws Exception {
        // The tunnel's first octets come together with the reply.
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send(ScriptedProxy.SUCCESS + " 01 02 03");
            client.expect("04 05");
            client.socket().shutdownOutput();
            client.awaitEnd();
        })) {
            try (SocketChannel channel = proxy.client().openChannel(DESTINATION)) {
                assertThat(channel.isConnected()).isTrue();
                assertThat(channel.isBlocking()).isTrue();
                assertThat(channel.getRemoteAddress()).isEqualTo(proxy.address());
                assertThat(channel.socket().getSoTimeout()).isZero();
                ByteBuffer in = ByteBuffer.allocate(3);
                while (in.hasRemaining()) {
                    assertThat(channel.read(in)).isPositive();
                }
                assertThat(in.array()).containsExactly(1, 2, 3);
                channel.write(ByteBuffer.wrap(new byte[] {4, 5}));
                assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
            proxy.received();
        }
    }

    @Test
    void theChannelCanBeSelected() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.expect("2a");
                    client.send("2b");
                    client.awaitEnd();
                });
                Selector selector = Selector.open();
                SocketChannel channel = proxy.client().openChannel(DESTINATION)) {
            channel.configureBlocking(false);
            assertThat(channel.read(ByteBuffer.allocate(1))).isZero();
            channel.write(ByteBuffer.wrap(new byte[] {0x2a}));
            channel.register(selector, SelectionKey.OP_READ);
            assertThat(selector.select(15_000)).isEqualTo(1);
            ByteBuffer in = ByteBuffer.allocate(2);
            assertThat(channel.read(in)).isEqualTo(1);
            assertThat(in.get(0)).isEqualTo((byte) 0x2b);
        }
    }

    @Test
    void afterAFailureNothingIsOpen() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 02 00 01 00 00 00 00 00 00");
            client.awaitEnd();
        })) {
            assertThatThrownBy(() -> proxy.client().openChannel(DESTINATION))
                    .isInstanceOf(RequestRejectedException.class);
            proxy.received();
        }
    }

    @Test
    void afterATimeoutNothingIsOpen() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client =
                    proxy.clientBuilder().connectTimeout(Duration.ofMillis(250)).build();
            assertThatThrownBy(() -> client.openChannel(DESTINATION)).isInstanceOf(SocketTimeoutException.class);
            proxy.received();
        }
    }

    @Test
    void aSocketOfAFactoryIsNoChannel() {
        Socks5Client client = Socks5Client.builder()
                .proxy("proxy.invalid", 1080)
                .proxySocketFactory(SSLSocketFactory.getDefault())
                .build();
        assertThatThrownBy(() -> client.openChannel(DESTINATION)).isInstanceOf(UnsupportedOperationException.class);
    }
}
