import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** Fetches a page by Netty's Socks5ProxyHandler: PROXY_HOST:PORT URL [USER PASSWORD]. */
final class NettyFetch extends SimpleChannelInboundHandler<ByteBuf> {

    private final URI url;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

    private NettyFetch(URI url) {
        this.url = url;
    }

    public static void main(String... args) throws Exception {
        URI proxy = URI.create("socks://" + args[0]);
        InetSocketAddress address = new InetSocketAddress(proxy.getHost(), proxy.getPort());
        NettyFetch fetch = new NettyFetch(URI.create(args[1]));
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        args.length > 2
                                                ? new Socks5ProxyHandler(address, args[2], args[3])
                                                : new Socks5ProxyHandler(address))
                                .addLast(fetch);
                    }
                });
        int status = 0;
        try {
            bootstrap.connect(JdkSocketFetch.destination(fetch.url)).sync();
            JdkSocketFetch.print(fetch.whole.get());
        } catch (Exception e) {
            System.err.println(e);
            status = 1;
        }
        System.exit(status);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.writeAndFlush(Unpooled.wrappedBuffer(JdkSocketFetch.request(url)));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf in) throws Exception {
        in.readBytes(answer, in.readableBytes());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        whole.complete(answer.toByteArray());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        whole.completeExceptionally(cause);
    }
}
