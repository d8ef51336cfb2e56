package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.junit.Fault;
import dev.socks5.junit.Socks5ProxyExtension;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the examples. */
@Timeout(60)
class ExamplesTest {

    private static final byte[] REQUEST = "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    static final Socks5ProxyExtension open = Socks5ProxyExtension.create();

    @RegisterExtension
    static final Socks5ProxyExtension guarded =
            Socks5ProxyExtension.create(settings -> settings.login("alice", "secret"));

    private HttpServer web;

    @BeforeEach
    void start() throws IOException {
        web = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        web.createContext("/", exchange -> {
            byte[] page = ("this is " + exchange.getRequestURI()).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        web.start();
    }

    @AfterEach
    void stop() {
        web.stop(0);
    }

    private Endpoint destination() {
        return Endpoint.of("localhost", web.getAddress().getPort());
    }

    @Test
    void fetchPage() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FetchPage.fetch(open.client(), URI.create("http://" + destination() + "/a/page?q=1"), new PrintStream(out));
        assertThat(out.toString(StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.")
                .endsWith("this is /a/page?q=1");
    }

    @Test
    void handshakeOverChannel() throws IOException {
        try (java.nio.channels.SocketChannel channel = HandshakeOverChannel.connect(open.address(), destination())) {
            channel.write(ByteBuffer.wrap(REQUEST));
            assertThat(channel.socket().getInputStream().readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .endsWith("this is /");
        }
    }

    @Test
    void handshakeOverChannelTellsWhatTheProxySaid() throws IOException {
        open.next(Fault.reply(ReplyCode.CONNECTION_REFUSED));
        assertThatThrownBy(() -> HandshakeOverChannel.connect(open.address(), destination()))
                .isInstanceOfSatisfying(
                        RequestRejectedException.class,
                        e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.CONNECTION_REFUSED));
    }

    @Test
    void nettyTunnel() throws Exception {
        Endpoint onlyTheProxyKnows = Endpoint.of("origin.test", web.getAddress().getPort());
        guarded.resolve("origin.test", web.getAddress().getAddress());
        assertThat(throughNetty(guarded.address(), onlyTheProxyKnows).get(20, TimeUnit.SECONDS))
                .endsWith("this is /");
    }

    @Test
    void nettyTunnelTellsThatTheLoginIsWrong() {
        guarded.next(Fault.refuseLogin());
        CompletableFuture<String> page = throughNetty(guarded.address(), destination());
        assertThatThrownBy(() -> page.get(20, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(AuthenticationFailedException.class);
    }

    @Test
    void nettyTunnelTellsWhatTheProxySaid() {
        open.next(Fault.reply(ReplyCode.CONNECTION_REFUSED));
        CompletableFuture<String> page = throughNetty(open.address(), destination());
        assertThatThrownBy(() -> page.get(20, TimeUnit.SECONDS)).hasRootCauseInstanceOf(RequestRejectedException.class);
    }

    private static CompletableFuture<String> throughNetty(InetSocketAddress proxy, Endpoint destination) {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        CompletableFuture<String> page = new CompletableFuture<>();
        PasswordRequest login = PasswordRequest.of("alice", "secret");
        PageReader handler = new PageReader(page);
        // recipe: Netty
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new NettyTunnel(destination, login), handler);
                    }
                })
                .connect(proxy);
        // end of recipe
        return page.whenComplete((text, e) -> {
            connecting.channel().close();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        });
    }

    /** Sends a request once the tunnel stands, and collects the answer. */
    private static final class PageReader extends SimpleChannelInboundHandler<ByteBuf> {
        private final CompletableFuture<String> page;
        private final StringBuilder text = new StringBuilder();

        private PageReader(CompletableFuture<String> page) {
            this.page = page;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == NettyTunnel.Connected.CONNECTED) {
                context.writeAndFlush(Unpooled.wrappedBuffer(REQUEST));
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf in) {
            text.append(in.toString(StandardCharsets.US_ASCII));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            page.complete(text.toString());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            page.completeExceptionally(cause);
        }
    }
}
