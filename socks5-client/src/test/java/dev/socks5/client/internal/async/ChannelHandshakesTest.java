package dev.socks5.client.internal.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.Logins;
import dev.socks5.client.internal.report.Stopwatch;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Request;
import dev.socks5.codec.SendAhead;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A send buffer that is full, which takes no real proxy to be so. */
class ChannelHandshakesTest {

    @Test
    void sendsTheRestOfAMessageLater() throws Exception {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        SocketChannel channel = mock(SocketChannel.class);
        when(channel.write(any(ByteBuffer.class))).thenAnswer(call -> {
            ByteBuffer message = call.getArgument(0);
            sent.write(message.get());
            return 1;
        });
        when(channel.read(any(ByteBuffer.class))).thenReturn(0);
        Hop proxy = new Hop(new InetSocketAddress("192.0.2.2", 1080), Logins.NONE, SendAhead.NOTHING, false);
        ProxyChain chain = new ProxyChain(List.of(proxy), Request.connect(Endpoint.of("192.0.2.1", 80)));
        ChannelHandshakes handshakes = new ChannelHandshakes(channel, chain, Stopwatch.OFF);
        assertThat(handshakes.proceed()).isEqualTo(SelectionKey.OP_WRITE);
        assertThat(handshakes.proceed()).isEqualTo(SelectionKey.OP_WRITE);
        assertThat(handshakes.proceed()).isEqualTo(SelectionKey.OP_READ);
        assertThat(HexFormat.of().formatHex(sent.toByteArray())).isEqualTo("050100");
    }
}
