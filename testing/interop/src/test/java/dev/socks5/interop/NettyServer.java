package dev.socks5.interop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5AuthMethod;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandResponse;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequest;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5Message;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequest;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthStatus;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A SOCKS5 server in the manner of Netty's users. It connects to nowhere: after a success it sends back what it gets.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The client's side of a failed write is what a test looks at.
final class NettyServer implements AutoCloseable {

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;

    private NettyServer(boolean withLogin, Function<Socks5CommandRequest, Socks5CommandResponse> answers)
            throws InterruptedException {
        listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(Socks5ServerEncoder.DEFAULT)
                                .addLast("decoder", new Socks5InitialRequestDecoder())
                                .addLast(new Session(withLogin, answers));
                    }
                })
                .bind(Loopback.V4, 0)
                .sync()
                .channel();
    }

    static NettyServer open(Function<Socks5CommandRequest, Socks5CommandResponse> answers) throws InterruptedException {
        return new NettyServer(false, answers);
    }

    static NettyServer withLogin(Function<Socks5CommandRequest, Socks5CommandResponse> answers)
            throws InterruptedException {
        return new NettyServer(true, answers);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() throws InterruptedException {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).await();
    }

    private static final class Session extends SimpleChannelInboundHandler<Socks5Message> {
        private final boolean withLogin;
        private final Function<Socks5CommandRequest, Socks5CommandResponse> answers;

        private Session(boolean withLogin, Function<Socks5CommandRequest, Socks5CommandResponse> answers) {
            this.withLogin = withLogin;
            this.answers = answers;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Socks5Message message) {
            if (message instanceof Socks5InitialRequest) {
                expect(context, withLogin ? new Socks5PasswordAuthRequestDecoder() : new Socks5CommandRequestDecoder());
                context.writeAndFlush(new DefaultSocks5InitialResponse(
                        withLogin ? Socks5AuthMethod.PASSWORD : Socks5AuthMethod.NO_AUTH));
            } else if (message instanceof Socks5PasswordAuthRequest login) {
                boolean good = login.username().equals(LoginMatrix.USER)
                        && login.password().equals(LoginMatrix.PASSWORD);
                expect(context, new Socks5CommandRequestDecoder());
                context.writeAndFlush(new DefaultSocks5PasswordAuthResponse(
                        good ? Socks5PasswordAuthStatus.SUCCESS : Socks5PasswordAuthStatus.FAILURE));
            } else {
                Socks5CommandResponse answer = answers.apply((Socks5CommandRequest) message);
                context.writeAndFlush(answer);
                if (answer.status().isSuccess()) {
                    context.pipeline().addLast(new EchoHandler());
                    context.pipeline().remove("decoder");
                    context.pipeline().remove(this);
                } else {
                    context.close();
                }
            }
        }

        private static void expect(ChannelHandlerContext context, ChannelHandler next) {
            context.pipeline().replace("decoder", "decoder", next);
        }
    }

    private static final class EchoHandler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object octets) {
            context.writeAndFlush(octets);
        }
    }
}
