package dev.socks5.benchmarks.trips;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.proxy.Socks5ProxyHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Netty's {@link Socks5ProxyHandler}, one for each proxy; what is written before they are done waits for them. */
@SuppressWarnings("FutureReturnValueIgnored") // What fails here fails the answer.
final class NettyClient implements Client {

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @Override
    public String name() {
        return "Netty";
    }

    @Override
    public long nanos(Route route) throws IOException {
        CompletableFuture<Long> answered = new CompletableFuture<>();
        long start = System.nanoTime();
        Channel channel = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        route.proxies().forEach(proxy -> channel.pipeline().addLast(handler(proxy, route.login())));
                        channel.pipeline().addLast(new Answer(answered));
                    }
                })
                .connect(route.origin())
                .channel();
        try {
            return answered.get(PATIENCE.toSeconds(), TimeUnit.SECONDS) - start;
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            channel.close();
        }
    }

    private static Socks5ProxyHandler handler(InetSocketAddress proxy, boolean login) {
        return login ? new Socks5ProxyHandler(proxy, Route.USER, Route.PASSWORD) : new Socks5ProxyHandler(proxy);
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Asks as soon as Netty lets it, and takes the time of the first byte. */
    private static final class Answer extends SimpleChannelInboundHandler<ByteBuf> {

        private final CompletableFuture<Long> answered;

        Answer(CompletableFuture<Long> answered) {
            this.answered = answered;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(Unpooled.wrappedBuffer(Origin.request()));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) throws IOException {
            Origin.check(bytes.readByte());
            answered.complete(System.nanoTime());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answered.completeExceptionally(new IOException("closed without an answer"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            answered.completeExceptionally(failure);
        }
    }
}
