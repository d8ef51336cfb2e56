package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Netty's proxy handler through our server. */
class NettyClientTest {

    private static final long LIMIT_SECONDS = 20;
    private static final String WORDS = "some words\n".repeat(1_000);

    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterAll
    static void stop() throws Exception {
        LOOPS.shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS).await();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", OurServer.NAME, "::1"})
    void talks(String host) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            ProxyHandler proxy = new Socks5ProxyHandler(server.address(), OurServer.USER, OurServer.PASSWORD);
            Echoed echoed = new Echoed();
            Channel channel = connect(proxy, echoed, host, origin.port());
            channel.writeAndFlush(Unpooled.copiedBuffer(WORDS, US_ASCII)).sync();

            assertThat(echoed.all.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(WORDS);
            assertThat(server.destinations()).containsExactly(Endpoint.of(host, origin.port()));
            channel.close().sync();
        }
    }

    @Test
    void failsWithAWrongLogin() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            ProxyHandler proxy = new Socks5ProxyHandler(server.address(), OurServer.USER, "wrong");

            connect(proxy, new Echoed(), "127.0.0.1", 9);

            assertThat(outcome(proxy)).isInstanceOf(ProxyConnectException.class).hasMessageContaining("authStatus");
        }
    }

    @Test
    void failsIfThePortRefuses() throws Exception {
        try (OurServer server = OurServer.open();
                Socket refusing = Loopback.refusing()) {
            ProxyHandler proxy = new Socks5ProxyHandler(server.address());

            connect(proxy, new Echoed(), "127.0.0.1", refusing.getLocalPort());

            assertThat(outcome(proxy))
                    .isInstanceOf(ProxyConnectException.class)
                    .hasMessageContaining("CONNECTION_REFUSED");
        }
    }

    private static @Nullable Throwable outcome(ProxyHandler proxy) throws InterruptedException {
        assertThat(proxy.connectFuture().await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return proxy.connectFuture().cause();
    }

    /** Dials the proxy; what is written is kept until the proxy has answered. */
    private static Channel connect(ProxyHandler proxy, Echoed echoed, String host, int port)
            throws InterruptedException {
        return new Bootstrap()
                .group(LOOPS)
                .channel(NioSocketChannel.class)
                .resolver(NoopAddressResolverGroup.INSTANCE) // The proxy is to look names up.
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(proxy, echoed);
                    }
                })
                .connect(Endpoint.of(host, port).toInetSocketAddress())
                .sync()
                .channel();
    }

    /** Waits until as many octets have come back as were sent. */
    private static final class Echoed extends SimpleChannelInboundHandler<ByteBuf> {
        private final CompletableFuture<String> all = new CompletableFuture<>();
        private final StringBuilder received = new StringBuilder();

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf octets) {
            received.append(octets.toString(US_ASCII));
            if (received.length() >= WORDS.length()) {
                all.complete(received.toString());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            all.completeExceptionally(failure);
        }
    }
}
