package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the examples. */
@Timeout(60)
class ExamplesTest {

    private static final byte[] REQUEST = "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private HttpServer web;
    private Socks5Server proxy;

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
        proxy = Socks5Server.builder().listen("127.0.0.1", 0).start();
    }

    @AfterEach
    void stop() {
        proxy.close();
        web.stop(0);
    }

    private Endpoint destination() {
        return Endpoint.of("localhost", web.getAddress().getPort());
    }

    private static Endpoint nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return Endpoint.of((InetSocketAddress) socket.getLocalSocketAddress());
        }
    }

    @Test
    void fetchPage() throws IOException {
        Socks5Client client =
                Socks5Client.builder().proxy(proxy.localAddresses().get(0)).build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FetchPage.fetch(client, URI.create("http://" + destination() + "/a/page?q=1"), new PrintStream(out));
        assertThat(out.toString(StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.")
                .endsWith("this is /a/page?q=1");
    }

    @Test
    void handshakeOverChannel() throws IOException {
        try (java.nio.channels.SocketChannel channel =
                HandshakeOverChannel.connect(proxy.localAddresses().get(0), destination())) {
            channel.write(ByteBuffer.wrap(REQUEST));
            assertThat(channel.socket().getInputStream().readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .endsWith("this is /");
        }
    }

    @Test
    void handshakeOverChannelTellsWhatTheProxySaid() throws IOException {
        Endpoint nobody = nobody();
        assertThatThrownBy(() ->
                        HandshakeOverChannel.connect(proxy.localAddresses().get(0), nobody))
                .isInstanceOfSatisfying(
                        RequestRejectedException.class,
                        e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.CONNECTION_REFUSED));
    }

    @Test
    void nettyTunnel() throws Exception {
        Endpoint onlyTheProxyKnows = Endpoint.of("origin.test", web.getAddress().getPort());
        try (Socks5Server strict = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                .resolver(name -> List.of(web.getAddress().getAddress()))
                .start()) {
            assertThat(throughNetty(strict, onlyTheProxyKnows).get(20, TimeUnit.SECONDS))
                    .endsWith("this is /");
        }
    }

    @Test
    void nettyTunnelTellsThatTheLoginIsWrong() throws Exception {
        try (Socks5Server strict = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "another")))
                .start()) {
            CompletableFuture<String> page = throughNetty(strict, destination());
            assertThatThrownBy(() -> page.get(20, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(AuthenticationFailedException.class);
        }
    }

    @Test
    void nettyTunnelTellsWhatTheProxySaid() throws Exception {
        CompletableFuture<String> page = throughNetty(proxy, nobody());
        assertThatThrownBy(() -> page.get(20, TimeUnit.SECONDS)).hasRootCauseInstanceOf(RequestRejectedException.class);
    }

    private static CompletableFuture<String> throughNetty(Socks5Server server, Endpoint destination) {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        CompletableFuture<String> page = new CompletableFuture<>();
        InetSocketAddress proxy = server.localAddresses().get(0);
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
